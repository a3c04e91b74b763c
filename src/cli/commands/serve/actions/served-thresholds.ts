import type { Config } from '../../../../config/config.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import { findPolicySpecs } from '../../../../jobs/policies/open-policies.ts'
import { findPolicyKind } from '../../../../routing/policies/registry.ts'

/** The thresholds that routers' calibrations give policies whose settings name none. */
export type ServedThresholds = {
  /** Asks a gateway that is about to be served. */
  configure(config: Config, gateway: Pick<Gateway, 'explain'>): Promise<void>
  /** By the name of the policy. */
  read(): ReadonlyMap<string, number>
}

export function createServedThresholds(): ServedThresholds {
  let thresholds: ReadonlyMap<string, number> = new Map()
  return {
    async configure(config, gateway) {
      const found = new Map<string, number>()
      for (const { name, kind, fallback: _, ...settings } of findPolicySpecs(config)) {
        const { threshold } = findPolicyKind(kind)
        if (threshold === undefined || threshold.find(settings) !== null) continue
        const model = name === 'auto' ? name : `policy-${name}`
        // Any prompt has the same threshold. A policy that cannot decide one now has none to show.
        const decided = await gateway
          .explain({ model, messages: [{ role: 'user', content: 'Hello' }] })
          .catch(() => null)
        if (typeof decided?.threshold === 'number') found.set(name, decided.threshold)
      }
      thresholds = found
    },
    read: () => thresholds,
  }
}
