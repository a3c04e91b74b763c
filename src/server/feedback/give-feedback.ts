import { randomUUID } from 'node:crypto'
import { InvalidRequestError, StoreError } from '../../errors.ts'
import type { Feedback, FeedbackKeeper } from '../../gateway/feedback.ts'
import type { FeedbackBody } from './feedback-body.ts'

/** Who says it: a client, of requests without a key and of its own key, or the page, of every request. */
export type FeedbackGiver =
  | {
      readonly kind: 'client'
      readonly key: string | null
      /** By which it counts once. Default: the body's `id`, or a new one. */
      readonly id?: string
    }
  | { readonly kind: 'page' }

/**
 * Keeps what is said of a request; resolves once it is on the disk.
 *
 * @throws StoreError `store-off` (404); InvalidRequestError `unknown-request` (404) for one that was not kept, or of another key.
 */
export type GiveFeedback = (
  said: FeedbackBody,
  giver: FeedbackGiver,
) => Promise<{ readonly id: string; readonly requestId: string }>

/** @param keeper null: the server keeps no requests. @param onFeedback is called with feedback that is on the disk. */
export function createGiveFeedback(
  keeper: FeedbackKeeper | null,
  onFeedback: (feedback: Feedback) => void,
): GiveFeedback {
  return async (said, giver) => {
    if (keeper === null) throw storeOff()
    const { requestId, thumbs, score, correction, scores } = said
    const request = await keeper.findRequest(requestId)
    const key = giver.kind === 'client' ? giver.key : null
    const isOthers =
      giver.kind === 'client' && request !== null && request.key !== null && request.key !== key
    if (request === null || isOthers) throw unknownRequest(requestId)
    const named = said.id ?? (giver.kind === 'client' ? giver.id : undefined)
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
  }
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
