import { UpstreamError } from '../../errors.ts'
import { collectReply } from '../collect-reply.ts'
import type { AbortRequest, ProviderRequest, ReplySink, UsageProvider } from '../provider.ts'
import { type DemoRefusal, type DemoReply, demoReplyTo } from './reply.ts'

/**
 * Answers without any model or network, for trying everything else. The answer is labelled as a demonstration,
 * names the model that would have answered, and is the same for the same request. It streams in pieces, respects
 * backpressure, and stops when aborted. Tools, `n` and sampling options are ignored.
 */
export function createDemoProvider({ name = 'demo' }: { readonly name?: string } = {}): UsageProvider {
  let closed = false

  function stream(request: ProviderRequest, sink: ReplySink): AbortRequest {
    if (closed) {
      sink.onError(new UpstreamError('provider-closed', 'The demo provider is closed.'))
      return () => {}
    }
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body
    const reply = demoReplyTo(request.path, body)
    return play(headOf(reply), chunksOf(reply), sink)
  }

  return {
    name,
    requestStreamUsage: true,
    stream,
    call: (request, signal) => collectReply({ name, stream }, request, signal),
    async close() {
      closed = true
    },
  }
}

type Head = { readonly status: number; readonly headers: Readonly<Record<string, string>> }

/** Reports head and chunks to the sink, one chunk per turn of the event loop, and waits while it asks to. */
function play(head: Head, chunks: readonly Buffer[], sink: ReplySink): AbortRequest {
  let next = 0
  let headSent = false
  let over = false
  let waiting = false

  function step(): void {
    if (over) return
    if (!headSent) {
      headSent = true
      sink.onHead(head.status, head.headers, () => {
        if (!waiting) return
        waiting = false
        setImmediate(step)
      })
    }
    if (over) return
    if (next === chunks.length) {
      over = true
      sink.onEnd()
      return
    }
    const ready = sink.onData(chunks[next++]!)
    if (over) return
    if (ready) setImmediate(step)
    else waiting = true
  }

  setImmediate(step)
  return () => {
    over = true
  }
}

function headOf(reply: DemoReply | DemoRefusal): Head {
  if ('status' in reply) return { status: reply.status, headers: { 'content-type': 'application/json' } }
  if (reply.stream) return { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } }
  return { status: 200, headers: { 'content-type': 'application/json' } }
}

function chunksOf(reply: DemoReply | DemoRefusal): Buffer[] {
  if ('status' in reply) {
    const error = { message: reply.message, type: 'invalid_request_error', param: null, code: null }
    return [Buffer.from(JSON.stringify({ error }))]
  }
  return reply.stream ? eventsOf(reply) : [Buffer.from(JSON.stringify(completionOf(reply)))]
}

/** `created` is the epoch, because the current time would make equal requests differ. */
const created = 0

function completionOf({ id, model, text, usage }: DemoReply) {
  const message = { role: 'assistant', content: text, refusal: null }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  return { id, object: 'chat.completion', created, model, choices, usage }
}

function eventsOf({ id, model, pieces, usage, includeUsage }: DemoReply): Buffer[] {
  const chunk = { id, object: 'chat.completion.chunk', created, model }
  const withDelta = (delta: object, finish_reason: string | null = null) => ({
    ...chunk,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(includeUsage ? { usage: null } : {}),
  })
  const chunks: object[] = [
    withDelta({ role: 'assistant', content: '' }),
    ...pieces.map((content) => withDelta({ content })),
    withDelta({}, 'stop'),
  ]
  if (includeUsage) chunks.push({ ...chunk, choices: [], usage })
  return [...chunks.map((value) => JSON.stringify(value)), '[DONE]'].map((data) =>
    Buffer.from(`data: ${data}\n\n`),
  )
}
