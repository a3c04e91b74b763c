import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as an upstream saw it. */
export type SeenRequest = {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

export type RecordingUpstream = {
  /** Up to and including `/v1`. */
  readonly baseURL: string
  readonly seen: SeenRequest[]
  /** Answers the next requests in place of a completion, one each. */
  readonly next: ((response: ServerResponse, request: SeenRequest) => void)[]
  /** Resolves when a client has gone before its answer was over. */
  aborted(): Promise<void>
  close(): Promise<void>
}

/** A local OpenAI-compatible endpoint on a free port that answers with its own name and remembers what it saw. */
export async function startUpstream(name: string): Promise<RecordingUpstream> {
  const seen: SeenRequest[] = []
  const next: RecordingUpstream['next'] = []
  const waiting: (() => void)[] = []
  let abortedEarly = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    response.on('close', () => {
      if (response.writableFinished) return
      const resolve = waiting.shift()
      if (resolve === undefined) abortedEarly++
      else resolve()
    })
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = text === '' ? {} : JSON.parse(text)
      const record = { url: request.url ?? '', headers: request.headers, body }
      seen.push(record)
      const special = next.shift()
      if (special !== undefined) special(response, record)
      else if (body.stream === true) stream(response, name)
      else json(response, 200, completion(name, body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    seen,
    next,
    aborted: () =>
      new Promise((resolve) => {
        if (abortedEarly > 0) {
          abortedEarly--
          resolve()
        } else waiting.push(resolve)
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

function completion(name: string, body: Readonly<Record<string, unknown>>) {
  const calls = Array.isArray(body.tools) && !hasToolResult(body.messages)
  const message = calls
    ? {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1,"b":2}' } },
        ],
      }
    : { role: 'assistant', content: `from ${name}` }
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop', logprobs: null }],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  }
}

function hasToolResult(messages: unknown): boolean {
  return Array.isArray(messages) && messages.some((message) => message.role === 'tool')
}

function stream(response: ServerResponse, name: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const content of ['from ', name])
    response.write(`data: ${JSON.stringify(chunk({ role: 'assistant', content }, null))}\n\n`)
  response.write(`data: ${JSON.stringify(chunk({}, 'stop'))}\n\n`)
  response.end('data: [DONE]\n\n')
}

function chunk(delta: object, finishReason: string | null) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  }
}
