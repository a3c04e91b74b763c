import type { Decision } from '../../gateway/decide/decision.ts'
import type { TokenUsage } from '../../gateway/protocols/protocol.ts'
import type { RecordedTokens, RequestRecord, RequestText } from '../../gateway/request-record.ts'
import type { Delivery } from '../../gateway/send/plan.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { toUsd } from '../../routing/catalogue/prices.ts'

/** The facts about an exchange that has ended. */
export type ExchangeFacts = {
  readonly time: number
  readonly id: string
  readonly protocol: string | null
  readonly path: string
  readonly status: number
  readonly stream: boolean
  readonly decision: Decision | null
  readonly delivery: Delivery | null
  /** As `performance.now()`. */
  readonly receivedAt: number
  readonly overheadMs: number | null
  readonly text: RequestText | null
}

export function createRecord(facts: ExchangeFacts): RequestRecord {
  const { decision, delivery, receivedAt } = facts
  const model = delivery?.attempt.model ?? decision?.model ?? null
  const reading = delivery?.attempt.readUsage() ?? null
  const usage = reading?.usage ?? null
  const choice = decision === null || decision.kind === 'fixed-model' ? null : decision
  const headAt = delivery?.attempt.headAt ?? 0
  return {
    time: facts.time,
    id: facts.id,
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
    side: choice?.side ?? null,
    fallback: choice?.kind === 'fallback' ? choice.fallback : null,
    attempts: delivery?.attempts ?? 0,
    tokens: usage === null ? null : toRecordedTokens(usage),
    events: usage === null && reading !== null && reading.events > 0 ? reading.events : null,
    usd: usage === null || model === null ? null : findCost(model, usage),
    ms: {
      overhead: facts.overheadMs,
      firstByte: headAt === 0 ? null : headAt - receivedAt,
      total: performance.now() - receivedAt,
    },
    session: null,
    key: null,
    tags: noTags,
    text: facts.text,
  }
}

/** The record of a request that was refused before an exchange began: too large, without a key, or not served. */
export function createRefusedRecord(id: string, path: string, status: number): RequestRecord {
  return createRecord({
    time: Date.now(),
    id,
    protocol: null,
    path,
    status,
    stream: false,
    decision: null,
    delivery: null,
    receivedAt: performance.now(),
    overheadMs: null,
    text: null,
  })
}

const noTags: readonly string[] = []

function toRecordedTokens({
  promptTokens,
  cachedPromptTokens,
  completionTokens,
}: TokenUsage): RecordedTokens {
  return { input: promptTokens, cachedInput: cachedPromptTokens, output: completionTokens }
}

function findCost(model: Model, { promptTokens, completionTokens }: TokenUsage): number | null {
  const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = model
  if (inputUsdPerMillionTokens === undefined || outputUsdPerMillionTokens === undefined) return null
  return toUsd(
    { inputUsdPerMillionTokens, outputUsdPerMillionTokens },
    { inputTokens: promptTokens, outputTokens: completionTokens },
  )
}
