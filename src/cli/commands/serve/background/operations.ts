import type { Config } from '../../../../config/config.ts'
import { createBaselines } from '../../../../gateway/savings/baselines.ts'
import { findPricedModels } from '../../../../gateway/savings/priced-models.ts'
import { createSavingsMetrics } from '../../../../server/operations/metrics/sources/savings-metrics.ts'
import { createStoreMetrics } from '../../../../server/operations/metrics/sources/store-metrics.ts'
import type { ServerOptions } from '../../../../server/server.ts'
import type { Store } from '../../../../store/store.ts'

/** What a server tells those who run it. */
export type Operations = {
  readonly server: Required<Pick<ServerOptions, 'metrics' | 'observers'>>
  /** The configuration that is served from now on. */
  configure(config: Config): Promise<void>
}

/** @param store null if nothing is kept. */
export function createOperations(store: Store | null): Operations {
  const savings = createSavingsMetrics()
  return {
    server: {
      metrics: [...savings.metrics, ...(store === null ? [] : createStoreMetrics(() => store.state))],
      observers: [savings.observe],
    },
    async configure(config) {
      const models = await findPricedModels(config, new Date())
      savings.configure(createBaselines(config, { models }))
    },
  }
}
