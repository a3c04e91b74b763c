/** What a cell of the table found. */
export type Outcome =
  | {
      readonly kind: 'works'
      /** The protocols if the request was translated: `messages to chat-completions`; null: the same bytes went on. */
      readonly translation: string | null
      /** The fields that the gateway dropped. */
      readonly dropped: readonly string[]
      /** What the client or the provider does not do, so that it is missing although all requests succeeded. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'refused'; readonly by: 'gateway' | 'provider' | 'client'; readonly why: string }
  /** The client cannot read the reply, which has exactly the bytes that the provider sent. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'wrong'; readonly why: string }

/** Found with a whole reply and with a streamed one; one outcome if they are the same. */
export type Cell = Outcome | { readonly whole: Outcome; readonly streamed: Outcome }

export function joinModes(whole: Outcome, streamed: Outcome): Cell {
  return JSON.stringify(whole) === JSON.stringify(streamed) ? whole : { whole, streamed }
}

export function isWrong(cell: Cell): boolean {
  return 'kind' in cell ? cell.kind === 'wrong' : isWrong(cell.whole) || isWrong(cell.streamed)
}
