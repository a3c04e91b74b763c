import { textIdentity } from '../../base/text/text-identity.ts'
import { isSameModel } from '../../routing/catalogue/model-names.ts'
import { type TokenPrices, toUsd } from '../../routing/catalogue/prices.ts'
import type { PickPrompt } from '../../routing/prompts/pick-prompt.ts'
import type { Router } from '../../routing/routers/router.ts'
import { scorePrompts } from '../../routing/routers/score-prompts.ts'
import type { LogFormat, LoggedRequest } from '../formats/logs/log-format.ts'
import { tokensOf } from '../formats/logs/token-estimate.ts'
import { costOfRequest, createPaidTally, type KeptOut, type Paid } from './savings/money-tally.ts'
import { createSavingsCurve, type RequestSaving, type SavingsCurve } from './savings/savings-curve.ts'
import { createExamplePrompts, type ExamplePrompts } from './survey/example-prompts.ts'
import type { MergedSurvey } from './survey/one-model.ts'
import { createSegmentTally, type SegmentTally } from './survey/segment-tally.ts'
import { countedModel, entriesOf, hasText } from './survey/survey.ts'
import type { AuditedPair } from './verdict/audited-pair.ts'
import { createRequestSampler, type RequestSampler } from './verdict/label-sample.ts'
import { findLoggedWinRate, type WinRateSource } from './win-rate-source.ts'

/** The sums of the second reading of a log. */
export type ScoredReading = {
  readonly paid: Paid
  readonly paidByModel: ReadonlyMap<string, Paid>
  /** Requests of models that cost more than the weak one. Those below the threshold would go to the weak model. */
  readonly routed: { readonly requests: number; readonly paidUsd: number }
  readonly alreadyRouted: AlreadyRouted
  readonly keptOut: ReadonlyMap<KeptOut, { readonly requests: number; readonly paidUsd: number }>
  /** All requests that a router could decide. Those that stay in any case, or have an unknown cost, save nothing. */
  readonly curve: SavingsCurve
  readonly segments: SegmentTally
  readonly sampler: RequestSampler
  readonly examples: ExamplePrompts
}

/**
 * Requests that the weak model answered because a router sent them there, in RouteLLM's own log. At a lower threshold
 * the strong model would have answered them, so what they save is `strongUsd` less `paidUsd`.
 */
export type AlreadyRouted = {
  readonly requests: number
  readonly paidUsd: number
  /** What the strong model would have cost for the same tokens. */
  readonly strongUsd: number
}

export type ScoredReadingOptions = {
  readonly format: LogFormat
  readonly survey: MergedSurvey
  readonly prices: ReadonlyMap<string, TokenPrices>
  readonly pair: AuditedPair | undefined
  readonly router: Router
  /** Picks the scored text of a conversation. */
  readonly pickPrompt: PickPrompt
  readonly winRates: WinRateSource
  readonly seed: number
  /** Requests to draw for labelling. */
  readonly sampleSize: number
  readonly signal?: AbortSignal
  readonly onProgress?: (rows: number) => void
}

const batchSize = 256
const shownExamples = 5
const msPerDay = 86_400_000

type Candidate = {
  readonly request: LoggedRequest
  readonly winRate: number | undefined
  readonly paidUsd: number
  /** What it costs if the strong model answers: what was paid, or more if the weak model answered. */
  readonly strongUsd: number
  /** Undefined if the request stays with its model at any win rate, or if its cost is unknown. */
  readonly savedUsd: number | undefined
  /** Whether a label of the request helps to judge routing. It does not if a cheap model answers it in any case. */
  readonly isWorthLabel: boolean
}

/** Reads a log again, scores in batches what could be routed, and adds up. Memory does not grow with the log. */
export async function readScored(
  files: readonly string[],
  options: ScoredReadingOptions,
): Promise<ScoredReading> {
  const {
    format,
    survey: { survey, nameOf },
    prices,
    pair,
    router,
    pickPrompt,
    winRates: source,
    seed,
    sampleSize,
    signal,
    onProgress,
  } = options
  const weakPrices = pair === undefined ? undefined : prices.get(pair.weak)
  const models = new Map(survey.models.map(({ model }) => [model, createPaidTally()]))
  const paid = createPaidTally()
  const keptOut = new Map<KeptOut, { requests: number; paidUsd: number }>()
  const routed = { requests: 0, paidUsd: 0 }
  const alreadyRouted = { requests: 0, paidUsd: 0, strongUsd: 0 }
  const strongPrices = pair === undefined ? undefined : prices.get(pair.strong)
  const curve = createSavingsCurve({ seed })
  const segments = createSegmentTally(survey.frequent)
  const sampler = createRequestSampler(sampleSize, seed)
  const examples = createExamplePrompts(shownExamples)
  let batch: Candidate[] = []
  let rows = 0

  /** Undefined if no router could decide the request. */
  function candidateOf(request: LoggedRequest): Candidate | undefined {
    const model = countedModel(models, request.model)
    const cost = costOfRequest(request, prices.get(request.model))
    paid.add(cost)
    models.get(model)?.add(cost)
    if (request.notRoutable !== undefined) {
      keepOut(request.notRoutable, cost.usd)
      if (cost.usd !== undefined) curve.addPaid({ paidUsd: cost.usd, ...unitsOf(request) })
      return undefined
    }
    const logged = findLoggedWinRate(request, source)
    if (logged === 'other-router') {
      keepOut(logged, cost.usd)
      if (cost.usd !== undefined) curve.addPaid({ paidUsd: cost.usd, ...unitsOf(request) })
      return undefined
    }
    const winRate = logged === 'to-score' ? undefined : logged
    const tokens = tokensOf(request)
    // It still has a win rate.
    if (cost.usd === undefined || (tokens === undefined && pair?.routed.has(model) === true)) {
      keepOut(cost.usd === undefined ? cost.keptOut : 'no-usage', cost.usd)
      const paidUsd = cost.usd ?? 0
      return { request, winRate, paidUsd, strongUsd: paidUsd, savedUsd: undefined, isWorthLabel: true }
    }
    const paidUsd = cost.usd
    if (tokens !== undefined && strongPrices !== undefined && isAlreadyRouted(request, pair)) {
      const strongUsd = toUsd(strongPrices, tokens)
      alreadyRouted.requests++
      alreadyRouted.paidUsd += paidUsd
      alreadyRouted.strongUsd += strongUsd
      return { request, winRate, paidUsd, strongUsd, savedUsd: strongUsd - paidUsd, isWorthLabel: true }
    }
    if (pair?.routed.has(model) !== true || weakPrices === undefined || tokens === undefined)
      return {
        request,
        winRate,
        paidUsd,
        strongUsd: paidUsd,
        savedUsd: undefined,
        isWorthLabel: pair === undefined,
      }
    routed.requests++
    routed.paidUsd += paidUsd
    const savedUsd = paidUsd - toUsd(weakPrices, tokens)
    return { request, winRate, paidUsd, strongUsd: paidUsd, savedUsd, isWorthLabel: true }
  }

  function keepOut(reason: KeptOut, paidUsd: number | undefined): void {
    const sums = keptOut.get(reason) ?? { requests: 0, paidUsd: 0 }
    keptOut.set(reason, sums)
    sums.requests++
    sums.paidUsd += paidUsd ?? 0
  }

  async function scoreBatch(): Promise<void> {
    signal?.throwIfAborted()
    const toScore = batch.filter(({ winRate }) => winRate === undefined)
    const prompts = toScore.map(({ request }) => request.prompt)
    const scores = Array.from(
      prompts.length === 0 ? [] : await scorePrompts(router, prompts, signal),
    ).values()
    for (const { request, winRate: logged, paidUsd, strongUsd, savedUsd, isWorthLabel } of batch) {
      const winRate = logged ?? scores.next().value!
      const { prompt, model, answer } = request
      curve.add({ winRate, paidUsd: strongUsd, savedUsd, ...unitsOf(request) })
      segments.add(request, winRate, paidUsd, savedUsd ?? 0)
      if (!hasText(request)) continue
      examples.add(prompt.text, winRate)
      if (!isWorthLabel) continue
      sampler.add({
        prompt: prompt.text,
        strongWinRate: winRate,
        ...(answer !== undefined && { answers: { [model]: answer } }),
      })
    }
    batch = []
    onProgress?.(rows)
  }

  for await (const entry of entriesOf(files, format, { pickPrompt, signal })) {
    rows++
    if (entry.kind === 'unreadable') continue
    const candidate = candidateOf({ ...entry.request, model: nameOf(entry.request.model) })
    if (candidate === undefined) continue
    batch.push(candidate)
    if (batch.length === batchSize) await scoreBatch()
  }
  if (batch.length > 0) await scoreBatch()
  return {
    paid: paid.paid,
    paidByModel: new Map([...models].map(([model, tally]) => [model, tally.paid])),
    routed,
    alreadyRouted,
    keptOut,
    curve,
    segments,
    sampler,
    examples,
  }
}

/** Whether a router's decision gave the request to the weak model. */
function isAlreadyRouted({ decision, model }: LoggedRequest, pair: AuditedPair | undefined): boolean {
  return decision !== undefined && pair !== undefined && isSameModel(model, pair.weak)
}

/** The day and the user of a request, which the intervals resample. A key stands for a user that the log does not name. */
function unitsOf({ time, user, key }: LoggedRequest): Pick<RequestSaving, 'day' | 'user'> {
  const name = user ?? key
  return {
    day: time === undefined ? undefined : Math.floor(time / msPerDay),
    user: name === undefined ? undefined : textIdentity(name),
  }
}
