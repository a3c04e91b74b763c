import { Buffer } from 'node:buffer'
import type { FastifyReply } from 'fastify'
import { RouteLLMError } from '../../errors.ts'
import { chatCompletions } from '../../gateway/protocols/chat-completions/protocol.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { createInferenceHandler } from './inference.ts'
import { openClientReply } from './reply/client-reply.ts'

export type OwnRequestOptions = {
  readonly context: ExchangeContext
  readonly isClosing: () => boolean
  /** See `InferenceOptions`. */
  readonly successor: () => ExchangeContext | null
}

/**
 * Asks a model on behalf of the page, as a client without a key asks it: the request has its place in the queue, counts
 * against the budgets of `limits`, and is kept. Its record has the tag. No header of the page's request goes upstream.
 *
 * @param reply is taken over: the upstream's reply goes to it as it comes, and the upstream is aborted if it closes.
 * @param body of a chat completion.
 * @throws RouteLLMError `shutting-down` (503). Any other error is the answer.
 */
export type AskModel = (reply: FastifyReply, body: object, tag: string) => void

export function createOwnRequests({ context, isClosing, successor }: OwnRequestOptions): AskModel {
  return (reply, body, tag) => {
    if (isClosing()) throw shuttingDown()
    reply.hijack()
    const answer = createInferenceHandler(
      successor() ?? context,
      chatCompletions,
      '/chat/completions',
      false,
      false,
      [tag],
    )
    answer({ headers: {} }, openClientReply(reply.raw), Buffer.from(JSON.stringify(body)), null)
  }
}

/** Of a request that comes while the server stops. */
export function shuttingDown(): RouteLLMError {
  return new RouteLLMError('shutting-down', 'The gateway is shutting down; try again.', { status: 503 })
}
