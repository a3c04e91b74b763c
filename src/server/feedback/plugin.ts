import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError } from '../../errors.ts'
import type { OnRequest } from '../access/hooks.ts'
import type { ErrorResponder } from '../http-error.ts'
import { parseFeedbackBody } from './feedback-body.ts'
import type { GiveFeedback } from './give-feedback.ts'

export type FeedbackOptions = {
  readonly giveFeedback: GiveFeedback
  readonly requireKey: OnRequest
  readonly respondWithError: ErrorResponder
}

/** Of a correction, mostly. */
const bodyLimitBytes = 4 << 20

/** `POST /v1/feedback`: answers once the feedback is on the disk. */
export const feedbackPlugin: FastifyPluginCallback<FeedbackOptions> = (app, options, done) => {
  const { giveFeedback, requireKey, respondWithError } = options
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
  app.addHook('onRequest', requireKey)
  app.post('/v1/feedback', ({ body, headers, clientKey }) => {
    const id = firstOf(headers['idempotency-key'])
    const key = clientKey?.name ?? null
    return giveFeedback(parseFeedbackBody(body), { kind: 'client', key, ...(id !== undefined && { id }) })
  })
  done()
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const value = Array.isArray(header) ? header[0] : header
  return value === undefined || value === '' ? undefined : value.slice(0, 200)
}
