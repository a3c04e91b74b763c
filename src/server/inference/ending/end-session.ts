import type { Decision } from '../../../gateway/decide/decision.ts'
import type { RequestRecord } from '../../../gateway/request-record.ts'
import type { Delivery } from '../../../gateway/send/delivery.ts'
import type { Sessions } from '../../../routing/sessions/sessions.ts'
import { clientClosedRequest } from '../reply/reply-channel.ts'

/**
 * Tells a request's conversation, if it has one, which model answered and what it read from its cache.
 *
 * @param responseId the id by which the next request can name the reply; null if it cannot.
 */
export function endSession(
  sessions: Sessions | null,
  decision: Decision | null,
  delivery: Delivery | null,
  { id, status, tokens }: RequestRecord,
  responseId: string | null,
): void {
  if (sessions === null || delivery === null) return
  if (decision === null || decision.kind === 'fixed-model' || decision.session === undefined) return
  sessions.end(decision.session.key, {
    model: delivery.attempt.model,
    // A client that left while it was reading had an answer, and the upstream has read the prompt.
    isAnswered: delivery.attempt.headAt !== 0 && (status < 400 || status === clientClosedRequest),
    tokens,
    responseId,
    ...(status === 200 && { answered: { requestId: id, asked: decision.session.asked } }),
  })
}
