import type { RouteLLMError } from '../../../errors.ts'
import type { FinishedCall } from '../../../gateway/accounts/find-usage.ts'
import { findUsageUsd } from '../../../gateway/accounts/find-usage-usd.ts'
import { findDecidedPace } from '../../../gateway/decide/decided-pace.ts'
import type { Decision } from '../../../gateway/decide/decision.ts'
import type { TokenUsage } from '../../../gateway/protocols/protocol.ts'
import type {
  RecordedCall,
  RecordedTokens,
  RequestRecord,
  RequestText,
  RequestTrace,
} from '../../../gateway/request-record.ts'
import type { Attempt } from '../../../gateway/send/attempt.ts'
import type { Delivery } from '../../../gateway/send/delivery.ts'

/** The facts about an exchange that has ended. */
export type ExchangeFacts = {
  readonly time: number
  readonly id: string
  readonly upstreamId: string | null
  readonly protocol: string | null
  readonly path: string
  readonly status: number
  /** Of the error that the gateway itself answers with. */
  readonly error: RouteLLMError['code'] | null
  readonly stream: boolean
  readonly decision: Decision | null
  readonly delivery: Delivery | null
  /** As `performance.now()`. */
  readonly receivedAt: number
  readonly overheadMs: number | null
  readonly queuedMs: number | null
  /** The name of the client's key. */
  readonly key: string | null
  readonly tags: readonly string[]
  readonly trace: RequestTrace | null
  readonly text: RequestText | null
}

export function createRecord(facts: ExchangeFacts): RequestRecord {
  const { decision, delivery, receivedAt } = facts
  const model = delivery?.attempt.model ?? decision?.model ?? null
  const call =
    delivery === null || delivery.attempt.sentAt === 0 ? null : toRecordedCall(delivery.attempt, receivedAt)
  const others =
    delivery === null || delivery.others.length === 0
      ? noCalls
      : delivery.others
          .filter(({ sentAt }) => sentAt > 0)
          .map((attempt) => toRecordedCall(attempt, receivedAt, delivery.attempt))
  const choice = decision === null || decision.kind === 'fixed-model' ? null : decision
  return {
    time: facts.time,
    id: facts.id,
    upstreamId: facts.upstreamId,
    protocol: facts.protocol,
    path: facts.path,
    status: facts.status,
    stream: facts.stream,
    model: model?.name ?? null,
    upstream: model?.upstream ?? null,
    task: choice?.task ?? null,
    policy: choice?.policy ?? null,
    router: choice?.router ?? null,
    threshold: choice?.threshold ?? null,
    strongWinRate: choice?.kind === 'routed' ? choice.strongWinRate : null,
    pace: choice === null ? null : findDecidedPace(choice, choice.pacedBudget),
    side: choice?.side ?? null,
    candidates: choice?.candidates ?? null,
    scores: choice?.kind === 'routed' ? choice.scores : null,
    propensities: choice?.propensities ?? null,
    experiment: choice?.experiment ?? null,
    features: choice?.features ?? null,
    signal: choice?.session?.signal ?? null,
    sessionDecision: choice?.session ?? null,
    effort: delivery?.attempt.effort ?? null,
    fallback: delivery?.fallback ?? (choice?.kind === 'fallback' ? choice.fallback : null),
    error: facts.error,
    overBudget: delivery?.overBudget?.name ?? null,
    attempts: call === null ? 0 : others.length + 1,
    tokens: call?.tokens ?? null,
    events: call?.events ?? null,
    usd: call === null || others.length === 0 ? (call?.usd ?? null) : sumUsd([call, ...others]),
    call,
    otherCalls: others,
    ms: {
      overhead: facts.overheadMs,
      queued: facts.queuedMs,
      firstByte: call?.firstByteMs ?? null,
      total: performance.now() - receivedAt,
    },
    session: choice?.session?.id ?? null,
    key: facts.key,
    tags: facts.tags,
    trace: facts.trace,
    text: facts.text,
  }
}

/** The record of a request that was refused before an exchange began: too large, without a key, or not served. */
export function createRefusedRecord(
  id: string,
  path: string,
  error: Pick<RouteLLMError, 'status' | 'code'>,
  key: string | null,
): RequestRecord {
  return createRecord({
    time: Date.now(),
    id,
    upstreamId: null,
    protocol: null,
    path,
    status: error.status,
    error: error.code,
    stream: false,
    decision: null,
    delivery: null,
    receivedAt: performance.now(),
    overheadMs: null,
    queuedMs: null,
    key,
    tags: noTags,
    trace: null,
    text: null,
  })
}

/** The calls of a record with their models, as it was made of the delivery. */
export function toFinishedCalls(record: RequestRecord, delivery: Delivery | null): readonly FinishedCall[] {
  if (delivery === null) return []
  const sent = [delivery.attempt, ...delivery.others].filter(({ sentAt }) => sentAt > 0)
  const calls = record.call === null ? record.otherCalls : [record.call, ...record.otherCalls]
  return calls.map((call, index) => ({ call, model: sent[index]!.model }))
}

/** Of requests of clients. */
export const noTags: readonly string[] = []
const noCalls: readonly RecordedCall[] = []

/** @param answer the call that answered, if this is another one. */
function toRecordedCall(attempt: Attempt, receivedAt: number, answer?: Attempt): RecordedCall {
  const { model, headAt, sentAt, isRefused, isAborted, status } = attempt
  const reading = attempt.readUsage()
  const usage = reading?.usage ?? (answer === undefined ? null : estimateUsage(attempt, answer))
  return {
    model: model.name,
    tokens: usage === null ? null : toRecordedTokens(usage),
    events: usage === null && reading !== null && reading.events > 0 ? reading.events : null,
    usd: usage === null ? null : findUsageUsd(model, usage),
    isRefused,
    ...(isRefused && status !== null && { status }),
    isAborted,
    sentMs: sentAt - receivedAt,
    firstByteMs: headAt === 0 ? null : headAt - receivedAt,
  }
}

/**
 * Tokens of a call that was aborted before it reported them, if the same model answered the same request: as many
 * tokens of the prompt, none of them from a cache, and one output token an event.
 */
function estimateUsage(attempt: Attempt, answer: Attempt): TokenUsage | null {
  const answered = answer.readUsage()?.usage ?? null
  if (answered === null || attempt.model !== answer.model || attempt.isRefused) return null
  const { promptTokens } = answered
  return {
    promptTokens,
    cachedPromptTokens: 0,
    cacheWritePromptTokens: 0,
    cacheWrite1hPromptTokens: 0,
    completionTokens: attempt.readUsage()?.events ?? 0,
  }
}

/** Null if the dollars of a call that may cost something are not known. */
function sumUsd(calls: readonly RecordedCall[]): number | null {
  let sum: number | null = null
  for (const { usd, isRefused } of calls) {
    if (isRefused) continue
    if (usd === null) return null
    sum = (sum ?? 0) + usd
  }
  return sum
}

function toRecordedTokens(usage: TokenUsage): RecordedTokens {
  return {
    input: usage.promptTokens,
    cachedInput: usage.cachedPromptTokens,
    cacheWriteInput: usage.cacheWritePromptTokens,
    cacheWrite1hInput: usage.cacheWrite1hPromptTokens,
    output: usage.completionTokens,
  }
}
