/** A request that is put up for a person to label. */
export type QueueItem = {
  readonly requestId: string
  /** When the request came. */
  readonly time: number
  readonly reason: QueueReason
  /** From 0 to 1. */
  readonly worth: number
  /** The probability with which it was put up. */
  readonly propensity: number
  readonly state: QueueState
}

/** The largest part of the worth of a label: `base` if chance alone put it up. */
export type QueueReason = 'uncertain' | 'drifting' | 'dear' | 'base'

export type QueueState = 'waiting' | 'answered' | 'skipped'

export type QueueQuery = {
  /** Default: those that wait. */
  readonly state?: QueueState
  readonly limit: number
  readonly offset?: number
}

export type QueueAnswer = {
  readonly requestId: string
  readonly scores: Readonly<Record<string, number>> | null
  /** Who answers; null if that is not known. */
  readonly actor: string | null
  readonly time: number
}

/** How well models answer a request, as a shadow call or a person said. */
export type StoredLabel = {
  readonly requestId: string
  /** When the request came, or when the person answered. */
  readonly time: number
  readonly source: 'shadow' | 'person'
  /** From 0 to 1. Of two answers the better one has 1 and the other 0; both have ½ in a tie. */
  readonly scores: Readonly<Record<string, number>>
  /** With which probability the request was to be labelled; null if that was not drawn. */
  readonly propensity: number | null
  /** The name of a judge's model, `rule`, or the name of a person. */
  readonly actor: string | null
}

/** What is in the queue and in the labels of a request. */
export type LabelState = {
  readonly state: QueueState
  /** When it was answered or skipped. */
  readonly answered: number | null
  readonly label: StoredLabel | null
}

export type LabelAnswer = QueueAnswer & {
  /** As whoever answers has seen it. */
  readonly seen: Pick<LabelState, 'state' | 'answered'>
  /** Of the audit trail. */
  readonly detail: object
}

export type LabelUndo = {
  readonly requestId: string
  /** When the answer was given that is taken back. */
  readonly answered: number
  /** What it was before. */
  readonly before: LabelState
  readonly time: number
}
