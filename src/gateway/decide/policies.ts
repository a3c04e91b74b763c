import { ConfigError } from '../../errors.ts'
import type { Policy } from '../../routing/policies/policy.ts'
import type { PolicyParts } from '../../routing/policies/policy-kind.ts'
import { createPolicy, type PolicyKinds, type PolicySpec } from '../../routing/policies/registry.ts'
import { findModel, findRouter, type NamedParts } from './resolve-model.ts'

/**
 * The configured policies by name, in the order of the configuration.
 *
 * @param kinds the kinds of policy that there are. Default: those of this package.
 * @throws ConfigError `bad-policy` for the first policy that cannot be created, so that a gateway that starts can serve
 *   each of them.
 */
export async function createPolicies(
  specs: readonly PolicySpec[],
  parts: NamedParts & Pick<PolicyParts, 'loadVerifier' | 'observed' | 'routerTimeoutMs' | 'vectors'>,
  kinds?: PolicyKinds,
): Promise<ReadonlyMap<string, Policy>> {
  const policyParts = {
    findModel: (name: string) => findModel(parts, name),
    findRouter: (name: string) => findRouter(parts, name),
    observed: parts.observed,
    loadVerifier: parts.loadVerifier,
    routerTimeoutMs: parts.routerTimeoutMs,
    ...(parts.vectors !== undefined && { vectors: parts.vectors }),
  }
  const policies = new Map<string, Policy>()
  for (const spec of specs) {
    try {
      policies.set(spec.name, await createPolicy(spec, policyParts, kinds))
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw new ConfigError('bad-policy', `The policy "${spec.name}" cannot be served: ${problem}`, {
        param: `policies.${spec.name}`,
        cause,
      })
    }
  }
  return policies
}
