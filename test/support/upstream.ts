import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request as the upstream saw it. */
export type SeenRequest = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly response: ServerResponse
  /** Resolves when the connection of this request ends, before or after its reply. */
  readonly closed: Promise<void>
  /** Whether it closed before the reply was complete. */
  wasAborted(): boolean
}

/** A programmable upstream on a real socket. */
export type Upstream = {
  readonly url: string
  readonly baseUrl: string
  readonly seen: readonly SeenRequest[]
  /** What it answers from now on. */
  answer(respond: Respond): void
  /** The next request that comes in, also one that came already and was not taken. */
  next(): Promise<SeenRequest>
  close(): Promise<void>
}

export type Respond = (request: SeenRequest) => void

/** An OpenAI-shaped upstream for tests; answers `completion` until told otherwise. */
export async function startUpstream(respond: Respond = json(completion)): Promise<Upstream> {
  let current = respond
  const seen: SeenRequest[] = []
  const untaken: SeenRequest[] = []
  const waiting: ((request: SeenRequest) => void)[] = []
  const sockets = new Set<Socket>()

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    const closed = new Promise<void>((resolve) => response.once('close', () => resolve()))
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    request.on('end', () => {
      const { url = '', headers } = request
      const entry: SeenRequest = {
        path: url,
        headers,
        body: Buffer.concat(chunks),
        response,
        closed,
        wasAborted: () => response.destroyed && !response.writableFinished,
      }
      seen.push(entry)
      const taker = waiting.shift()
      if (taker === undefined) untaken.push(entry)
      else taker(entry)
      current(entry)
    })
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    baseUrl: `${url}/v1`,
    seen,
    answer(next) {
      current = next
    },
    next() {
      const entry = untaken.shift()
      return entry === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(entry)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A non-streamed reply with fields that no client of today knows. */
export const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_750_000_000,
  model: 'upstream-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello, 北京 🙂', refusal: null },
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 20,
    completion_tokens: 5,
    total_tokens: 25,
    prompt_tokens_details: { cached_tokens: 16 },
  },
  x_unknown: { deeply: [{ nested: true }] },
}

export function chunk(delta: object, finishReason: string | null = null, more: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_750_000_000,
    model: 'upstream-model',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  }
}

export function event(value: object | '[DONE]'): string {
  return `data: ${value === '[DONE]' ? value : JSON.stringify(value)}\n\n`
}

/** The events of a whole streamed reply. */
export function streamOf(words: readonly string[], usage?: object): string {
  const events = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    chunk({}, 'stop'),
  ]
  if (usage !== undefined) events.push({ ...chunk({}), choices: [], usage })
  return events.map(event).join('') + event('[DONE]')
}

/** Answers every request with this JSON. */
export function json(value: object, status = 200, headers: Record<string, string> = {}): Respond {
  const body = JSON.stringify(value)
  return ({ response }) => {
    const length = String(Buffer.byteLength(body))
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers })
      .end(body)
  }
}

/** Answers every request with these bytes as an event stream, `pieceBytes` at a time, one turn of the loop each. */
export function stream(bytes: Buffer | string, pieceBytes = Number.POSITIVE_INFINITY): Respond {
  const all = Buffer.from(bytes)
  return ({ response }) => {
    response.socket?.setNoDelay(true)
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    })
    let at = 0
    const step = () => {
      if (response.destroyed) return
      if (at >= all.length) {
        response.end()
        return
      }
      response.write(all.subarray(at, at + Math.min(pieceBytes, all.length)))
      at += Math.min(pieceBytes, all.length)
      setImmediate(step)
    }
    step()
  }
}

/** Sends the head and these events, and then nothing, until the test does something with `response`. */
export function streamAndHold(events: string): Respond {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events)
  }
}

/** Never answers. */
export const silence: Respond = () => {}
