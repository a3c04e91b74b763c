/** A part of an answer as it comes. */
export type AnswerPart =
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | { readonly kind: 'usage'; readonly input: number; readonly output: number }
  | { readonly kind: 'failed'; readonly message: string }

/** The parts of the chunks of a chat completion, streamed or whole. */
export async function* readAnswer(response: Response): AsyncGenerator<AnswerPart> {
  if (response.body === null) return
  if (!(response.headers.get('content-type') ?? '').includes('text/event-stream')) {
    yield* toParts(await response.text())
    return
  }
  const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let waiting = ''
  let isOver = false
  while (!isOver) {
    const { done, value = '' } = await chunks.read()
    const lines = `${waiting}${value}`.split(/\r?\n/)
    waiting = done ? '' : (lines.pop() ?? '')
    isOver = done
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1]
      if (data !== undefined && data !== '[DONE]') yield* toParts(data)
    }
  }
}

/** What is read of a chunk, or of a whole completion. */
type Chunk = {
  readonly choices?: readonly { readonly delta?: Message; readonly message?: Message }[]
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null
  readonly error?: { readonly message?: string }
}
type Message = {
  readonly content?: string | null
  readonly refusal?: string | null
  readonly reasoning_content?: string | null
  readonly reasoning?: string | null
}

function* toParts(json: string): Generator<AnswerPart> {
  const chunk = parse(json)
  if (chunk === null) return
  if (chunk.error !== undefined) {
    yield { kind: 'failed', message: chunk.error.message ?? 'The model failed.' }
    return
  }
  const message = chunk.choices?.[0]?.delta ?? chunk.choices?.[0]?.message
  const reasoning = message?.reasoning_content ?? message?.reasoning
  if (typeof reasoning === 'string' && reasoning !== '') yield { kind: 'reasoning', text: reasoning }
  const text = message?.content ?? message?.refusal
  if (typeof text === 'string' && text !== '') yield { kind: 'text', text }
  const { prompt_tokens: input, completion_tokens: output } = chunk.usage ?? {}
  if (input !== undefined && output !== undefined) yield { kind: 'usage', input, output }
}

function parse(json: string): Chunk | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Chunk) : null
  } catch {
    return null
  }
}
