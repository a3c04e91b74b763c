import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { replies, streams } from '../protocols/speaking-model.ts'
import type { Behaviour, Plan, Spoken } from './plan.ts'

/** A model that speaks the three protocols and does what the plan of each request says. */
export type FaultyModel = {
  /** Ends in /v1. */
  readonly baseUrl: string
  /** Calls that have come for a request so far. */
  callsOf(number: number): number
  /** Calls that have come in all. */
  readonly calls: number
  /** Forgets the calls of a request that is over. */
  forget(number: number): void
  close(): Promise<void>
}

/**
 * @param findPlan of the request with this number, which its prompt names (`promptOf`).
 * @param onArrival is called once a call is there and before it is answered; `true` leaves it without an answer.
 */
export async function startFaultyModel(
  findPlan: (number: number) => Plan,
  onArrival: (number: number) => boolean,
): Promise<FaultyModel> {
  const counts = new Map<number, number>()
  let calls = 0
  const server = createServer((request, response) => {
    request.on('error', () => {})
    response.on('error', () => {})
    readText(request, (text) => {
      const number = Number(/soak-(\d+)\./.exec(text)?.[1])
      const count = counts.get(number) ?? 0
      counts.set(number, count + 1)
      calls++
      const plan = findPlan(number)
      if (!onArrival(number)) answer(response, plan, spokenBy(request.url ?? ''), text, count)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    callsOf: (number) => counts.get(number) ?? 0,
    get calls() {
      return calls
    },
    forget: (number) => void counts.delete(number),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function promptOf({ number, isHard }: Plan): string {
  return `${isHard ? 'A hard' : 'An easy'} question, soak-${number}. What is 5 + 7?`
}

function spokenBy(path: string): Spoken {
  return path.startsWith('/v1/messages')
    ? 'messages'
    : path.startsWith('/v1/responses')
      ? 'responses'
      : 'chat'
}

function answer(response: ServerResponse, plan: Plan, spoken: Spoken, text: string, count: number): void {
  const stream = /"stream"\s*:\s*true/.test(text)
  const events = stream ? streams[spoken](plan.callsTool) : [JSON.stringify(replies[spoken](plan.callsTool))]
  const type = stream ? 'text/event-stream' : 'application/json'
  behave(response, plan.behaviours[count] ?? 'plain', { spoken, stream, type, events, seed: plan.number })
}

/** `events` of a reply that is no stream: its body alone. */
type Reply = {
  readonly spoken: Spoken
  readonly stream: boolean
  readonly type: string
  readonly events: readonly string[]
  /** Decides where a reply is cut. */
  readonly seed: number
}

function behave(response: ServerResponse, behaviour: Behaviour, reply: Reply): void {
  const { type, events, spoken, stream, seed } = reply
  const body = events.join('')
  const bytes = Buffer.from(body)
  // Within the reply, and within a stream after its first event and before its last.
  const first = stream ? events[0]!.length : 1
  const cutAt = first + (seed % (bytes.length - first - events.at(-1)!.length * Number(stream)))
  switch (behaviour) {
    case 'plain':
      response.writeHead(200, { 'content-type': type }).end(body)
      return
    case 'slow':
      response.writeHead(200, { 'content-type': type })
      writePieces(response, stream ? events : halves(body), 1)
      return
    case 'tiny-pieces':
      response.writeHead(200, { 'content-type': type })
      writePieces(response, pieces(bytes, 11 + (seed % 50)), 0)
      return
    case 'gzip':
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(bytes))
      return
    case 'broken-gzip': {
      const packed = gzipSync(bytes)
      response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' })
      response.end(packed.subarray(0, packed.length - 12))
      return
    }
    case 'wrong-type':
      response.writeHead(200, { 'content-type': stream ? 'application/json' : 'text/plain' }).end(body)
      return
    case 'no-type':
      response.writeHead(200).end(body)
      return
    case 'huge-event':
      response.writeHead(200, { 'content-type': type }).end(body.replace('{', `{"padding":"${padding}",`))
      return
    case 'until-close':
      response.shouldKeepAlive = false
      response.useChunkedEncodingByDefault = false
      response.writeHead(200, { 'content-type': type, connection: 'close' }).end(body)
      return
    case 'reset':
      response.socket?.destroy()
      return
    case 'status-500':
    case 'status-503':
      sendError(response, behaviour === 'status-500' ? 500 : 503, spoken)
      return
    case 'busy':
    case 'busy-for-long':
      sendError(response, 429, spoken, { 'retry-after': behaviour === 'busy' ? '0' : '60' })
      return
    case 'page-200':
    case 'page-502':
      response.writeHead(behaviour === 'page-200' ? 200 : 502, { 'content-type': 'text/html' }).end(page)
      return
    case 'error-first':
      if (stream) response.writeHead(200, { 'content-type': type }).end(errorEvents[spoken])
      else sendError(response, 200, spoken)
      return
    case 'empty':
      response.writeHead(200, { 'content-type': type }).end()
      return
    case 'silent':
      return
    case 'cut':
      response.writeHead(200, { 'content-type': type })
      response.write(bytes.subarray(0, cutAt), () => response.socket?.destroy())
      return
    case 'cut-until-close':
      response.shouldKeepAlive = false
      response.useChunkedEncodingByDefault = false
      response.writeHead(200, { 'content-type': type, connection: 'close' }).end(bytes.subarray(0, cutAt))
      return
    case 'stall':
      response.writeHead(200, { 'content-type': type }).write(bytes.subarray(0, cutAt))
      return
    case 'error-later':
      if (!stream) {
        response.socket?.destroy()
        return
      }
      response.writeHead(200, { 'content-type': type })
      response.end(events.slice(0, 1 + (seed % (events.length - 2))).join('') + errorEvents[spoken])
      return
    default:
      throw new Error(`no such behaviour: ${behaviour satisfies never}`)
  }
}

const padding = 'x'.repeat(300_000)
export const page = '<!doctype html><html><title>Bad gateway</title></html>'

const errors = {
  chat: { error: { message: 'It failed.', type: 'server_error', param: null, code: 'failed' } },
  messages: { type: 'error', error: { type: 'api_error', message: 'It failed.' } },
  responses: { error: { message: 'It failed.', type: 'server_error', param: null, code: 'failed' } },
}

/** As the providers document them: "Error events" of Anthropic, `error` of OpenAI's streaming events; chat has no documented form, and sends the body. */
const errorEvents = {
  chat: `data: ${JSON.stringify(errors.chat)}\n\n`,
  messages: `event: error\ndata: ${JSON.stringify(errors.messages)}\n\n`,
  responses: `event: error\ndata: ${JSON.stringify({ type: 'error', code: 'server_error', message: 'It failed.', param: null, sequence_number: 3 })}\n\n`,
}

function sendError(
  response: ServerResponse,
  status: number,
  spoken: Spoken,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(errors[spoken]))
}

function writePieces(response: ServerResponse, parts: readonly (string | Buffer)[], delayMs: number): void {
  let at = 0
  const step = () => {
    if (response.destroyed) return
    if (at === parts.length) response.end()
    else {
      response.write(parts[at++]!)
      if (delayMs === 0) setImmediate(step)
      else setTimeout(step, delayMs)
    }
  }
  step()
}

function pieces(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  )
}

function halves(text: string): string[] {
  return [text.slice(0, text.length / 2), text.slice(text.length / 2)]
}

function readText(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => then(Buffer.concat(chunks).toString()))
}
