import type { RequestRecord } from '../../gateway/request-record.ts'

/**
 * What the journal holds: plain JSON. A kind is never changed in a way that an older program could misread; entries of an
 * unknown kind are skipped.
 */
export type Entry = RequestEntry | AmendEntry | FeedbackEntry | { readonly kind: 'end' }

/** A request whose reply was complete, or that failed. */
export type RequestEntry = Omit<RequestRecord, 'text' | 'candidates' | 'scores'> & {
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

/** What someone says about the answer to a request. */
export type FeedbackEntry = {
  readonly kind: 'feedback'
  /** Counts once. */
  readonly id: string
  readonly requestId: string
  readonly time: number
  readonly thumbs: 'up' | 'down' | null
  /** From 0, useless, to 1. */
  readonly score: number | null
  /** What the answer should have been. */
  readonly correction: string | null
  /** Scores of models for the request, from 0 to 1. */
  readonly scores: Readonly<Record<string, number>> | null
  /** The name of the client's key. */
  readonly key: string | null
}
