/** The text of a request, if it is kept: the bodies, and what they say. */
export type TraceText = {
  readonly request: TraceBody
  readonly response: TraceBody
  /** The last 200 messages. Null: the body has none, or was cut. */
  readonly question: readonly TraceMessage[] | null
  /** Null: the body cannot be read as a reply. */
  readonly answer: TraceAnswer | null
}

export type TraceBody = { readonly text: string; readonly totalBytes: number; readonly isCut: boolean }

export type TraceMessage = {
  readonly role: 'instructions' | 'user' | 'assistant'
  readonly parts: readonly TracePart[]
}

/** What the client got, of a stream too. */
export type TraceAnswer = {
  /** The first 200. */
  readonly parts: readonly TracePart[]
  /** Whether its end came, and is kept. */
  readonly isWhole: boolean
  /** Of the upstream, in place of a reply or within it. */
  readonly error: string | null
}

export type TracePart = {
  /** `other`: an image, a file or a sound, which is named and not shown. */
  readonly kind: 'text' | 'reasoning' | 'refusal' | 'tool-call' | 'tool-result' | 'other'
  /** Of the tool, or of the kind of an `other` part. */
  readonly name: string | null
  /** The JSON of the arguments, of a call. */
  readonly text: string
}
