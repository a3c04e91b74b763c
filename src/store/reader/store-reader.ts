import { createReaderPool, type PoolOptions } from './reader-pool.ts'
import type { ReadName, Reads } from './reads.ts'

/** Reads a store beside the server that fills it, in threads of its own, so that no request waits for a query. */
export type StoreReader = {
  /**
   * @param signal its abort gives the place in the queue up; what runs already ends at its time limit.
   * @throws StoreError `store-unavailable` (503) if there is no database, or it cannot be read; `read-too-long` (504);
   *   RouteLLMError `overloaded` (429) if too many reads wait.
   */
  read<Name extends ReadName>(
    name: Name,
    query: Reads[Name]['query'],
    signal?: AbortSignal,
  ): Promise<Reads[Name]['answer']>
  /** Begins the threads that have not begun, for what will soon be read. */
  warm(): void
  /** Ends the threads. One that is within a statement for long is left to end by itself. */
  close(): Promise<void>
}

export type StoreReaderOptions = {
  readonly folder: string
  /** A read waits so long for a thread, and may then run so long. Default: 5 s. */
  readonly timeoutMs?: number
  /** The same for what goes through every request of a time. Default: 30 s. */
  readonly slowTimeoutMs?: number
  /** `close` waits so long for what still runs. Default: 5 s. */
  readonly closeMs?: number
  /** The module of the threads. Default: the one of this package. */
  readonly program?: URL
}

/** What goes through every request of a time, and so has a thread of its own: nothing else waits for it. */
const slowReads: ReadonlySet<ReadName> = new Set(['saving', 'curve', 'prepareFacts'])

export function createStoreReader(options: StoreReaderOptions): StoreReader {
  const { folder, timeoutMs = 5000, slowTimeoutMs = 30_000, closeMs = 5000 } = options
  const program = options.program ?? new URL('./program.js', import.meta.url)
  const common = { folder, program, closeMs } satisfies Partial<PoolOptions>
  const quick = createReaderPool({ ...common, timeoutMs, width: 2 })
  const slow = createReaderPool({ ...common, timeoutMs: slowTimeoutMs, width: 1 })
  return {
    read: (name, query, signal) =>
      (slowReads.has(name) ? slow : quick).read(name, query, signal) as Promise<never>,
    warm() {
      quick.warm()
      slow.warm()
    },
    async close() {
      await Promise.all([quick.close(), slow.close()])
    },
  }
}
