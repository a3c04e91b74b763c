import { createStoreMetrics } from '../../../../server/operations/metrics/sources/store-metrics.ts'
import type { ServerOptions } from '../../../../server/server.ts'
import type { Store } from '../../../../store/store.ts'

/** What a server tells those who run it. */
export type Operations = Required<Pick<ServerOptions, 'metrics'>>

/** @param store null if nothing is kept. */
export function createOperations(store: Store | null): Operations {
  return { metrics: store === null ? [] : createStoreMetrics(() => store.state) }
}
