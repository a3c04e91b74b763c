import type { Config } from '../../config/config.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { ThresholdRouter } from '../../learning/loop/cycle/cycle-options.ts'
import type { Model, ModelPair } from '../../routing/catalogue/model.ts'
import { pair } from '../../routing/policies/pair/kind.ts'
import { findThreshold, toThresholdRule } from '../../routing/policies/pair/threshold.ts'
import type { PolicySpec } from '../../routing/policies/registry.ts'
import { findPolicySpec, openPolicies } from '../policies/open-policies.ts'
import type { Workspace } from '../workspace.ts'

/** The policy that gets a new router, with the one that it has now. */
export type PolicyInService = ThresholdRouter & {
  /** As the lock file names it: `auto`, or a policy. */
  readonly name: string
  /** As the store records it: null for `auto` of a router and a threshold. */
  readonly recorded: string | null
  readonly pair: ModelPair
  /** The two models, with their prices. */
  readonly models: readonly Model[]
  close(): Promise<void>
}

/**
 * The settings of a policy that learn can train a router for. @returns `recorded` as the store has it: null for `auto` of a router.
 *
 * @throws as `openPolicyInService`.
 */
export function findLearnedPolicy(
  name: string,
  config: Config,
): { readonly recorded: string | null; readonly spec: PolicySpec } {
  const recorded = name !== 'auto' ? name : config.auto.kind === 'policy' ? config.auto.policy : null
  const spec = findPolicySpec(config, recorded ?? name)
  if (spec.kind === pair.kind) return { recorded, spec }
  throw new InvalidRequestError(
    'policy-not-learned',
    `the policy ${JSON.stringify(spec.name)} is of the kind ${spec.kind}, and learn trains routers for policies of the kind ${pair.kind} only; train one for it with routellm pool or routellm train, and name the policy's artifact in the configuration`,
    { param: '--policy' },
  )
}

/**
 * Loads the router of a policy as it is served, with what the lock file has put in service.
 *
 * @throws InvalidRequestError `unknown-policy`; `policy-not-learned` for a policy that is no pair.
 */
export async function openPolicyInService(name: string, workspace: Workspace): Promise<PolicyInService> {
  const { recorded, spec } = findLearnedPolicy(name, workspace.config)
  const { name: _name, kind: _kind, fallback: _fallback, ...given } = spec
  const settings = pair.settings.parse(given)
  const open = await openPolicies([spec], workspace)
  try {
    const { router } = open.routers.get(settings.router)!
    return {
      name,
      recorded,
      router,
      threshold: findThreshold(router, toThresholdRule(settings)),
      pair: { strong: settings.strong, weak: settings.weak },
      models: open.candidates,
      close: open.close,
    }
  } catch (error) {
    await open.close()
    throw error
  }
}
