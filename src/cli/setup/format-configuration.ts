import type { AutoConfig } from '../../config/config.ts'
import { formatThreshold } from '../../routing/policies/pair/threshold.ts'
import { findPolicyKind, type PolicySpec } from '../../routing/policies/registry.ts'
import { findRouterKind, type RouterSpec } from '../../routing/routers/registry.ts'
import type { RouterKind } from '../../routing/routers/router-kind.ts'

/** A short description of a router: `trained, from ./my-router`. */
export function formatRouter(router: RouterSpec, kinds?: readonly RouterKind[]): string {
  const { name, kind, artifact, checkpoint } = router
  if (artifact !== undefined) return `trained, from ${artifact}`
  const described = findRouterKind(kind, kinds)?.describe?.(router)
  if (described !== undefined) return described
  return checkpoint === undefined ? (kind ?? name) : `${kind ?? name} from the checkpoint ${checkpoint}`
}

/** A short description of a policy: `pair, large or small, by mf at the threshold 0.35`. */
export function formatPolicy({ name: _, kind, ...settings }: PolicySpec): string {
  return `${kind}, ${findPolicyKind(kind).describe(settings)}`
}

/** A short description of `auto`. */
export function formatAuto(auto: AutoConfig): string {
  return auto.kind === 'policy' ? `the policy ${auto.policy}` : `${auto.router} at ${formatThreshold(auto)}`
}
