import { createGauge, createReadCounter } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** What a store says of itself: a part of `StoreState`. */
export type StoreFigures = {
  readonly dropped: number
  readonly waiting: number
  readonly problem: string | null
  readonly ingested: number
  readonly lastIngestedAt: number | null
  readonly journalBytes: number
}

/** The metrics of a server's store. @param read its state now. */
export function createStoreMetrics(read: () => StoreFigures): readonly Metric[] {
  return [
    createReadCounter(
      {
        name: 'routellm_store_ingested_total',
        help: 'Requests and feedback that the database of the store has taken.',
      },
      () => read().ingested,
    ),
    createGauge(
      {
        name: 'routellm_store_last_ingested_timestamp_seconds',
        help: 'When the database had last taken all that was in the journal, in seconds since 1970; 0 before the first time.',
      },
      () => (read().lastIngestedAt ?? 0) / 1000,
    ),
    createGauge(
      {
        name: 'routellm_store_journal_bytes',
        help: 'Bytes of the journal that the database has not taken yet.',
      },
      () => read().journalBytes,
    ),
    createGauge(
      {
        name: 'routellm_store_waiting_records',
        help: 'Records that wait in memory because they cannot be written.',
      },
      () => read().waiting,
    ),
    createReadCounter(
      {
        name: 'routellm_store_dropped_records_total',
        help: 'Records that are lost, because they could not be written and the memory for them was full.',
      },
      () => read().dropped,
    ),
    createGauge(
      {
        name: 'routellm_store_problem',
        help: '1 while records are not written or the database is not filled, which the log explains; else 0.',
      },
      () => (read().problem === null ? 0 : 1),
    ),
  ]
}
