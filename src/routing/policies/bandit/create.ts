import { ConfigError } from '../../../errors.ts'
import { findCallUsd } from '../../catalogue/expected-cost.ts'
import type { Model } from '../../catalogue/model.ts'
import type { LearningPolicy } from '../learning/learning-policy.ts'
import { toObservedCandidates } from '../observations/observed-candidates.ts'
import type { PriorSettings } from '../observations/prior-settings.ts'
import type { DescribingPolicy } from '../policy.ts'
import type { PolicyParts } from '../policy-kind.ts'
import { createBanditPolicy } from './policy.ts'
import { createRouterPrior, createTablePrior } from './prior.ts'

export type BanditSettings = PriorSettings & {
  readonly router?: string
  /** Of each candidate; not used with a router. */
  readonly quality: Readonly<Record<string, number>>
  readonly usdPerRequest?: number
  readonly halfLife: number
  readonly explorationFloor: number
  readonly trustedKeys: readonly string[]
  readonly seed: number
}

/**
 * @throws ConfigError `bandit-vectors` if the built-in embedder cannot be used, `bandit-unpriced` for a candidate without a price under a
 *   ceiling; what `findModel`, `findRouter` and `createRouterPrior` throw.
 */
export function createConfiguredBandit(
  settings: BanditSettings,
  { name, findModel, findRouter, observed, vectors }: PolicyParts,
): LearningPolicy & DescribingPolicy {
  const { candidates, router, quality, usdPerRequest: ceilingUsd = null } = settings
  const models = candidates.map((candidate) => findModel(candidate))
  if (ceilingUsd !== null) refuseUnpriced(models)
  if (vectors === undefined)
    throw new ConfigError(
      'bandit-vectors',
      'The built-in embedder, whose vectors of prompts a bandit learns from, is not there. Reinstall the package.',
    )
  return createBanditPolicy({
    name,
    candidates: toObservedCandidates(settings, models, observed),
    prior:
      router === undefined
        ? createTablePrior(candidates.map((candidate) => quality[candidate]!))
        : createRouterPrior(findRouter(router), models, vectors),
    router: router ?? null,
    vectors,
    ceilingUsd,
    halfLife: settings.halfLife,
    explorationFloor: settings.explorationFloor,
    trustedKeys: settings.trustedKeys,
    seed: settings.seed,
  })
}

function refuseUnpriced(models: readonly Model[]): void {
  const unpriced = models.filter((model) => findCallUsd(model, oneToken) === null)
  if (unpriced.length === 0) return
  throw new ConfigError(
    'bandit-unpriced',
    `usdPerRequest needs the price of each candidate, and there is none of ${unpriced.map(({ name }) => name).join(', ')}. Give inputUsdPerMillionTokens and outputUsdPerMillionTokens (0 for a model that costs nothing), or leave it out.`,
    { param: 'usdPerRequest' },
  )
}

const oneToken = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }
