import type { FeedbackKeeper } from '../gateway/feedback.ts'
import type { RequestKeeper } from '../gateway/request-keeper.ts'
import type { ShadowKeeper } from '../gateway/shadow/shadow-pair.ts'
import type { StoreChanger } from './worker/changes/changes.ts'
import type { AccountDay } from './worker/messages.ts'

/** What a server remembers: requests and what was said about their answers. */
export type Store = RequestKeeper &
  FeedbackKeeper &
  ShadowKeeper &
  StoreChanger & {
    readonly catchUp: CatchUp
    readonly folder: string
    /**
     * What accounts have used on each day since the month began, with all that the journal holds; null if the database
     * cannot be read within 10 s.
     */
    readSpending(): Promise<readonly AccountDay[] | null>
    readonly state: StoreState
    /** Writes what waits. Never rejects. */
    close(): Promise<void>
  }

/**
 * Lets the database take what was kept until now, for a view that shows a request right after its reply. Resolves at the latest
 * after a second: what the database does not take by then is read a moment later.
 */
export type CatchUp = () => Promise<void>

export type StoreState = {
  /** Records that are lost, because they could not be written and the memory for them was full. */
  readonly dropped: number
  /** Records that wait in memory until they can be written. */
  readonly waiting: number
  /** Why records are not written, or the database not filled; null if all is well. */
  readonly problem: string | null
  /** Requests and feedback that the database has taken since the start. */
  readonly ingested: number
  /** Milliseconds since 1970 when all that was in the journal had last been taken; null before the first time. */
  readonly lastIngestedAt: number | null
  /** Bytes of this process's journal that the database has not taken yet, and of the segments that were there at the start. */
  readonly journalBytes: number
}

/** Which text of requests and replies is kept. `redacted`: without addresses, numbers and keys (`redactText`). */
export type KeptText = 'none' | 'redacted' | 'full'

export type StoreLog = { warn(fields: object, message: string): void }
