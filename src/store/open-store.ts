import { setTimeout as wait } from 'node:timers/promises'
import { RouteLLMError, StoreError } from '../errors.ts'
import type { FeedbackEntry, ShadowEntry } from './entries/entry.ts'
import { formatAmendEntry, formatRequestLine } from './entries/format-request.ts'
import { type JournalFiles, openJournal } from './journal/journal.ts'
import { listSegments } from './journal/segments.ts'
import { storePaths } from './paths.ts'
import type { KeptText, Store, StoreLog } from './store.ts'
import { redactText } from './texts/redact-text.ts'
import { noThread, startDatabaseThread } from './worker/database-thread.ts'

export type StoreOptions = {
  /** Is created with the first record. */
  readonly folder: string
  /** Default: none. */
  readonly text?: KeptText
  /** Older requests are removed; null keeps them. Default: null. */
  readonly days?: number | null
  /** Of the database: beyond it the oldest days are removed; null sets no limit. Default: null. */
  readonly bytes?: number | null
  /** Of the journal, which is as long as the database lags behind. Default: 1 GiB. */
  readonly journalBytes?: number
  readonly log: StoreLog
  /** The module of the thread that fills the database. Default: the one of this package. */
  readonly program?: URL
  /** Default: the system's. */
  readonly files?: JournalFiles
}

const spendingTimeoutMs = 10_000
const findTimeoutMs = 5000
const catchUpTimeoutMs = 1000
const changeTimeoutMs = 10_000
/** A slow disk takes what waits after a second, mostly. */
const waitingTimeoutMs = 3000
const waitingPollMs = 200
const closeTimeoutMs = 10_000
/** Of records that cannot be written: some 20,000 requests. */
const maxWaitingBytes = 16 << 20

/** Bytes of the segments that are there; 0 if they cannot be listed. */
function measureJournal(folder: string): number {
  try {
    return listSegments(folder).reduce((sum, { bytes }) => sum + bytes, 0)
  } catch {
    return 0
  }
}

/** Opens a store. A folder that cannot be written is a warning: records wait in memory, and it is tried again. */
export function openStore(options: StoreOptions): Store {
  const { folder, text = 'none', days = null, bytes = null, journalBytes = 1 << 30, log, files } = options
  const redact = text === 'none' ? null : text === 'full' ? (kept: string) => kept : redactText
  // A thread needs compiled code: if this runs from its sources, as in tests, the journal alone keeps the records.
  const isSource = import.meta.url.endsWith('.ts') && options.program === undefined
  const program = options.program ?? new URL('./worker/program.js', import.meta.url)
  const thread = isSource ? noThread : startDatabaseThread({ folder, days, bytes }, program, log)
  const olderBytes = measureJournal(storePaths(folder).journal)
  const journal = openJournal({
    folder: storePaths(folder).journal,
    maxBytes: journalBytes,
    maxWaitingBytes,
    retryAfterMs: 1000,
    now: Date.now,
    onAppended: () => thread.notify(journal.state.appendedBytes),
    warn: (fields, message) => log.warn(fields, message),
    ...(files !== undefined && { files }),
  })
  return {
    folder,
    keepsText: text !== 'none',
    keep: (record, chargedUsd) => journal.append(formatRequestLine(record, chargedUsd, redact)),
    amend: (record) => journal.append(formatAmendEntry(record)),
    addShadowPair: (pair) =>
      journal.append(JSON.stringify({ kind: 'shadow', ...pair } satisfies ShadowEntry)),
    async addFeedback(feedback) {
      await journal
        .appendDurably(JSON.stringify({ kind: 'feedback', ...feedback } satisfies FeedbackEntry))
        .catch((cause: unknown) => {
          const problem = cause instanceof Error ? cause.message : String(cause)
          throw new StoreError(
            'store-unavailable',
            `The feedback cannot be kept now, because the store cannot be written (${problem}). Send it again later.`,
            { status: 503, cause },
          )
        })
    },
    async findRequest(id) {
      for (const until = Date.now() + waitingTimeoutMs; ; await wait(waitingPollMs)) {
        // The record of a request that is not found may have waited to be written while the thread looked for it.
        const { waiting, problem } = journal.state
        const answer = await thread.findRequest(id, findTimeoutMs)
        if (answer !== null && (answer.request !== null || waiting === 0)) return answer.request
        if (answer !== null && Date.now() < until) continue
        throw new StoreError(
          'store-unavailable',
          `The store cannot say whether it has the request (${thread.problem ?? problem ?? 'it is busy'}). Send the feedback again later.`,
          { status: 503 },
        )
      }
    },
    async change(name, change) {
      const outcome = await thread.change(name, change, changeTimeoutMs)
      if (outcome === null)
        throw new StoreError(
          'store-unavailable',
          `The store did not take the change within ${changeTimeoutMs / 1000} s (${thread.problem ?? 'it is busy'}). Look whether it was made before you try again.`,
          { status: 503 },
        )
      if (outcome.kind === 'made') return outcome.answer as never
      const { code, message, status, param } = outcome
      throw new RouteLLMError(code, message, { status, ...(param !== null && { param }) })
    },
    async catchUp() {
      await thread.catchUp(catchUpTimeoutMs)
    },
    readSpending: () => thread.readSpending(spendingTimeoutMs),
    get state() {
      const { dropped, waiting, problem, appendedBytes } = journal.state
      const { rows, bytes: taken, time } = thread.ingested
      return {
        dropped,
        waiting,
        problem: problem ?? thread.problem,
        ingested: rows,
        lastIngestedAt: time,
        journalBytes: appendedBytes - taken + (time === null ? olderBytes : 0),
      }
    },
    async close() {
      journal.close()
      await thread.close(closeTimeoutMs)
    },
  }
}
