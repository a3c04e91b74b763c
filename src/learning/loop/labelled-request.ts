/** A request of the store with what is known of how well models answer it, and at what price. Plain data. */
export type LabelledRequest = {
  readonly id: string
  /** The unit of independence: the session, or the request's own id. */
  readonly session: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** The text that routers score; null if no text is kept. */
  readonly prompt: string | null
  /** The vector of the text that was scored; null if none was kept. */
  readonly vector: Float32Array | null
  readonly task: string | null
  /** The name of the client's key. */
  readonly key: string | null
  /** Quality of the models' answers, 0 to 1. Models that are absent are not known. */
  readonly scores: Readonly<Record<string, number>>
  /** Dollars that each model costs for it, as measured or expected. Models that are absent have no known price. */
  readonly usd: Readonly<Record<string, number>>
  readonly source: LabelSource
  /** The probability with which it was to be labelled, decided without its answers; null if it was volunteered. */
  readonly propensity: number | null
  /** How much the label counts in training, 0 to 1: its reliability. */
  readonly weight: number
  /** The win rate that the router in service gave it; null if none did. */
  readonly strongWinRate: number | null
}

/** `shadow`: a judge or a checker compared answers. `person`: through the label queue. `implicit`: what the next turn shows. */
export type LabelSource = 'feedback' | 'shadow' | 'person' | 'implicit'
