import { Buffer } from 'node:buffer'
import { estimateCall } from '../../gateway/accounts/estimate-call.ts'
import type { Estimate, Ledger } from '../../gateway/accounts/ledger.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { CommonForm } from '../../gateway/protocols/common/common-form.ts'
import { commonForms } from '../../gateway/protocols/forms.ts'
import type { RequestRecord } from '../../gateway/request-record.ts'
import type { ReplyTap, RequestTap, TappedRequest } from '../../gateway/request-tap.ts'
import type { ShadowKeeper, ShadowPair, ShadowProblem } from '../../gateway/shadow/shadow-pair.ts'
import type { ShadowState } from '../../gateway/shadow/shadow-state.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import { callModel } from './call-model.ts'
import { compareAnswers } from './compare-answers.ts'
import {
  type DrawnModel,
  type DrawOptions,
  drawRequest,
  drawSecondModel,
  hasPrices,
} from './draw-second-model.ts'
import { estimateJudge } from './judge-endpoint.ts'
import { readQuestion, readReplyText } from './read-texts.ts'
import { type SecondRequest, toSecondRequest } from './second-request.ts'
import { createShadowAccount } from './shadow-account.ts'

export type ShadowOptions = DrawOptions & {
  readonly gateway: Gateway
  readonly usdPerDay: number
  /** Requests under way at once. */
  readonly maxInFlight: number
  /** Keeps what is spent; that of the server's keys. */
  readonly ledger: Ledger
  readonly keeper: ShadowKeeper
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Is told once of each kind of problem. */
  readonly warn: (fields: object, message: string) => void
}

/** Sends a sample of requests to a second model after their clients have their answers, and has the answers compared. */
export type ShadowCalls = RequestTap & {
  readonly state: ShadowState
  /** Aborts what is under way. Resolves within moments, and never rejects. */
  close(): Promise<void>
}

/** Of a reply; the answer of a longer one is not compared. */
const longestReplyBytes = 262_144
const mostWaiting = 32
const callTimeoutMs = 300_000

type Task = {
  readonly tapped: TappedRequest
  readonly drawn: DrawnModel
  readonly second: SecondRequest
  readonly record: RequestRecord
  readonly reply: Buffer
  readonly isEventStream: boolean
}

/**
 * Nothing of it touches a request: it copies the bytes of replies that were drawn, and begins when their clients have the end.
 * Texts are in memory until their comparison ends, at most 32 requests of half a megabyte that wait; more are dropped and counted.
 */
export function createShadowCalls(options: ShadowOptions): ShadowCalls {
  const { gateway, judge, maxInFlight, keeper, now, warn } = options
  const account = createShadowAccount(options.ledger, options.usdPerDay)
  const counts = createCounts()
  const waiting: Task[] = []
  const running = new Set<Promise<void>>()
  const closing = new AbortController()
  const warned = new Set<string>()
  if (judge !== null && !hasPrices(judge))
    warn({ judge: judge.name }, 'the judge has no price, so no shadow call is made')

  function begin(tapped: TappedRequest): ReplyTap | null {
    const decision = drawRequest(tapped, options)
    if (decision === null || closing.signal.aborted) return null
    const second = toSecondRequest(tapped, commonForms)
    if (second === null || gateway.passesCredential(tapped.decision.model)) return null
    if (account.isSpent()) {
      counts.overBudget++
      return null
    }
    return createReplyTap((record, reply, isEventStream) => {
      const drawn = record.status === 200 ? drawSecondModel(record, decision, options.share) : null
      if (drawn === null || gateway.passesCredential(drawn.model)) return
      offer({ tapped, drawn, second, record, reply, isEventStream })
    })
  }

  function offer(task: Task): void {
    counts.sampled++
    if (waiting.length >= mostWaiting || closing.signal.aborted) counts.dropped++
    else {
      waiting.push(task)
      startNext()
    }
  }

  function startNext(): void {
    while (running.size < maxInFlight) {
      const task = waiting.shift()
      if (task === undefined) return
      const run = runTask(task)
        .catch((error: unknown) => tell('failed', { problem: error instanceof Error ? error.name : 'error' }))
        .then(() => {
          running.delete(run)
          startNext()
        })
      running.add(run)
    }
  }

  async function runTask({ tapped, drawn, second, record, reply, isEventStream }: Task): Promise<void> {
    const texts = readTexts(second.form, tapped, reply, isEventStream)
    if (texts === null) return
    const { model, answered, propensity } = drawn
    const chargedAt = now()
    const reserved = await account.reserve(estimatePair(model, judge, tapped.needs, gateway.observed))
    if (reserved === null) {
      counts.overBudget++
      return
    }
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(callTimeoutMs)])
    const { request } = second
    const called = await callModel(gateway, { model, protocol: tapped.protocol, request }, signal)
    const chargedUsd = called.usd ?? estimateCall(model, tapped.needs, gateway.observed).usd ?? 0
    reserved.settle(chargedUsd)
    const pair = {
      requestId: record.id,
      time: record.time,
      policy: record.policy,
      model: answered,
      otherModel: model.name,
      modelUsd: record.call?.usd ?? null,
      otherUsd: called.usd,
      chargedAt,
      propensity,
      // Rules find ties only, so without a judge a verdict depends on the answers.
      labelPropensity: judge === null ? null : propensity,
    }
    const otherAnswer = called.kind === 'answered' ? readReplyText(second.form, called.body, false) : null
    if (otherAnswer === null) {
      const problem = closing.signal.aborted ? 'stopped' : 'other-failed'
      keep({ ...pair, chargedUsd, judgeUsd: 0, verdict: null, judge: null, orders: null, problem })
      if (problem === 'other-failed')
        tell(`other ${model.name}`, {
          model: model.name,
          problem: called.kind === 'failed' ? called.problem : 'an answer that cannot be read',
        })
      return
    }
    const compared = await compareAnswers({ ...texts, otherAnswer }, judge, gateway, account, closing.signal)
    keep({ ...pair, ...compared, chargedUsd: chargedUsd + compared.chargedUsd })
    if (compared.problem === 'judge-failed') tell('judge', { judge: judge?.name })
  }

  function keep(pair: ShadowPair): void {
    if (pair.problem !== null) counts.problems[pair.problem]++
    else if (pair.verdict !== null) counts.verdicts[pair.verdict]++
    counts.usd += pair.chargedUsd
    keeper.addShadowPair(pair)
  }

  /** The first of each kind is logged; all are counted. No text is part of it. */
  function tell(kind: string, fields: object): void {
    if (warned.has(kind)) return
    warned.add(kind)
    warn(fields, 'a shadow call failed; later failures of this kind are counted only')
  }

  return {
    begin,
    get state() {
      return { ...counts, open: waiting.length + running.size }
    },
    async close() {
      counts.dropped += waiting.length
      waiting.length = 0
      closing.abort()
      await Promise.all(running)
    },
  }
}

/** The second model's call and two of the judge, so that no call is made whose answer cannot be judged. */
function estimatePair(
  model: Model,
  judge: Model | null,
  needs: RequestNeeds,
  observed: ObservedCalls,
): Estimate {
  const call = estimateCall(model, needs, observed)
  if (judge === null || call.usd === null) return call
  const judged = estimateJudge(judge, needs.inputTokens + call.tokens)
  return judged.usd === null ? judged : { ...call, usd: call.usd + 2 * judged.usd }
}

/** What a judge reads; null if the request or the answer is not all text, or cannot be read. */
function readTexts(
  form: CommonForm,
  { request }: TappedRequest,
  reply: Buffer,
  isEventStream: boolean,
): { readonly question: string; readonly answer: string } | null {
  const question = readQuestion(form, request.parsed)
  const answer = question === null ? null : readReplyText(form, reply, isEventStream)
  return question === null || answer === null ? null : { question, answer }
}

type Offer = (record: RequestRecord, reply: Buffer, isEventStream: boolean) => void

function createReplyTap(offer: Offer): ReplyTap {
  const chunks: Buffer[] = []
  let length = 0
  let isEventStream = false
  let isReadable = true
  return {
    onHead(isEvents, encoding) {
      isEventStream = isEvents
      isReadable = encoding === undefined
    },
    push(chunk) {
      length += chunk.length
      if (length > longestReplyBytes) {
        isReadable = false
        chunks.length = 0
      }
      if (isReadable) chunks.push(Buffer.from(chunk))
    },
    end(record) {
      if (isReadable) offer(record, Buffer.concat(chunks), isEventStream)
    },
  }
}

function createCounts() {
  const problems: Record<ShadowProblem, number> = {
    'other-failed': 0,
    'judge-failed': 0,
    unreadable: 0,
    'no-rule': 0,
    'too-long': 0,
    budget: 0,
    stopped: 0,
    person: 0,
  }
  const verdicts = { model: 0, other: 0, tie: 0 }
  return { sampled: 0, verdicts, problems, dropped: 0, overBudget: 0, usd: 0 }
}
