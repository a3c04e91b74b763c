/** A whole reply. Header names are lower-case. */
export type HttpReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The outcome of one request. `message` is what the endpoint or the network said, without secrets. */
export type JsonReply =
  /** `json` is the text of the body if it is not JSON. */
  | { readonly kind: 'answered'; readonly status: number; readonly json: unknown }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly message: string
      readonly askedMs: number | undefined
    }
  | {
      readonly kind: 'unreachable'
      readonly message: string
      readonly isTimeout: boolean
      readonly cause: unknown
    }

/** The outcome of a call after `tries` attempts. */
export type JsonOutcome = JsonReply & { readonly tries: number }
export type FailedCall = Exclude<JsonOutcome, { kind: 'answered' }>
