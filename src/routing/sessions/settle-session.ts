import type { Model } from '../catalogue/model.ts'
import type { Choice } from '../policies/choice.ts'
import {
  type CachePrices,
  cacheIdentity,
  type ExpectedRest,
  promptUsd,
  restUsd,
  returnUsd,
} from './cache-costs.ts'
import { type FailureSignals, isFailing } from './conversation/failure-signals.ts'
import { effortRank, type RankedCandidate, rankCandidates, relativeOutput } from './rank-candidates.ts'

/** Where in its conversation a request is. */
export type Moment =
  /** Nothing is remembered, or there is no answer yet. */
  | 'first'
  | 'tool-loop'
  | 'user-turn'
  /** A user's turn after so long that caches have expired. */
  | 'idle'
  /** A user's turn after turns were cut off or summed up. */
  | 'compaction'

/** Why another model answers than the turn before. */
export type SwitchReason = Exclude<Moment, 'first' | 'tool-loop'> | 'failure-signal' | 'cannot-answer'

/** Why the policy's choice was not followed. */
export type KeepReason =
  | 'tool-loop'
  /** The switch would cost more than the policy expects to gain by it. */
  | 'dollars'
  /** The dollars are not known, and the policy does not expect better answers of the other model. */
  | 'unpriced'
  /** The conversation does not go well, and the other model is not expected to be better. */
  | 'failure-signal'

/** What a conversation did to a decision. */
export type SessionDecision = {
  readonly id: string
  /** The number of the user's turn, from 1. */
  readonly turn: number
  readonly switched: SwitchReason | null
  readonly kept: KeepReason | null
  /**
   * What the model switched to, or refused, pays for this prompt beyond what it would with a cache as full as the
   * current model's, in dollars; null if there was nothing to switch to, or a price is not known.
   */
  readonly switchUsd: number | null
  /** Tokens of the prompt that the model which answers is expected to have in its cache. */
  readonly cachedTokens: number
  readonly signals: FailureSignals
}

/** What the rules need to know of a conversation at one request. */
export type SessionMoment = {
  readonly id: string
  readonly turn: number
  readonly moment: Moment
  /** The name of the model that answered last; null at first. */
  readonly current: string | null
  readonly signals: FailureSignals
  readonly rest: ExpectedRest
  cachedTokens(model: Model): number
  /** Null for a model without prices. */
  pricesOf(model: Model): CachePrices | null
}

export type SettledChoice = { readonly choice: Choice; readonly session: SessionDecision }

/**
 * The policy's choice, or what a conversation makes of it:
 *
 * 1. Within a tool loop the current model stays, and its answer is not read for an escalation. Only if it can no longer
 *    answer (excluded, or no longer a candidate), the policy's choice does.
 * 2. After failure signals the next better candidate answers, one of the same upstream (a higher effort) first, unless
 *    the policy asks for a better one itself; nothing worse than the current one does.
 * 3. Between a pair, the strong model answers from a win rate that its dollars raise or lower (`findPairTarget`): above the threshold if
 *    it would begin with a cold cache, below it if the weak model would.
 * 4. Otherwise the options are the policy's choice and those that are scored at least as high: the current model and
 *    the other efforts of its upstream, which share its cache. The option with the fewest expected dollars until the
 *    conversation ends or the policy wants another model answers (`restUsd`, `returnUsd`). So a better model that the policy asks for
 *    is switched to, an effort before a model if it costs less, and a cheaper model only if it saves more than its cold
 *    cache costs.
 * 5. Without all prices no dollars are compared: what the policy scores higher is switched to, and what it does not is
 *    followed after idle time or a compaction only; the lowest effort of the current upstream that is good enough
 *    answers otherwise.
 *
 * A choice that the policy could not score (`fallback`) is followed at a user's turn, and so is one that was drawn at random.
 *
 * @param isDrawn whether the model was drawn at random for the session, whatever the policy's scores say.
 */
export function settleSession(choice: Choice, at: SessionMoment, isDrawn = false): SettledChoice {
  const candidates = rankCandidates(choice)
  const wish = candidates.find(({ model }) => model.name === choice.model.name)
  const current = candidates.find(({ model }) => model.name === at.current)
  if (at.moment === 'first' || at.current === null || wish === undefined)
    return settled(choice, at, choice.model)
  if (current === undefined) {
    const reason = choice.model.name === at.current ? null : 'cannot-answer'
    return settled(choice, at, choice.model, { switched: reason, other: choice.model })
  }
  const { target, reason } = findTarget(choice, at, candidates, wish, current, isDrawn)
  const isSwitch = target !== current
  const isKept = reason !== null && !isSwitch && target !== wish
  const isEscalation = isFailing(at.signals) && isBetter(target, current)
  return settled(choice, at, target.model, {
    switched: isSwitch ? (isEscalation ? 'failure-signal' : switchReason(at.moment)) : null,
    kept: isKept ? reason : null,
    other: isSwitch ? target.model : isKept ? wish.model : null,
    current: current.model,
  })
}

/** What answers, and why it is not the policy's choice. */
type Target = { readonly target: RankedCandidate; readonly reason: KeepReason | null }

function findTarget(
  choice: Choice,
  at: SessionMoment,
  candidates: readonly RankedCandidate[],
  wish: RankedCandidate,
  current: RankedCandidate,
  isDrawn: boolean,
): Target {
  if (at.moment === 'tool-loop') return { target: current, reason: 'tool-loop' }
  if (choice.kind === 'fallback' || isDrawn) return { target: wish, reason: null }
  if (isFailing(at.signals) && current.score !== null && !isBetter(wish, current)) {
    const better = findNextBetter(candidates, current)
    return { target: better ?? current, reason: 'failure-signal' }
  }
  const paired = findPairTarget(choice, at, candidates, current)
  if (paired !== undefined) return { target: paired, reason: 'dollars' }
  const options = findOptions(candidates, wish, current)
  const dollars = options.map((option) => expectedUsd(option, current, at))
  if (dollars.every((usd) => usd !== null)) {
    const cheapest = Math.min(...dollars)
    return { target: options[dollars.indexOf(cheapest)]!, reason: 'dollars' }
  }
  const isCold = at.moment === 'idle' || at.moment === 'compaction'
  if (isCold || wish.identity === current.identity) return { target: wish, reason: null }
  const sharing = options.filter(({ identity }) => identity === current.identity)
  const [lowest = wish] = sharing.toSorted((one, other) => effortRank(one.model) - effortRank(other.model))
  return { target: lowest, reason: 'unpriced' }
}

/**
 * The model of a pair that answers; undefined without a win rate, a threshold and the prices of both. The threshold T says
 * what a win rate is worth: at T, the dollars that the strong model costs beyond the weak one where both caches are as
 * full, N. With the caches as they are it costs C more, so it answers from the win rate T · C / N.
 */
function findPairTarget(
  choice: Choice,
  at: SessionMoment,
  candidates: readonly RankedCandidate[],
  current: RankedCandidate,
): RankedCandidate | undefined {
  if (choice.kind !== 'routed' || choice.scores !== null) return undefined
  const { strongWinRate, threshold } = choice
  const [strong, weak] = [1, 0].map((score) => candidates.find((each) => each.score === score))
  if (strongWinRate === null || threshold === null || strong === undefined || weak === undefined)
    return undefined
  const held = at.cachedTokens(current.model)
  const [strongUsd, weakUsd] = [strong, weak].map((each) => expectedUsd(each, current, at))
  const [strongPrices, weakPrices] = [strong, weak].map(({ model }) => at.pricesOf(model))
  if (strongUsd == null || weakUsd == null || !strongPrices || !weakPrices) return undefined
  const nominalUsd = restUsd(strongPrices, at.rest, held) - restUsd(weakPrices, at.rest, held)
  if (nominalUsd <= 0) return undefined
  return strongWinRate >= (threshold * (strongUsd - weakUsd)) / nominalUsd ? strong : weak
}

function isBetter(one: RankedCandidate, other: RankedCandidate): boolean {
  return one.score !== null && other.score !== null && one.score > other.score
}

/** The candidate whose score is the least above the current one's, of the same upstream if there is one. */
function findNextBetter(
  candidates: readonly RankedCandidate[],
  current: RankedCandidate,
): RankedCandidate | undefined {
  const better = candidates
    .filter((each) => isBetter(each, current))
    .toSorted((one, other) => (one.score ?? 0) - (other.score ?? 0))
  return better.find(({ identity }) => identity === current.identity) ?? better[0]
}

/** Options in the order in which they win a tie: the current model, its other efforts, the policy's choice. */
function findOptions(
  candidates: readonly RankedCandidate[],
  wish: RankedCandidate,
  current: RankedCandidate,
): readonly RankedCandidate[] {
  const isGoodEnough = ({ score }: RankedCandidate) =>
    wish.score === null || (score !== null && score >= wish.score)
  const sharing = candidates.filter(
    (each) =>
      each !== wish &&
      each !== current &&
      each.identity === current.identity &&
      wish.score !== null &&
      isGoodEnough(each),
  )
  return [...(isGoodEnough(current) && current !== wish ? [current] : []), ...sharing, wish]
}

/**
 * Dollars of the expected requests at one option, and of coming back to the current model from another upstream; null
 * without prices.
 */
function expectedUsd(option: RankedCandidate, current: RankedCandidate, at: SessionMoment): number | null {
  const prices = at.pricesOf(option.model)
  if (prices === null) return null
  const outputTokens = at.rest.outputTokens * relativeOutput(option.model, current.model)
  const usd = restUsd(prices, { ...at.rest, outputTokens }, at.cachedTokens(option.model))
  if (option.identity === current.identity) return usd
  const currentPrices = at.pricesOf(current.model)
  return currentPrices === null ? null : usd + returnUsd(currentPrices, at.rest)
}

function switchReason(moment: Moment): SwitchReason {
  return moment === 'idle' || moment === 'compaction' ? moment : 'user-turn'
}

type Outcome = {
  readonly switched?: SwitchReason | null
  readonly kept?: KeepReason | null
  /** The model that was switched to, or not. */
  readonly other?: Model | null
  readonly current?: Model
}

function settled(choice: Choice, at: SessionMoment, model: Model, outcome: Outcome = {}): SettledChoice {
  const { switched = null, kept = null, other = null, current } = outcome
  return {
    choice: at.moment === 'tool-loop' || model !== choice.model ? withModel(choice, model) : choice,
    session: {
      id: at.id,
      turn: at.turn,
      switched,
      kept,
      switchUsd: other === null ? null : coldCacheUsd(other, current, at),
      cachedTokens: at.cachedTokens(model),
      signals: at.signals,
    },
  }
}

/** Null without prices. */
function coldCacheUsd(other: Model, current: Model | undefined, at: SessionMoment): number | null {
  const prices = at.pricesOf(other)
  if (prices === null) return null
  const { promptTokens } = at.rest
  const held = at.cachedTokens(other)
  const heldByCurrent = current === undefined ? 0 : at.cachedTokens(current)
  if (held >= heldByCurrent || (current && cacheIdentity(current) === cacheIdentity(other))) return 0
  return promptUsd(prices, promptTokens, held) - promptUsd(prices, promptTokens, heldByCurrent)
}

/** The choice with another of its candidates. Its answer is not read for an escalation: that would be a switch. */
function withModel(choice: Choice, model: Model): Choice {
  const isOther = model.name !== choice.model.name
  const side = isOther && choice.side !== null ? (choice.side === 'strong' ? 'weak' : 'strong') : choice.side
  return choice.kind === 'routed' ? { ...choice, model, side, check: null } : { ...choice, model, side }
}
