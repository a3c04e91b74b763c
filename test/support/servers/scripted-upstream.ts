import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An OpenAI-shaped upstream on loopback that does what the request's `model` says. */
export type ContractUpstream = {
  /** Ends in /v1. */
  readonly baseUrl: string
  /** Requests that it is answering now. */
  openRequests(): number
  close(): Promise<void>
}

/** How many numbers the embeddings have. */
export const embeddingDimensions = 8

export async function startUpstream(): Promise<ContractUpstream> {
  let open = 0
  const server = createServer((request, response) => {
    open++
    response.on('close', () => {
      open--
    })
    readBody(request).then((body) => answer(request, response, body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${portOf(server.address())}/v1`,
    openRequests: () => open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An address on loopback where nothing listens. */
export async function unusedBaseUrl(): Promise<string> {
  const upstream = await startUpstream()
  await upstream.close()
  return upstream.baseUrl
}

type RequestBody = { model?: string; stream?: boolean; input?: readonly string[] }

function answer(request: IncomingMessage, response: ServerResponse, body: RequestBody): void {
  if (request.url?.endsWith('/embeddings')) sendJson(response, 200, embeddingsOf(body.input ?? []))
  else if (body.model === 'refused')
    sendJson(response, 429, {
      error: { message: 'too many requests', type: 'rate_limit', param: null, code: null },
    })
  else if (body.model === 'broken') sendBroken(response)
  else if (body.model === 'silent') return
  else if (body.stream === true) sendEvents(response)
  else sendJson(response, 200, completion)
}

const completion = {
  id: 'chatcmpl-contract',
  object: 'chat.completion',
  created: 1_750_000_000,
  model: 'contract',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello 北京 🙂' }, finish_reason: 'stop' }],
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** Sixteen events of 8 KB, each written when the one before has left, then [DONE]. */
function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
  let sent = 0
  const next = (): void => {
    if (sent++ === 16) response.end('data: [DONE]\n\n')
    else
      response.write(`data: ${JSON.stringify({ index: sent, text: 'é🙂'.repeat(1024) })}\n\n`, () =>
        setImmediate(next),
      )
  }
  next()
}

function sendBroken(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
  response.write('{"id":', () => response.destroy())
}

/** Each text's embedding depends on every character; equal texts have equal embeddings. */
function embeddingsOf(texts: readonly string[]): object {
  const data = texts.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: Array.from({ length: embeddingDimensions }, (_, dimension) => {
      let sum = dimension
      for (let at = 0; at < text.length; at++) sum += Math.sin(text.charCodeAt(at) * (dimension + 1) + at)
      return Math.fround(Math.sin(sum))
    }),
  }))
  return { object: 'list', data, model: 'contract-embedding', usage: { prompt_tokens: 1, total_tokens: 1 } }
}

async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error(`no port in ${address}`)
  return address.port
}
