/** One finding of `doctor`. */
export type Check = {
  readonly name: string
  /** `absent`: something optional is not there. `warning`: it works, but perhaps not as intended. Neither is a failure. */
  readonly status: 'ok' | 'failed' | 'absent' | 'warning'
  readonly detail: string
  /** The advice to the user. */
  readonly remedy?: string
}
