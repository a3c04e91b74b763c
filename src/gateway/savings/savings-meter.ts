import QuickLRU from 'quick-lru'
import { type CallTokens, findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RecordedTokens } from '../request-record.ts'
import type { FindBaseline } from './baselines.ts'
import type { CostedRequest } from './costed-request.ts'

/** What routing has saved of one request. */
export type RequestSaving =
  | {
      readonly kind: 'counted'
      readonly baseline: string
      /** Dollars of all calls. */
      readonly usd: number
      /** What one call of the baseline would have cost, its cache kept warm by the whole session. */
      readonly baselineUsd: number
      /** What the baseline's cache saves of that because no other model takes its turns. */
      readonly warmCacheUsd: number
    }
  /** `direct`: it names its model. `failed`: no model answered, which costs nothing. */
  | { readonly kind: 'direct' | 'failed' }
  /** The dollars that it has cost, or those of its baseline, are not known. */
  | { readonly kind: 'unpriced' }

export type SavingsMeter = {
  /** @param request requests of a session come in the order of their times. */
  add(request: CostedRequest): RequestSaving
}

/** How many tokens the baseline writes for each token that the model writes. 1 if it is not known. */
export type LengthRatio = (model: string, baseline: string) => number

/** Prompt caches of providers live for at least so long after each use. */
export const cacheLifeMs = 300_000
/** Shorter prompts are not cached by the providers whose terms are known. */
export const leastCachedTokens = 1024
/** Their last turns. A session that goes on after more others have begun is taken for a new one. */
export const maxSessions = 20_000

/**
 * Compares what requests have cost with what they would have cost at a baseline: the same prompt tokens at its prices, the
 * output tokens times `ratio`, and of the prompt the tokens that its cache would have held. These are at least those that
 * the upstream reported, and, if another model answered this turn or the one before within five minutes, the whole prompt
 * of that turn. So a cache that went cold because the model changed counts against routing.
 */
export function createSavingsMeter(findBaseline: FindBaseline, ratio: LengthRatio = () => 1): SavingsMeter {
  const sessions = new QuickLRU<string, LastTurn>({ maxSize: maxSessions })

  return {
    add(request) {
      const { session, tokens, usd, model, time } = request
      const baseline = findBaseline(request)
      const before = session === null ? undefined : sessions.get(session)
      if (session !== null && tokens !== null)
        sessions.set(session, { time, model, inputTokens: tokens.input })
      if (baseline === null) return { kind: 'direct' }
      if (usd === null) return { kind: tokens === null && hasFailed(request) ? 'failed' : 'unpriced' }
      // The calls before a failure have cost something; the baseline would have failed at once.
      if (tokens === null)
        return { kind: 'counted', baseline: baseline.name, usd, baselineUsd: 0, warmCacheUsd: 0 }
      const outputTokens =
        tokens.output * (model === null || model === baseline.name ? 1 : ratio(model, baseline.name))
      const coldUsd = findCallUsd(baseline, toCallTokens(tokens, tokens.cachedInput, outputTokens))
      const warmTokens = findWarmTokens(request, tokens, baseline, before)
      const baselineUsd = findCallUsd(baseline, toCallTokens(tokens, warmTokens, outputTokens))
      if (coldUsd === null || baselineUsd === null) return { kind: 'unpriced' }
      return {
        kind: 'counted',
        baseline: baseline.name,
        usd,
        baselineUsd,
        warmCacheUsd: coldUsd - baselineUsd,
      }
    },
  }
}

type LastTurn = { readonly time: number; readonly model: string | null; readonly inputTokens: number }

/** An upstream that refuses, or that cannot be reached, charges nothing. */
export function hasFailed({ status, hasHead }: Pick<CostedRequest, 'status' | 'hasHead'>): boolean {
  if (status === clientClosedRequest) return false
  return hasHead ? status >= 400 && status !== brokenReply : status >= 400
}
const clientClosedRequest = 499
const brokenReply = 502

/** Tokens of the prompt that the baseline's cache would have held. */
function findWarmTokens(
  { time, model }: CostedRequest,
  { input, cachedInput }: RecordedTokens,
  baseline: Model,
  before: LastTurn | undefined,
): number {
  if (before === undefined || time - before.time > cacheLifeMs) return cachedInput
  if (model === baseline.name && before.model === baseline.name) return cachedInput // what really happened
  const held = Math.min(before.inputTokens, input)
  return held < leastCachedTokens ? cachedInput : Math.max(cachedInput, held)
}

/** What is read from a cache is not written to it. */
export function toCallTokens(tokens: RecordedTokens, cachedTokens: number, outputTokens: number): CallTokens {
  const left = Math.max(0, tokens.input - cachedTokens)
  const cacheWrite1hTokens = Math.min(tokens.cacheWrite1hInput, left)
  return {
    inputTokens: tokens.input,
    cachedTokens,
    cacheWriteTokens: Math.min(tokens.cacheWriteInput, left - cacheWrite1hTokens),
    cacheWrite1hTokens,
    outputTokens,
  }
}
