/** How requests of a time failed, or were rescued from it. Each request is in one of them. */
export type Failure =
  /** With a status from 400. */
  | { readonly kind: 'failed'; readonly status: number; readonly requests: number }
  /** Answered by another model than the chosen one. @param fallback why. */
  | { readonly kind: 'rescued'; readonly fallback: string; readonly requests: number }

/** Most requests first. Null: of a policy, a key or a tag the totals do not tell them apart. */
export type Failures = readonly Failure[] | null
