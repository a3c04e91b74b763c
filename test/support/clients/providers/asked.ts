export type Json = Readonly<Record<string, unknown>>

/** What a provider's model understands of a request in its protocol. */
export type Asked = {
  /** All of the user's texts. */
  readonly text: string
  /** The first picture that came as bytes; null if none came, or in a form that the API does not have. */
  readonly picture: { readonly mediaType: string; readonly base64: string } | null
  readonly tools: readonly string[]
  /** The tool that has to be called, or `*` for any. */
  readonly forcedTool: string | null
  /** The texts of the tools' results. */
  readonly results: readonly string[]
  /** Ids of calls and of results, in the order of the conversation. */
  readonly callIds: readonly string[]
  readonly resultIds: readonly string[]
  /** The schema of the output; null if none is asked for. */
  readonly schema: unknown
  readonly stream: boolean
}

export function toList(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
}

export function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

/** A text, or the texts of a list of parts. */
export function joinTexts(content: unknown): string {
  if (typeof content === 'string') return content
  return toList(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n')
}

export function parseDataUrl(url: unknown): Asked['picture'] {
  const [, mediaType, base64] = /^data:([^;]+);base64,(.+)$/.exec(String(url)) ?? []
  return mediaType === undefined || base64 === undefined ? null : { mediaType, base64 }
}
