import type { AutoConfig } from '../../config/config.ts'
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

/** A short description of `auto`. */
export function formatAuto(auto: AutoConfig): string {
  switch (auto.kind) {
    case 'threshold':
      return `${auto.router} at the threshold ${auto.threshold}`
    case 'strong-percent':
      return `${auto.router} at the threshold for ${auto.strongPercent} % strong calls`
    case 'router-default':
      return `${auto.router} at its default threshold (for 50 % strong calls, or 0.5 without calibration)`
  }
}
