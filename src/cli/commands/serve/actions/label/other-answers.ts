import { type SharedWork, shareWork } from '../../../../../base/concurrency/shared-work.ts'
import { RouteLLMError, UpstreamError } from '../../../../../errors.ts'
import type { Gateway } from '../../../../../gateway/gateway.ts'
import { labelAccount, type ShadowKeeper } from '../../../../../gateway/shadow/shadow-pair.ts'
import { callModel } from '../../../../../jobs/shadow/call-model.ts'
import { readReplyText } from '../../../../../jobs/shadow/read-texts.ts'
import type { ShadowAccount } from '../../../../../jobs/shadow/shadow-account.ts'
import type { RequestTrace } from '../../../../../store/reader/answers.ts'
import type { OtherCall } from './find-other-call.ts'

export type OtherAnswer = { readonly model: string; readonly text: string; readonly usd: number | null }

/** The answers of other models, in memory: they are written nowhere, and are asked for again after a restart. */
export type OtherAnswers = {
  find(requestId: string): OtherAnswer | null
  ask(asked: AskedAnswer, signal: AbortSignal): Promise<OtherAnswer>
  /** Aborts what is under way. Never rejects. */
  close(): Promise<void>
}

export type AskedAnswer = {
  readonly gateway: Gateway
  readonly trace: RequestTrace
  /** The probability with which the request was put up. */
  readonly propensity: number
  readonly call: Extract<OtherCall, { readonly kind: 'possible' }>
}

export type OtherAnswersParts = {
  /** The dollars of the day; that of the configuration that is served. */
  readonly account: () => ShadowAccount
  /** Keeps what the calls have cost. */
  readonly keeper: ShadowKeeper
  readonly now: () => number
}

const mostKept = 200
const longestAnswer = 262_144
const timeoutMs = 300_000

export function createOtherAnswers({ account, keeper, now }: OtherAnswersParts): OtherAnswers {
  const kept = new Map<string, OtherAnswer>()
  /** Those that may be joined. */
  const asking = new Map<string, SharedWork<OtherAnswer>>()
  /** These, and those that nobody waits for any more, until they have ended. */
  const running = new Set<SharedWork<OtherAnswer>>()
  const closing = new AbortController()

  function start(asked: AskedAnswer): SharedWork<OtherAnswer> {
    const { id } = asked.trace
    const started = shareWork(
      (signal) => call(asked, AbortSignal.any([signal, closing.signal, AbortSignal.timeout(timeoutMs)])),
      () => asking.delete(id),
    )
    asking.set(id, started)
    running.add(started)
    void started.ended.then(() => running.delete(started))
    return started
  }

  async function call(
    { gateway, trace, propensity, call: planned }: AskedAnswer,
    signal: AbortSignal,
  ): Promise<OtherAnswer> {
    const { model, protocol, form, request, expected } = planned
    const chargedAt = now()
    const reserved = await account().reserve(expected)
    if (reserved === null) throw budgetSpent()
    const called = await callModel(gateway, { model, protocol, request }, signal)
    const chargedUsd = called.usd ?? expected.usd
    reserved.settle(chargedUsd)
    const text = called.kind === 'answered' ? readReplyText(form, called.body, false) : null
    keeper.addShadowPair({
      requestId: trace.id,
      time: trace.time,
      policy: trace.policy,
      model: trace.model ?? '',
      otherModel: model.name,
      modelUsd: trace.calls[0]?.usd ?? null,
      otherUsd: called.usd,
      judgeUsd: 0,
      chargedUsd,
      chargedAt,
      propensity: propensity / planned.others,
      labelPropensity: null,
      verdict: null,
      judge: null,
      orders: null,
      problem: text === null ? 'other-failed' : 'person',
      account: labelAccount,
    })
    if (text === null) throw noAnswer(called.kind === 'failed' ? called.problem : 'a reply without text')
    const answer = { model: model.name, text: text.slice(0, longestAnswer), usd: called.usd }
    kept.set(trace.id, answer)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
    return answer
  }

  return {
    find: (requestId) => kept.get(requestId) ?? null,
    async ask(asked, signal) {
      const known = kept.get(asked.trace.id)
      if (known !== undefined) return known
      signal.throwIfAborted()
      return (asking.get(asked.trace.id) ?? start(asked)).join(signal)
    },
    async close() {
      closing.abort()
      await Promise.all(Array.from(running, ({ ended }) => ended))
    },
  }
}

function budgetSpent(): RouteLLMError {
  return new RouteLLMError(
    'budget-exceeded',
    'What is left of today’s dollars for answers to label (labels.usdPerDay) is less than this answer is expected to cost. Raise it, or rate the one answer alone.',
    { status: 429 },
  )
}

/** It does not name the model: nobody knows yet which one answered the client. */
function noAnswer(problem: string): UpstreamError {
  return new UpstreamError('no-answer-to-compare', `The other model gave no answer (${problem}). Try again.`)
}
