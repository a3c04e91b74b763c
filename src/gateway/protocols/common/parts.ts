/**
 * The parts of messages in the form that all protocols share. A protocol reads its own messages into these parts and
 * writes them from these parts, so that each pair of protocols needs no code of its own.
 */
export type Part =
  | TextPart
  | ImagePart
  | FilePart
  | AudioPart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | RefusalPart

/** How long an upstream is to cache the prompt up to and including a part. */
export type CacheMark = { readonly ttl: '5m' | '1h' }

export type TextPart = { readonly kind: 'text'; readonly text: string; readonly cache?: CacheMark }

export type ImagePart = {
  readonly kind: 'image'
  readonly source: MediaSource
  /** How closely the model is to look: OpenAI's `detail`. */
  readonly detail?: 'low' | 'high' | 'auto'
  readonly cache?: CacheMark
}

export type FilePart = {
  readonly kind: 'file'
  /** `text`: a document whose text is given as it is. */
  readonly source: MediaSource | { readonly kind: 'text'; readonly text: string }
  readonly name?: string
  readonly cache?: CacheMark
}

export type AudioPart = {
  readonly kind: 'audio'
  /** Base64. */
  readonly data: string
  /** `wav`, `mp3`. */
  readonly format: string
}

/** `id`: a file that the provider of one protocol keeps; another provider cannot read it. */
export type MediaSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'id'; readonly id: string }

export type ToolCallPart = {
  readonly kind: 'tool-call'
  readonly id: string
  readonly name: string
  /** JSON text, exactly as the model wrote it. Empty if the call has no arguments. */
  readonly arguments: string
  /** A provider's own state of the call, such as Gemini's thought signature. */
  readonly state?: OpaqueState
  readonly cache?: CacheMark
}

export type ToolResultPart = {
  readonly kind: 'tool-result'
  /** That of the call. */
  readonly id: string
  readonly parts: readonly (TextPart | ImagePart | FilePart)[]
  readonly isError: boolean
  readonly cache?: CacheMark
}

export type ReasoningPart = {
  readonly kind: 'reasoning'
  /** What of it can be read: the whole, or a summary; empty if it is hidden. */
  readonly text: string
  /** What its model needs to continue from it. Null: the text is all there is. */
  readonly state: OpaqueState | null
}

export type RefusalPart = { readonly kind: 'refusal'; readonly text: string }

/**
 * Bytes that only the model that wrote them can read: Anthropic's `signature` and `redacted_thinking`, OpenAI's
 * `encrypted_content`, Gemini's thought signature. They go back to that model exactly, and to no other.
 */
export type OpaqueState = {
  /** What wrote it: `messages.signature`, `messages.redacted`, `responses.encrypted`, `chat.thought-signature`. */
  readonly form: string
  readonly value: string
  /** The id of the item that carries it, where the protocol has one. */
  readonly id?: string
}
