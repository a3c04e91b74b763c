import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { InvalidRequestError } from '../errors.ts'
import { errorBody } from '../gateway/protocols/chat-completions/error-body.ts'
import { errorIdHeaders } from './http-error.ts'
import { isResponsesUpgrade, serveWithoutUpgrade } from './socket/upgrade.ts'

export type NodeServerOptions = {
  readonly keepAliveTimeoutMs: number
  /** Takes the connection of a client that asks for a WebSocket that is served. */
  onUpgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void
  nextRequestId(): string
}

const requestTimeoutMs = 300_000

/**
 * Node 22.21 and 24.9 and newer serve all other requests as if they asked for no upgrade. Older ones ignore this, and
 * `serveWithoutUpgrade` does it. @types/node 20 lacks it.
 */
const onlyServedUpgrades: ServerOptions = Object.assign<ServerOptions, object>(
  {},
  { shouldUpgradeCallback: isResponsesUpgrade },
)

/**
 * Node's HTTP server with two rules of its own: bytes that are no request get a status if nothing was sent yet, and a
 * client that only ends its own side of the connection gets its reply.
 */
export function createNodeServer(listener: RequestListener, options: NodeServerOptions): Server {
  const latest = new WeakMap<Duplex, ServerResponse>()
  const server = createServer(onlyServedUpgrades, (request, response) => {
    latest.set(request.socket, response)
    listener(request, response)
  })
  server.keepAliveTimeout = options.keepAliveTimeoutMs
  server.requestTimeout = requestTimeoutMs
  // Without this (undocumented) property Node ends its side as soon as the client has ended the other.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('connection', (socket) => {
    socket.on('end', () => {
      const response = latest.get(socket)
      if (response !== undefined && !response.writableEnded) onHalfClosed(response.req, response)
    })
  })
  server.on('upgrade', (request, connection, head) => {
    if (isResponsesUpgrade(request)) options.onUpgrade(request, connection, head)
    else serveWithoutUpgrade(server, request, connection, head)
  })
  server.on('clientError', (error, socket) => refuseBytes(error, socket, latest.get(socket), options))
  return server
}

/** Until the first sign that the client is still there, then between the further ones. */
const probeAfterMs = [250, 50, 200, 500, 5000]

/**
 * A client that has ended its side either waits for the reply or has gone; TCP does not tell which. After the head of
 * the reply it is taken to have gone. Before, `100 Continue` is sent from time to time: a client that waits ignores it,
 * and the system of one that has gone refuses it, which closes the response.
 */
function onHalfClosed(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    request.socket.destroy()
    return
  }
  if (request.httpVersion !== '1.1') return // has no interim replies
  let probes = 0
  let timer: NodeJS.Timeout
  const probe = () => {
    if (response.headersSent || response.destroyed) return
    response.writeContinue()
    schedule()
  }
  const schedule = () => {
    timer = setTimeout(probe, probeAfterMs[Math.min(probes++, probeAfterMs.length - 1)]).unref()
  }
  schedule()
  response.once('close', () => clearTimeout(timer))
}

const lingerMs = 1000

const reasons: Readonly<Record<string, readonly [status: string, problem: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers have more than 16 KiB'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'the chunk extensions of the body are too long'],
  HPE_INVALID_EOF_STATE: ['400 Bad Request', 'the connection ended within the request'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not come in whole in time'],
}

/** Answers bytes that are no HTTP request, if the connection is not in the middle of a reply. */
function refuseBytes(
  error: Error & { readonly code?: string },
  socket: Duplex,
  response: ServerResponse | undefined,
  { nextRequestId }: NodeServerOptions,
): void {
  const isWithinReply = response?.headersSent === true && !response.writableFinished
  if (error.code === 'ECONNRESET' || !socket.writable || isWithinReply) {
    socket.destroy()
    return
  }
  const [status, problem] = reasons[error.code ?? ''] ?? ['400 Bad Request', error.message]
  const code = Number(status.slice(0, 3))
  const body = JSON.stringify(
    errorBody(new InvalidRequestError('bad-http', `Not valid HTTP: ${problem}`, { status: code })),
  )
  const headers = {
    connection: 'close',
    ...errorIdHeaders(nextRequestId()),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`)
  // The rest of what the client sends is read: closing before it is would reset the connection, and the status be lost.
  socket.removeAllListeners('data')
  socket.on('data', () => {})
  socket.once('end', () => socket.destroy())
  setTimeout(() => socket.destroy(), lingerMs).unref()
}
