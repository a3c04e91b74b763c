import { Buffer } from 'node:buffer'
import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { ClientKey } from '../../config/config.ts'
import { RouteLLMError } from '../../errors.ts'
import { errorBody } from '../../gateway/protocols/chat-completions/error-body.ts'
import { responses } from '../../gateway/protocols/responses/protocol.ts'
import type { BrowserAccess } from '../access/browser-access.ts'
import type { Authenticate } from '../access/client-auth.ts'
import { canonicalUrl, parsePath } from '../endpoints.ts'
import { errorIdHeaders } from '../http-error.ts'
import { createRefusedRecord } from '../inference/ending/record.ts'
import type { ExchangeContext } from '../inference/exchange-context.ts'
import { createInferenceHandler } from '../inference/inference.ts'
import { type OpenSocket, serveResponsesSocket } from './responses-socket.ts'

export type UpgradeOptions = {
  readonly context: ExchangeContext
  readonly access: BrowserAccess
  readonly authenticate: Authenticate
  /** Whether no key is needed. */
  readonly isKeyless: boolean
  readonly forwardClientKey: boolean
  readonly bodyLimitBytes: number
  readonly isClosing: () => boolean
}

/** The sockets of one generation of settings. */
export type Upgrades = {
  /** Takes a connection whose client asks for a WebSocket on `/v1/responses`. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void
  /** Closes every socket, once its turn in flight is over. */
  close(code: number, reason: string): void
  /** Cuts every socket off. */
  terminate(): void
}

const responsesPath = '/v1/responses'
/** Each remembers a conversation, and keeps a file descriptor. */
const mostSockets = 4096
const pingMs = 30_000

/** Whether a client asks for a WebSocket that is served. */
export function isResponsesUpgrade({ method, url = '/', headers }: IncomingMessage): boolean {
  const isSocket = headers.upgrade?.toLowerCase() === 'websocket'
  return isSocket && method === 'GET' && parsePath(canonicalUrl(url)) === responsesPath
}

/** Keys, origins and limits are those of HTTP, and are checked with the handshake. */
export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { context, access, authenticate, isKeyless, forwardClientKey, bodyLimitBytes, isClosing } = options
  const open = new Set<OpenSocket>()
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: bodyLimitBytes,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const handle = createInferenceHandler(context, responses, '/responses', forwardClientKey, isKeyless)

  function refuse(error: RouteLLMError, request: IncomingMessage, connection: Duplex): void {
    const id = context.nextRequestId()
    context.notify(createRefusedRecord(id, responsesPath, error, null))
    const body = Buffer.from(JSON.stringify(errorBody(error)))
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(connection as Parameters<ServerResponse['assignSocket']>[0])
    response.on('finish', () => connection.end())
    response
      .writeHead(error.status, {
        ...errorIdHeaders(id),
        'content-type': 'application/json; charset=utf-8',
        'content-length': body.length,
        connection: 'close',
      })
      .end(body)
  }

  function begin(request: IncomingMessage, connection: Duplex, head: Buffer, key: ClientKey | null): void {
    server.handleUpgrade(request, connection, head, (socket) => {
      const opened = serveResponsesSocket(socket, {
        context,
        handle,
        request,
        key,
        maxBytes: bodyLimitBytes,
      })
      open.add(opened)
      let isAlive = true
      const ping = setInterval(() => {
        if (!isAlive) socket.terminate()
        isAlive = false
        socket.ping()
      }, pingMs)
      ping.unref()
      socket.on('pong', () => {
        isAlive = true
      })
      socket.on('close', () => {
        clearInterval(ping)
        open.delete(opened)
      })
    })
  }

  return {
    accept(request, connection, head) {
      connection.on('error', () => connection.destroy())
      const admission = access(request, new ServerResponse(request))
      if (admission.kind === 'refused') refuse(admission.error, request, connection)
      else if (isClosing()) refuse(shuttingDown(), request, connection)
      else if (open.size >= mostSockets) refuse(tooManySockets(), request, connection)
      else
        authenticate(request, (refusal, key) => {
          if (refusal === null) begin(request, connection, head, key)
          else refuse(refusal.error, request, connection)
        })
    },
    close(code, reason) {
      for (const socket of [...open]) socket.closeWhenIdle(code, reason)
    },
    terminate() {
      for (const socket of [...open]) socket.terminate()
    },
  }
}

/**
 * Serves a request as if it had not asked for another protocol: HTTP/1.1 allows a server to ignore an upgrade, and Node
 * does so only while nobody listens for any. Java's client, for one, asks for HTTP/2 with its first request.
 */
export function serveWithoutUpgrade(
  server: Server,
  { method, url, rawHeaders }: IncomingMessage,
  connection: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (!/^(?:upgrade|http2-settings|connection)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`)
  }
  connection.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', connection)
}

function shuttingDown(): RouteLLMError {
  return new RouteLLMError('shutting-down', 'The gateway is shutting down; try again.', { status: 503 })
}

function tooManySockets(): RouteLLMError {
  return new RouteLLMError(
    'overloaded',
    `The gateway has ${mostSockets} WebSocket connections, which is its limit. Send requests over HTTP, or try again later.`,
    { status: 429, retryAfterSeconds: 1 },
  )
}
