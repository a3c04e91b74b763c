import { nearestHint } from '../../base/settings/nearest-name.ts'
import type { Config } from '../../config/config.ts'
import { findModel, referencedModel } from '../../config/model-reference.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { findPolicyKind, type PolicyKinds, type PolicySpec } from '../../routing/policies/registry.ts'
import type { CostedRequest } from './costed-request.ts'

/** The model that would have answered a request without routing; null if the request was not routed. */
export type FindBaseline = (request: Pick<CostedRequest, 'policy' | 'router'>) => Model | null

export type BaselineOptions = {
  /** With their prices. */
  readonly models: readonly Model[]
  /** One model for all requests. Default: the safest model of each policy, such as the strong one of a pair. */
  readonly baseline?: string
  readonly policyKinds?: PolicyKinds
}

/** @throws InvalidRequestError `unknown-model` for a baseline that is none. */
export function createBaselines(
  config: Config,
  { models, baseline, policyKinds }: BaselineOptions,
): FindBaseline {
  const find = (name: string) => findModel('--baseline', name, models, config.providers)
  const common = baseline === undefined ? null : findCommon(baseline, models, config)
  const strong = common ?? find(config.policy.strong)
  const ofPolicies = new Map(
    config.policies.map((spec) => [spec.name, common ?? find(safestName(spec, policyKinds))]),
  )
  return ({ policy, router }) => {
    // A policy that the configuration does not have any more is taken for the pair.
    if (policy !== null) return ofPolicies.get(policy) ?? strong
    return router === null ? null : strong
  }
}

function findCommon(name: string, models: readonly Model[], { providers }: Config): Model {
  const names = providers.map((provider) => provider.name)
  const found = referencedModel(name, models, names)
  if (found !== undefined) return found
  const known = models.map((model) => model.name)
  throw new InvalidRequestError(
    'unknown-model',
    `--baseline ${name}: the configuration has no such model.${nearestHint(name, known)} Name one of \`models\`, with its prices.`,
    { param: '--baseline' },
  )
}

function safestName(
  { name: _, kind: kindName, fallback: __, ...settings }: PolicySpec,
  kinds?: PolicyKinds,
): string {
  const kind = findPolicyKind(kindName, kinds)
  return kind.safest?.(settings) ?? kind.references(settings).models[0]!.name
}
