import { createHash } from 'node:crypto'

/** The demonstration's answer, as the values of OpenAI's reply. The same body always gets the same reply. */
export type DemoReply = {
  readonly id: string
  readonly model: string
  readonly text: string
  /** `text` in the pieces that a stream sends. */
  readonly pieces: readonly string[]
  readonly usage: {
    readonly prompt_tokens: number
    readonly completion_tokens: number
    readonly total_tokens: number
  }
  readonly stream: boolean
  readonly includeUsage: boolean
}

/** The request that the demonstration cannot answer, in OpenAI's error shape. */
export type DemoRefusal = { readonly status: number; readonly message: string }

const quotedCharacters = 120

/**
 * @param body a chat completion request in JSON.
 * @returns a refusal if the body is anything else. Only requests that bypass the gateway can be invalid.
 */
export function demoReplyTo(path: string, body: Uint8Array): DemoReply | DemoRefusal {
  if (path !== '/chat/completions') {
    return { status: 404, message: `The routellm demo provider answers /chat/completions only, not ${path}.` }
  }
  const request = parseRequest(body)
  if (request === null) {
    return { status: 400, message: 'The routellm demo provider was sent a body that is no JSON object.' }
  }
  const model = typeof request.model === 'string' ? request.model : 'unnamed'
  const prompt = lastUserText(request.messages)
  const text = answer(model, prompt)
  const pieces = text.match(/\S+\s*/g) ?? []
  const promptTokens = allText(request.messages).split(/\s+/).filter(Boolean).length
  return {
    id: `chatcmpl-demo-${createHash('sha256').update(body).digest('hex').slice(0, 24)}`,
    model,
    text,
    pieces,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: pieces.length,
      total_tokens: promptTokens + pieces.length,
    },
    stream: request.stream === true,
    includeUsage: isRecord(request.stream_options) && request.stream_options.include_usage === true,
  }
}

function answer(model: string, prompt: string): string {
  const characters = Array.from(prompt.slice(0, quotedCharacters * 2)) // an emoji is two code units
  const shown =
    characters.length > quotedCharacters ? `${characters.slice(0, quotedCharacters).join('')}…` : prompt
  return (
    `This is the routellm demo provider: no model was called. "${model}" would have answered here` +
    (shown === '' ? '.' : `: ${JSON.stringify(shown)}.`) +
    ' Configure a provider to get real answers.'
  )
}

function parseRequest(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages)) return ''
  return contentText(messages.findLast((message) => isRecord(message) && message.role === 'user'))
}

function allText(messages: unknown): string {
  return Array.isArray(messages) ? messages.map(contentText).join('\n') : ''
}

function contentText(message: unknown): string {
  if (!isRecord(message)) return ''
  const { content } = message
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
