import type { Effort, Model } from '../../../src/routing/catalogue/model.ts'
import type { Candidate, Choice, RoutedChoice } from '../../../src/routing/policies/choice.ts'
import { cacheIdentity, findCachePrices, findCacheTerms } from '../../../src/routing/sessions/cache-costs.ts'
import { noSignals } from '../../../src/routing/sessions/conversation/failure-signals.ts'
import type { SessionMoment } from '../../../src/routing/sessions/settle-session.ts'

/** A model at a price of input; its output costs five times as much. Without a price it is unpriced. */
export function model(name: string, input?: number, effort?: Effort, upstream = name): Model {
  const prices =
    input === undefined ? {} : { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: 5 * input }
  return { name, provider: 'anthropic', upstream, ...prices, ...(effort && { effort }) }
}

export const strong = model('strong', 5)
export const weak = model('weak', 1)
const anthropic = findCacheTerms('anthropic')

export function candidates(models: readonly Model[]): Candidate[] {
  return models.map((each) => ({ model: each, usd: null, excluded: null }))
}

const routed: Omit<RoutedChoice, 'model' | 'candidates' | 'scores' | 'side'> = {
  kind: 'routed',
  policy: null,
  router: 'mf',
  threshold: 0.5,
  strongWinRate: 0.5,
  check: null,
}

/** The choice of a pair. By default certain: a win rate of 1 or 0. */
export function pairChoice(side: 'strong' | 'weak', strongWinRate = side === 'strong' ? 1 : 0): RoutedChoice {
  const chosen = side === 'strong' ? strong : weak
  const models = { model: chosen, candidates: candidates([strong, weak]), scores: null }
  return { ...routed, ...models, side, strongWinRate }
}

export function scoredChoice(chosen: Model, scores: readonly (readonly [Model, number])[]): Choice {
  const models = scores.map(([each]) => each)
  return {
    ...routed,
    model: chosen,
    side: null,
    candidates: candidates(models),
    scores: scores.map(([, score]) => score),
  }
}

type Situation = Partial<Omit<SessionMoment, 'rest'>> & {
  readonly requests?: number
  readonly coldReturnShare?: number
  /** Tokens in the cache of each upstream model. */
  readonly cached?: Readonly<Record<string, number>>
}

/** A prompt of 50,000 tokens that does not grow and replies of no tokens, unless told. */
export function at({
  requests = 1,
  coldReturnShare = 0,
  cached = {},
  ...situation
}: Situation): SessionMoment {
  return {
    id: 's',
    turn: 2,
    moment: 'user-turn',
    current: 'strong',
    signals: noSignals,
    rest: { requests, promptTokens: 50_000, growthTokens: 0, outputTokens: 0, coldReturnShare },
    cachedTokens: (each) => cached[cacheIdentity(each).split('/')[1] ?? ''] ?? 0,
    pricesOf: (each) => findCachePrices(each, anthropic, false),
    ...situation,
  }
}
