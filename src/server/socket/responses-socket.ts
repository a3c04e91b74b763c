import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { ClientKey } from '../../config/config.ts'
import { InvalidRequestError, RouteLLMError } from '../../errors.ts'
import { errorBody } from '../../gateway/protocols/chat-completions/error-body.ts'
import type { responses } from '../../gateway/protocols/responses/protocol.ts'
import type { ExchangeContext } from '../inference/exchange-context.ts'
import type { InferenceHandler } from '../inference/inference.ts'
import { toPublicError } from '../public-error.ts'
import { createSocketConversation, type SocketTurn } from './socket-conversation.ts'
import { SocketReply } from './socket-reply.ts'

export type ResponsesSocketParts = {
  readonly context: ExchangeContext
  /** Answers one turn, as `POST /v1/responses` would. */
  readonly handle: InferenceHandler
  /** The handshake, whose headers every turn has. */
  readonly request: IncomingMessage
  readonly key: ClientKey | null
  /** Of a frame, and of the conversation that is remembered. */
  readonly maxBytes: number
}

/** A socket that is open. */
export type OpenSocket = {
  /** Closes it, once the turn in flight is over. @param code of RFC 6455, 7.4.1. */
  closeWhenIdle(code: number, reason: string): void
  terminate(): void
}

/**
 * `GET /v1/responses` with an upgrade: each `response.create` is a turn and gets the events of its stream as frames. Each
 * turn is one exchange with one record, as if it had come over HTTP. One turn runs at a time.
 *
 * Sources: OpenAI's guide "WebSocket mode"; the frames of Codex, which prepares with `generate: false`.
 */
export function serveResponsesSocket(socket: WebSocket, parts: ResponsesSocketParts): OpenSocket {
  const { context, handle, request, key, maxBytes } = parts
  const conversation = createSocketConversation(maxBytes)
  let reply: SocketReply | null = null
  let isBusy = false
  let closing: { readonly code: number; readonly reason: string } | null = null

  const sink = {
    get isOpen() {
      return socket.readyState === socket.OPEN
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    send: (frame: string | Buffer, onSent?: () => void) => socket.send(frame, { binary: false }, onSent),
    terminate: () => socket.terminate(),
  }

  function onFrame(frame: Buffer): void {
    try {
      if (isBusy)
        throw new InvalidRequestError('bad-frame', 'A response is on its way; send the next frame after it.')
      if (closing !== null)
        throw new RouteLLMError('shutting-down', 'The gateway is shutting down; try again.', { status: 503 })
      const turn = conversation.open(frame)
      if (turn.isWarmUp) answerWarmUp(turn)
      else run(turn)
    } catch (error) {
      const shown = toPublicError(error)
      sink.send(JSON.stringify({ type: 'error', status: shown.status, ...errorBody(shown) }))
    }
  }

  function run({ body }: SocketTurn): void {
    isBusy = true
    const openReply = (protocol: typeof responses, requestId: string) => {
      reply = new SocketReply(sink, protocol, requestId, {
        onEvent: (data) => conversation.onEvent(data),
        onOver,
      })
      return reply
    }
    handle(request, openReply, Buffer.from(JSON.stringify(body)), key)
  }

  function onOver(): void {
    conversation.end((id) => context.responseOrigins.find(id) !== undefined)
    reply = null
    isBusy = false
    if (closing !== null) socket.close(closing.code, closing.reason)
  }

  /** Nothing is generated, so no model is asked: the turn after it brings the rest. */
  function answerWarmUp({ body }: SocketTurn): void {
    const { model, metadata = {} } = body
    const id = `resp_${randomUUID().replaceAll('-', '')}`
    const created_at = Math.floor(Date.now() / 1000)
    const begun = { id, object: 'response', created_at, model, metadata, output: [], error: null }
    const usage = {
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    }
    const events = [
      { type: 'response.created', response: { ...begun, status: 'in_progress', usage: null } },
      { type: 'response.completed', response: { ...begun, status: 'completed', usage } },
    ]
    for (const [index, event] of events.entries()) {
      const data = Buffer.from(JSON.stringify({ ...event, sequence_number: index }))
      conversation.onEvent(data)
      sink.send(data)
    }
    conversation.end(() => false)
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003, 'Send text frames.')
    else onFrame(toBuffer(data))
  })
  socket.on('error', () => {}) // a frame that is too long or broken: ws closes the connection with its code
  socket.on('close', () => reply?.abandon())

  return {
    closeWhenIdle(code, reason) {
      closing = { code, reason }
      if (!isBusy) socket.close(code, reason)
    },
    terminate: sink.terminate,
  }
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}
