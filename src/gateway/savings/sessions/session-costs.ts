import { findCallUsd } from '../../../routing/catalogue/expected-cost.ts'
import type { DecidedPace } from '../../decide/decided-pace.ts'
import { isDecidedByPace } from '../../decide/explanation/describe-pace.ts'
import type { CostedRequest } from '../costed-request.ts'
import { findBaselineOf, type SavingBasis } from '../saving-basis.ts'
import {
  cacheLifeMs,
  createSavingsMeter,
  leastCachedTokens,
  type RequestSaving,
  toCallTokens,
} from '../savings-meter.ts'

/** A request of a session, with what says why its model answers. */
export type Turn = Omit<CostedRequest, 'session'> & DecidedRequest

/** What says why a model answers. */
export type DecidedRequest = Pick<CostedRequest, 'policy' | 'router'> & {
  readonly threshold: number | null
  readonly strongWinRate: number | null
  readonly side: string | null
  /** What raised the threshold; null if nothing did, or if that was not recorded. */
  readonly pace: DecidedPace | null
  readonly fallback: string | null
  /** What the session did to the choice; null if that was not recorded. */
  readonly sessionDecision: { readonly kept: string | null; readonly switched: string | null } | null
  /** The probability with which its model was to be chosen; null if nothing was drawn by chance. */
  readonly propensity: number | null
}

export type TurnCosts = {
  readonly cache: CacheState
  /** Null: the model of the turn before answers again, or there is none. */
  readonly switch: ModelSwitch | null
  /** Whether the conversation made the policy answer with another model than its router's score says: its cache, or a tool loop. */
  readonly isHeld: boolean
  readonly saving: RequestSaving
}

/**
 * `warm`: the upstream has read a part of the prompt from its cache. `cold`: it has read none. `short`: the prompt is too short to be
 * cached. `unknown`: it has reported no tokens.
 */
export type CacheState = 'warm' | 'cold' | 'short' | 'unknown'

export type ModelSwitch = {
  readonly from: string
  readonly decidedBy: SwitchDecider
  /** Tokens of the prompt that the model before had in its cache, and this one did not. */
  readonly coldTokens: number
  /** What they cost more than those from a cache, in dollars; null if a price of the model is not known. */
  readonly coldUsd: number | null
}

export type SwitchDecider =
  | { readonly kind: 'fallback'; readonly reason: string }
  /** The request names its model. */
  | { readonly kind: 'client' }
  /** Of a pair: drawn at random against the score, to explore. */
  | { readonly kind: 'draw'; readonly propensity: number }
  /**
   * Against the policy's choice: because the work did not go well, the model before could no longer answer, or of the cost of caches.
   * Without a reason it was not recorded, and follows from the score of the router.
   */
  | { readonly kind: 'session'; readonly reason: string | null }
  /**
   * `moment` says when a session follows its policy: `user-turn`, `idle`, `compaction`; null if it was not recorded.
   * `hasPace`: a budget that is spent too fast decided, or may have, as it made dollars count more.
   */
  | {
      readonly kind: 'policy'
      readonly policy: string | null
      readonly moment: string | null
      readonly hasPace: boolean
    }

/**
 * What each turn of a session has cost by what the turn before has left in caches.
 *
 * A switch of the model costs `coldTokens` = max(0, min(prompt of the turn before, prompt) − tokens read from a cache) read and
 * written anew, if the turn before was at most five minutes ago and 1,024 tokens or longer: its dollars less those of the
 * same call with these tokens read from the cache.
 *
 * @param turns in the order of their times.
 */
export function findTurnCosts(turns: readonly Turn[], basis: SavingBasis): readonly TurnCosts[] {
  const meter = createSavingsMeter(findBaselineOf(basis))
  const models = new Map(basis.models.map((model) => [model.name, model]))
  /** The last one that was answered. */
  let before: { readonly turn: Turn; readonly model: string } | null = null
  return turns.map((turn) => {
    const saving = meter.add({ ...turn, session: 'this' })
    const last = before
    if (turn.model === null || (turn.tokens === null && turn.status >= 400))
      return { cache: 'unknown', switch: null, isHeld: false, saving }
    before = { turn, model: turn.model }
    const change: ModelSwitch | null =
      last === null || last.model === turn.model
        ? null
        : { from: last.model, decidedBy: findDecider(turn), ...findColdCost(turn, last.turn) }
    return { cache: findCacheState(turn), switch: change, isHeld: isHeld(turn), saving }
  })

  function findColdCost(turn: Turn, last: Turn): Pick<ModelSwitch, 'coldTokens' | 'coldUsd'> {
    const { tokens } = turn
    const model = models.get(turn.model ?? '')
    const held = Math.min(last.tokens?.input ?? 0, tokens?.input ?? 0)
    const isAlive = turn.time - last.time <= cacheLifeMs && held >= leastCachedTokens
    if (tokens === null || !isAlive || held <= tokens.cachedInput) return { coldTokens: 0, coldUsd: 0 }
    const coldTokens = held - tokens.cachedInput
    if (model === undefined) return { coldTokens, coldUsd: null }
    const paid = findCallUsd(model, toCallTokens(tokens, tokens.cachedInput, tokens.output))
    const warm = findCallUsd(model, toCallTokens(tokens, held, tokens.output))
    return { coldTokens, coldUsd: paid === null || warm === null ? null : paid - warm }
  }
}

function findCacheState({ tokens }: Turn): CacheState {
  if (tokens === null) return 'unknown'
  if (tokens.cachedInput > 0) return 'warm'
  return tokens.input < leastCachedTokens ? 'short' : 'cold'
}

/** Who decided that the model answers. */
export function findDecider(turn: DecidedRequest): SwitchDecider {
  if (turn.fallback !== null) return { kind: 'fallback', reason: turn.fallback }
  if (turn.policy === null && turn.router === null) return { kind: 'client' }
  const { kept = null, switched = null } = turn.sessionDecision ?? {}
  if (kept !== null) return { kind: 'session', reason: kept }
  if (switched === 'failure-signal' || switched === 'cannot-answer')
    return { kind: 'session', reason: switched }
  if (isAgainstScore(turn) && turn.propensity !== null) return { kind: 'draw', propensity: turn.propensity }
  if (isAgainstScore(turn))
    return { kind: 'session', reason: turn.sessionDecision === null ? null : 'dollars' }
  return { kind: 'policy', policy: turn.policy, moment: switched, hasPace: hasPace(turn) }
}

/** For a policy without a threshold nobody knows whether it would have chosen another model. */
function hasPace(turn: DecidedRequest): boolean {
  const { pace } = turn
  return pace !== null && (pace.ownThreshold === null || isDecidedByPace(pace, turn))
}

function isHeld(turn: Turn): boolean {
  return turn.sessionDecision?.kept != null || (isAgainstScore(turn) && turn.propensity === null)
}

/** Of a pair only: the score says one side, and the other answered. */
function isAgainstScore({ strongWinRate, threshold, side, fallback }: DecidedRequest): boolean {
  if (strongWinRate === null || threshold === null || side === null || fallback !== null) return false
  return strongWinRate >= threshold !== (side === 'strong')
}
