import type { Feedback } from '../../gateway/feedback.ts'
import type { RequestRecord } from '../../gateway/request-record.ts'
import type { ShadowPair } from '../../gateway/shadow/shadow-pair.ts'

/**
 * What the journal holds: plain JSON. A kind is never changed in a way that an older program could misread; entries of an
 * unknown kind are skipped.
 */
export type Entry = RequestEntry | AmendEntry | FeedbackEntry | ShadowEntry | { readonly kind: 'end' }

/** A request whose reply was complete, or that failed. */
export type RequestEntry = Omit<
  RequestRecord,
  'text' | 'trace' | 'candidates' | 'scores' | 'propensities'
> & {
  readonly kind: 'request'
  /** What it counts against budgets; null if that is not known. */
  readonly chargedUsd: number | null
  readonly candidates: readonly EntryCandidate[] | null
  readonly text: EntryText | null
}

export type EntryCandidate = {
  readonly model: string
  readonly usd: number | null
  /** Null if it was not scored. */
  readonly score: number | null
  readonly excluded: string | null
  /** The probability with which it was to be chosen; absent if nothing was drawn by chance. */
  readonly propensity?: number
}

/** Bodies as text. One that is longer than `bytes` says was cut. */
export type EntryText = { readonly request: EntryBody; readonly response: EntryBody }
export type EntryBody = { readonly text: string; readonly totalBytes: number; readonly isCut: boolean }

/** The client of a kept request left before it had read the end. */
export type AmendEntry = {
  readonly kind: 'amend'
  readonly id: string
  readonly time: number
  readonly status: number
  readonly totalMs: number
}

export type FeedbackEntry = Feedback & { readonly kind: 'feedback' }

/** What became of a shadow call. */
export type ShadowEntry = ShadowPair & { readonly kind: 'shadow' }
