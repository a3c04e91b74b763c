/** The actor of what a person changes by the page. */
export const pageActor = 'page'

/** What has changed what is served, and by whom. */
export type AuditEvent = {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Who did it: `learn`, `experiments`, or `pageActor`. */
  readonly actor: string
  /** What was done: `promote`, `canary`, `set-threshold`, `roll-back`, `refuse`. */
  readonly action: string
  /** What it was done to: the name of a policy. */
  readonly subject: string
  /** JSON. */
  readonly detail: unknown
}

/** Of labels, of keys of clients, and of what is served, which is all others. */
export type AuditKind = 'served' | 'keys' | 'labels'

export type AuditQuery = {
  readonly limit: number
  /** Default: of all. */
  readonly subject?: string
  /** Default: all. */
  readonly kind?: AuditKind
  /** Those before this row; for the next page. */
  readonly before?: number
}
