import type { Modality } from './model.ts'

/** What a request needs of the model that answers it. */
export type RequestNeeds = {
  /** Tokens of everything that is sent, estimated; 0 if nothing is known. */
  readonly inputTokens: number
  /** The most tokens of the reply that the client asks for; null if it sets no limit. */
  readonly maxOutputTokens: number | null
  /** Kinds of content besides text. */
  readonly modalities: readonly Modality[]
  /** Whether the request brings tools. */
  readonly tools: boolean
  /** Whether the reply must follow a JSON schema. */
  readonly structuredOutput: boolean
  /** The region that the model must run in; null if any will do. */
  readonly region: string | null
  /** Tags that the model must have. */
  readonly tags: readonly string[]
}

/** The needs of a request of which nothing is known: every model meets them. */
export const noNeeds: RequestNeeds = {
  inputTokens: 0,
  maxOutputTokens: null,
  modalities: [],
  tools: false,
  structuredOutput: false,
  region: null,
  tags: [],
}
