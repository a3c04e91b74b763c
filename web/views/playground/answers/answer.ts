import type { RequestAnswer } from '../../../../src/server/admin/api/requests.ts'
import { requestJson, requestPlain } from '../../../api/request.ts'
import { checkSize } from '../request-size.ts'
import { readAnswer } from './read-stream.ts'

/** What one model has answered so far. */
export type Answer = {
  readonly model: string
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed'
  readonly text: string
  readonly reasoning: string
  readonly error: Error | null
  /** The gateway's id; null before the head of the reply. */
  readonly requestId: string | null
  /** Milliseconds since it was asked, as this browser sees them. */
  readonly firstTokenMs: number | null
  readonly totalMs: number | null
  readonly tokens: { readonly input: number; readonly output: number } | null
  /** Of the request as it was kept; undefined before it is over, null if it is not known. */
  readonly usd: number | null | undefined
  readonly fallback: string | null
}

export function isOver({ state }: Answer): boolean {
  return state !== 'waiting' && state !== 'streaming'
}

export function createAnswer(model: string): Answer {
  return {
    model,
    state: 'waiting',
    text: '',
    reasoning: '',
    error: null,
    requestId: null,
    firstTokenMs: null,
    totalMs: null,
    tokens: null,
    usd: undefined,
    fallback: null,
  }
}

/** Asks the model. @param change is called with what is new; never after the signal has aborted. */
export async function streamAnswer(
  model: string,
  messages: readonly object[],
  signal: AbortSignal,
  change: (news: Partial<Answer>) => void,
): Promise<void> {
  const begin = performance.now()
  let [text, reasoning] = ['', '']
  let requestId: string | null = null
  try {
    const body = { model, messages }
    checkSize(body)
    const response = await requestPlain('/playground/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
    requestId = response.headers.get('x-routellm-request-id')
    change({ requestId, fallback: response.headers.get('x-routellm-fallback') })
    let isFirst = true
    for await (const part of readAnswer(response)) {
      if (part.kind === 'failed') throw new Error(part.message)
      if (part.kind === 'usage') {
        change({ tokens: { input: part.input, output: part.output } })
        continue
      }
      if (isFirst) change({ state: 'streaming', firstTokenMs: performance.now() - begin })
      isFirst = false
      if (part.kind === 'text') text += part.text
      else reasoning += part.text
      change({ text, reasoning })
    }
    change({ state: 'done', totalMs: performance.now() - begin })
  } catch (error) {
    if (!signal.aborted)
      change({ state: 'failed', error: error as Error, totalMs: performance.now() - begin })
    return
  }
  // The dollars are those that were kept. Without a store there are none, and the answer is whole without them.
  if (requestId === null) return
  const kept = await requestJson<RequestAnswer>(`/requests/${encodeURIComponent(requestId)}`, {
    signal,
  }).catch(() => null)
  if (!signal.aborted) change({ usd: kept?.usd ?? null })
}
