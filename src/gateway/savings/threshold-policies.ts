import type { Config } from '../../config/config.ts'
import { referencedModel } from '../../config/model-reference.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { findPolicyKind, type PolicyKinds, policyKinds } from '../../routing/policies/registry.ts'

/** A policy that compares a router's scores with one number, as it is served. Plain data. */
export type ThresholdPolicy = {
  /** As the lock file names it: `auto`, or a policy. */
  readonly name: string
  /** As requests record it; null: `auto` of a router and a threshold. */
  readonly policy: string | null
  readonly kind: string
  readonly router: string
  /** What `setting` is: the win rate from which the strong model answers, or the loss that is tolerated. */
  readonly measure: 'threshold' | 'tolerance'
  /** Null: the router's calibration gives it. */
  readonly setting: number | null
  /** With their prices; of a pair the strong one first. */
  readonly models: readonly Model[]
}

/** The policies whose router and threshold, or tolerance, can be replaced. @param models with their prices. */
export function findThresholdPolicies(
  { auto, policy: pair, policies, providers }: Config,
  models: readonly Model[],
  kinds: PolicyKinds = policyKinds,
): readonly ThresholdPolicy[] {
  const names = providers.map(({ name }) => name)
  const find = (name: string) => referencedModel(name, models, names)
  const found: ThresholdPolicy[] = []
  if (auto.kind !== 'policy') {
    const candidates = [find(pair.strong), find(pair.weak)].filter((model) => model !== undefined)
    const setting = auto.kind === 'threshold' ? auto.threshold : null
    const { router } = auto
    if (candidates.length === 2)
      found.push({
        ...{ name: 'auto', policy: null, kind: 'auto', router },
        ...{ measure: 'threshold', setting, models: candidates },
      })
  }
  for (const { name, kind: kindName, fallback: _, ...settings } of policies) {
    const kind = findPolicyKind(kindName, kinds)
    const given = settings as Readonly<Record<string, unknown>>
    if (kind.withLearned === undefined || typeof given.router !== 'string') continue
    const measure = 'tolerance' in given ? 'tolerance' : 'threshold'
    const setting = given[measure]
    const candidates = kind.references(settings).models.map((reference) => find(reference.name))
    if (candidates.some((model) => model === undefined)) continue
    found.push({
      ...{ name, policy: name, kind: kindName, router: given.router, measure },
      setting: typeof setting === 'number' ? setting : null,
      models: candidates.filter((model) => model !== undefined),
    })
  }
  return found
}
