import type { QueueReason, QueueState, StoredLabel } from '../../records/types/labels.ts'

/** Which requests of the queue: those of a policy, or all. The empty name stands for requests that no policy decided. */
export type LabelQueueQuery = { readonly policy?: string | undefined; readonly limit: number }

/** Requests that wait for a label, those with the most worth first. */
export type LabelQueue = {
  /** Of the policy that is asked for. */
  readonly counts: LabelQueueCounts
  /** Only those whose text is kept. */
  readonly items: readonly QueuedItem[]
  /** Requests with a text that wait, by policy. */
  readonly policies: readonly { readonly name: string; readonly waiting: number }[]
}

export type LabelQueueCounts = {
  /** With a text. */
  readonly waiting: number
  /** They wait too, and nobody can read them. */
  readonly withoutText: number
  readonly answered: number
  readonly skipped: number
}

export type QueuedItem = {
  readonly requestId: string
  readonly time: number
  readonly reason: QueueReason
  readonly worth: number
  readonly task: string | null
  readonly policy: string | null
}

/** A request of the queue, and what persons said of it before. */
export type LabelItem = QueuedItem & {
  readonly propensity: number
  readonly state: QueueState
  /** When it was answered or skipped. */
  readonly answered: number | null
  readonly label: StoredLabel | null
}

export type LabelFiguresQuery = {
  /** Milliseconds since 1970. */
  readonly since: number
}

/** Labels of a time. */
export type LabelFigures = {
  readonly sources: readonly { readonly source: 'person' | 'shadow'; readonly labels: number }[]
  /** By day of UTC since 1970. A day without labels is absent. */
  readonly days: readonly { readonly day: number; readonly person: number; readonly shadow: number }[]
  /** What persons chose of the two sides of the page; ties are of neither. */
  readonly sides: {
    readonly left: number
    readonly right: number
    /** 95 %, of the share of the left; null without a choice. */
    readonly leftInterval: readonly [low: number, high: number] | null
  }
}
