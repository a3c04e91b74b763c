import { ConfigError } from '../../errors.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import { unobserved } from '../../routing/policies/observations/unobserved.ts'
import { pair as pairKind } from '../../routing/policies/pair/kind.ts'
import type { ThresholdRule } from '../../routing/policies/pair/threshold.ts'
import type { Policy } from '../../routing/policies/policy.ts'
import { findModel, findRouter, type NamedParts } from './resolve-model.ts'

/** The meaning of the model name `auto`: a router over the pair, at a threshold, or a configured policy. */
export type AutoRoute =
  | (ThresholdRule & { readonly router: string })
  | { readonly kind: 'policy'; readonly policy: string }

/** @throws ConfigError `bad-auto`: a gateway that starts can serve `auto`. */
export function createAutoPolicy(
  auto: AutoRoute,
  pair: ModelPair,
  parts: NamedParts & { readonly policies: ReadonlyMap<string, Policy>; readonly routerTimeoutMs: number },
): Policy {
  if (auto.kind === 'policy') {
    const policy = parts.policies.get(auto.policy)
    if (policy !== undefined) return policy
    throw new ConfigError(
      'bad-auto',
      `auto names the policy "${auto.policy}", which is not configured. Policies: ${[...parts.policies.keys()].join(', ') || 'none'}.`,
      { param: 'auto.policy' },
    )
  }
  if (auto.kind === 'threshold' && !(auto.threshold >= 0 && auto.threshold <= 1)) {
    throw new ConfigError('bad-auto', `auto.threshold ${auto.threshold} is not a number from 0 to 1.`, {
      param: 'auto.threshold',
    })
  }
  try {
    return pairKind.create(
      {
        strong: pair.strong,
        weak: pair.weak,
        router: auto.router,
        ...(auto.kind === 'threshold' && { threshold: auto.threshold }),
        ...(auto.kind === 'strong-percent' && { strongPercent: auto.strongPercent }),
      },
      {
        name: null,
        findModel: (name) => findModel(parts, name),
        findRouter: (name) => findRouter(parts, name),
        observed: unobserved,
        loadVerifier: () => Promise.reject(new Error('a pair has no verifier')),
        routerTimeoutMs: parts.routerTimeoutMs,
      },
    )
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new ConfigError('bad-auto', `auto cannot be served: ${problem}`, {
      param: 'auto.router',
      cause: error,
    })
  }
}
