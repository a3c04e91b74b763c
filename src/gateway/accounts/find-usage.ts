import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import type { RecordedCall, RequestRecord } from '../request-record.ts'
import { estimateCall } from './estimate-call.ts'
import type { Usage } from './ledger.ts'

/** A call of a finished request, with its model. */
export type FinishedCall = { readonly call: RecordedCall; readonly model: Model }

/** What a finished request has used: the sum of its calls, and nothing if it made none. */
export function findUsage(
  record: Pick<RequestRecord, 'stream'>,
  calls: readonly FinishedCall[],
  needs: RequestNeeds,
  observed: ObservedCalls,
): Usage {
  let tokens = 0
  let usd: number | null = 0
  for (const { call, model } of calls) {
    const used = findCallUsage(record, call, model, needs, observed)
    tokens += used.tokens
    usd = usd === null || used.usd === null ? null : usd + used.usd
  }
  return { tokens, usd }
}

/**
 * What is known of one call, else what is likely:
 *
 * - refused by its upstream: nothing
 * - its tokens were reported: those
 * - a stream: the estimated prompt, and a token for each event
 * - no head came, because nobody waited for it any longer (`isAborted`): a stream the prompt, another reply what was expected of
 *   it, because the upstream may have written it
 * - no head came for another reason: nothing, because the upstream could not be reached
 * - another reply without tokens: what was expected of it
 */
function findCallUsage(
  { stream }: Pick<RequestRecord, 'stream'>,
  call: RecordedCall,
  model: Model,
  needs: RequestNeeds,
  observed: ObservedCalls,
): Usage {
  if (call.isRefused) return nothing
  if (call.tokens !== null) return { tokens: call.tokens.input + call.tokens.output, usd: call.usd }
  if (call.firstByteMs === null && !call.isAborted) return nothing
  if (stream || call.events !== null) {
    const outputTokens = call.events ?? 0
    const { inputTokens } = needs
    return {
      tokens: inputTokens + outputTokens,
      usd: findCallUsd(model, { inputTokens, cachedTokens: 0, outputTokens }),
    }
  }
  const { tokens, usd } = estimateCall(model, needs, observed)
  return { tokens, usd }
}

const nothing: Usage = { tokens: 0, usd: 0 }
