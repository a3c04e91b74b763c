import type { Config } from '../../config/config.ts'
import type { EnergyConfig } from '../../config/energy/energy-config.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { createBaselines, type FindBaseline } from './baselines.ts'

/** What savings are computed from besides the requests: plain data, which a thread can be given. */
export type SavingBasis = {
  /** With their prices. */
  readonly models: readonly Model[]
  /** Of requests that a router decided without a policy. */
  readonly pairBaseline: Model
  /** By the policy's name. */
  readonly policyBaselines: Readonly<Record<string, Model>>
  /** Of an input token that a router embeds. */
  readonly embeddingUsd: number
  readonly energy: EnergyConfig
}

/** @throws what `createBaselines` throws for a baseline that is no model. */
export function createSavingBasis(
  config: Config,
  models: readonly Model[],
  baseline: string | undefined,
): SavingBasis {
  const find = createBaselines(config, { models, ...(baseline !== undefined && { baseline }) })
  const policyBaselines = config.policies.map(
    ({ name }) => [name, find({ policy: name, router: null })!] as const,
  )
  return {
    models,
    pairBaseline: find({ policy: null, router: 'any' })!,
    policyBaselines: Object.fromEntries(policyBaselines),
    embeddingUsd: (config.embedder.usdPerMillionTokens ?? 0) / 1e6,
    energy: config.energy,
  }
}

/** As `createBaselines`, from the plain data. */
export function findBaselineOf({
  pairBaseline,
  policyBaselines,
}: Pick<SavingBasis, 'pairBaseline' | 'policyBaselines'>): FindBaseline {
  return ({ policy, router }) => {
    if (policy === null) return router === null ? null : pairBaseline
    return Object.hasOwn(policyBaselines, policy) ? policyBaselines[policy]! : pairBaseline
  }
}
