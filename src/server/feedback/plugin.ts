import { randomUUID } from 'node:crypto'
import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError, StoreError } from '../../errors.ts'
import type { Feedback, FeedbackKeeper } from '../../gateway/feedback.ts'
import type { OnRequest } from '../access/hooks.ts'
import type { ErrorResponder } from '../http-error.ts'
import { parseFeedbackBody } from './feedback-body.ts'

export type FeedbackOptions = {
  /** Null: the server keeps no requests. */
  readonly keeper: FeedbackKeeper | null
  /** Is called with feedback that is on the disk. */
  readonly onFeedback: (feedback: Feedback) => void
  /** Null: no key is needed. */
  readonly requireKey: OnRequest | null
  readonly respondWithError: ErrorResponder
}

/** Of a correction, mostly. */
const bodyLimitBytes = 4 << 20

/** `POST /v1/feedback`: answers once the feedback is on the disk. */
export const feedbackPlugin: FastifyPluginCallback<FeedbackOptions> = (app, options, done) => {
  const { keeper, onFeedback, requireKey, respondWithError } = options
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', '*'],
    { parseAs: 'string', bodyLimit: bodyLimitBytes },
    (_request, body, parsed) => {
      try {
        parsed(null, JSON.parse(String(body)))
      } catch (cause) {
        parsed(
          new InvalidRequestError(
            'bad-json',
            `The body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
            { cause },
          ),
        )
      }
    },
  )
  app.setErrorHandler(respondWithError)
  if (requireKey !== null) app.addHook('onRequest', requireKey)
  app.post('/v1/feedback', async ({ body, headers, clientKey }) => {
    if (keeper === null) throw storeOff()
    const { requestId, id: ownId, thumbs, score, correction, scores } = parseFeedbackBody(body)
    const request = await keeper.findRequest(requestId)
    const key = clientKey?.name ?? null
    if (request === null || (request.key !== null && request.key !== key)) throw unknownRequest(requestId)
    const named = ownId ?? firstOf(headers['idempotency-key'])
    // Two keys may use the same id.
    const id = named === undefined ? `fb-${randomUUID()}` : named
    const feedback = {
      id: key === null ? id : `${key}/${id}`,
      requestId: request.id,
      time: Date.now(),
      thumbs: thumbs ?? null,
      score: score ?? null,
      correction: correction ?? null,
      scores: scores ?? null,
      key,
    }
    await keeper.addFeedback(feedback)
    onFeedback(feedback)
    return { id, requestId: request.id }
  })
  done()
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header[0] : header
  return value === undefined || value === '' ? undefined : value.slice(0, 200)
}

function storeOff(): StoreError {
  return new StoreError(
    'store-off',
    'This gateway keeps no requests (`store: off`, or --no-store), so it takes no feedback.',
    { status: 404 },
  )
}

function unknownRequest(id: string): InvalidRequestError {
  return new InvalidRequestError(
    'unknown-request',
    `This gateway has kept no request ${JSON.stringify(id.slice(0, 100))} of this key. Give the x-routellm-request-id or the x-request-id of its reply.`,
    { status: 404, param: 'requestId' },
  )
}
