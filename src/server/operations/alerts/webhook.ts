import { callJson } from '../../../base/http/call-json.ts'
import { fetchReply } from '../../../base/http/fetch-reply.ts'
import type { RetryPolicy } from '../../../base/http/retry.ts'
import type { AlertEvent } from '../../../config/config.ts'
import { deliveryHeader, signatureHeader, signDelivery } from './signature.ts'

/** A receiver of alerts. */
export type WebhookTarget = {
  readonly url: string
  readonly events: readonly AlertEvent[]
  /** Null: deliveries are not signed. */
  readonly secret: string | null
}

export type Delivery = { readonly id: string; readonly body: string }

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** @param problem without the receiver's URL, which may be secret. */
  | { readonly kind: 'failed'; readonly problem: string }

const timeoutMs = 10_000
const maxReplyBytes = 65_536

/**
 * Sends one delivery until the receiver takes it (any 2xx), refuses it for good, or the attempts are over. A redirect is a
 * refusal. Each attempt is signed with its own time. Never rejects but for the signal's abort.
 */
export async function sendDelivery(
  { url, secret }: WebhookTarget,
  { id, body }: Delivery,
  {
    retry,
    now,
    signal,
  }: { readonly retry: RetryPolicy; readonly now: () => number; readonly signal: AbortSignal },
): Promise<DeliveryOutcome> {
  const outcome = await callJson(
    (attemptSignal) =>
      fetchReply(
        fetch,
        url,
        {
          method: 'POST',
          redirect: 'manual',
          body,
          headers: {
            'content-type': 'application/json',
            'user-agent': 'routellm',
            [deliveryHeader]: id,
            ...(secret !== null && {
              [signatureHeader]: signDelivery(secret, Math.floor(now() / 1000), body),
            }),
          },
          ...(attemptSignal !== undefined && { signal: attemptSignal }),
        },
        maxReplyBytes,
      ),
    { ...retry, timeoutMs, secret: secret ?? undefined },
    signal,
  )
  if (outcome.kind === 'answered') return { kind: 'delivered' }
  const problem =
    outcome.kind === 'refused'
      ? `it answered ${outcome.status}`
      : outcome.isTimeout
        ? 'no answer in time'
        : 'not reachable'
  return { kind: 'failed', problem: `${problem}, after ${outcome.tries} attempts` }
}
