/** What someone says about the answer to a request. Fields that were not given are null. */
export type Feedback = {
  /** Counts once. */
  readonly id: string
  /** The gateway's id of the request. */
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly thumbs: 'up' | 'down' | null
  /** From 0, useless, to 1. */
  readonly score: number | null
  /** What the answer should have been. */
  readonly correction: string | null
  /** Scores of models for the request, from 0 to 1. */
  readonly scores: Readonly<Record<string, number>> | null
  /** The name of the client's key. */
  readonly key: string | null
}

/** A request that was kept. */
export type KeptRequest = { readonly id: string; readonly key: string | null }

/** Keeps feedback, and knows the requests that it is about. */
export type FeedbackKeeper = {
  /** Resolves once the feedback is on the disk. @throws StoreError `store-unavailable` if it cannot be written now. */
  addFeedback(feedback: Feedback): Promise<void>
  /**
   * @param id the gateway's id of a request, or the `x-request-id` of its reply.
   * @returns null if no such request was kept.
   * @throws StoreError `store-unavailable` if nobody can say now.
   */
  findRequest(id: string): Promise<KeptRequest | null>
}
