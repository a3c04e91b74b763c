import { ConfigError, InvalidRequestError } from '../../errors.ts'
import type { Policy } from '../../routing/policies/policy.ts'
import type { PolicyParts } from '../../routing/policies/policy-kind.ts'
import { createPolicy, type PolicyKinds, type PolicySpec } from '../../routing/policies/registry.ts'
import { policyPrefix, quoted } from './model-name.ts'
import { findModel, findRouter, type NamedParts } from './resolve-model.ts'
import type { RouteRequest } from './route-request.ts'

/**
 * The configured policies by name, in the order of the configuration.
 *
 * @param kinds the kinds of policy that there are. Default: those of this package.
 * @throws ConfigError `bad-policy` for the first policy that cannot be created, so that a gateway that starts can serve
 *   each of them.
 */
export async function createPolicies(
  specs: readonly PolicySpec[],
  parts: NamedParts & Pick<PolicyParts, 'loadVerifier' | 'observed' | 'routerTimeoutMs'>,
  kinds?: PolicyKinds,
): Promise<ReadonlyMap<string, Policy>> {
  const policyParts = {
    findModel: (name: string) => findModel(parts, name),
    findRouter: (name: string) => findRouter(parts, name),
    observed: parts.observed,
    loadVerifier: parts.loadVerifier,
    routerTimeoutMs: parts.routerTimeoutMs,
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

/**
 * @param policy the name of the policy that a request resolved to; null for a router over the pair.
 * @throws InvalidRequestError `not-allowed` (403) if the client's key names the policies that it may use, and not this one.
 */
export function checkPolicyAccess(policy: string | null, { model, key }: RouteRequest): void {
  if (key === undefined || key.policies === null || (policy !== null && key.policies.has(policy))) return
  const allowed = Array.from(key.policies, (name) => `${policyPrefix}${name}`).join(', ')
  throw new InvalidRequestError(
    'not-allowed',
    `The key ${quoted(key.name)} may not use ${quoted(model)}. Its policies: ${allowed || 'none'}.`,
    { status: 403, param: 'model' },
  )
}
