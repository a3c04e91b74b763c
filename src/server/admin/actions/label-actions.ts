import type { Gateway } from '../../../gateway/gateway.ts'
import type { QueuedItem } from '../../../store/reader/answers/label.ts'

/**
 * Labels by persons, blind: which model gave which answer is known here only, until the choice is made. Which side an answer is on is
 * drawn at random.
 */
export type LabelActions = {
  settings(): LabelSettings
  /**
   * A request of the queue. Its answers are shown once the other model has answered, or if one of them is to be shown alone. What was
   * shown alone stays alone, and two answers stay two: both ways of showing together tell which answer is the client's.
   *
   * @throws RouteLLMError `unknown-request` if it is not put up.
   */
  open(gateway: Gateway, item: { readonly requestId: string; readonly one: boolean }): Promise<ShownItem>
  /**
   * Asks another model for its answer to the same request, and shows both. Asked at once by several, it is asked once; it is aborted
   * if all of them leave.
   *
   * @throws RouteLLMError `no-answer-to-compare`, `budget-exceeded`, `unknown-request`; `label-shown-alone` if the one answer was shown
   * alone.
   */
  ask(gateway: Gateway, requestId: string, signal: AbortSignal): Promise<ShownItem>
  /** @throws RouteLLMError `label-not-shown`, `label-changed`; InvalidRequestError `bad-request` for a verdict on what was not shown. */
  answer(answer: GivenAnswer): Promise<RevealedItem>
  /** Takes an answer of this server back. @throws RouteLLMError `label-not-shown`, `label-changed`. */
  undo(shown: string): Promise<{ readonly requestId: string }>
  /** Puts requests up now. One runs at a time. */
  select(signal: AbortSignal): Promise<{ readonly examined: number; readonly putUp: number }>
  /** How many labels are missing until a certificate can be given. Takes a second if labels or `learn` have changed, or a minute has gone by. */
  progress(signal: AbortSignal): Promise<LabelProgress>
  /** Ends what runs. Never rejects. */
  close(): Promise<void>
}

export type LabelSettings = {
  readonly text: 'none' | 'redacted' | 'full'
  /** Requests that the server puts up a day; null: it puts none up by itself. */
  readonly perDay: number | null
  /** For answers of other models. */
  readonly usdPerDay: number
}

/** A request as it is shown. No name of a model is in it, but in its texts. */
export type ShownItem = QueuedItem & {
  /** Stands for what was shown. The answer names it. */
  readonly shown: string
  /** The whole conversation; null if it has images or files, or cannot be read. */
  readonly question: string | null
  readonly answers: ShownAnswers
  /** What was said of it before; null: nothing. */
  readonly before: {
    readonly kind: 'answered' | 'skipped'
    readonly time: number
    readonly by: string | null
  } | null
}

export type ShownAnswers =
  | { readonly kind: 'two'; readonly left: string; readonly right: string }
  | { readonly kind: 'one'; readonly answer: string }
  /** Nothing is shown yet. */
  | { readonly kind: 'hidden'; readonly offer: AskOffer }
  /** The kept answer cannot be read. */
  | { readonly kind: 'unreadable'; readonly why: string }

/** Whether another model can be asked, and the dollars that the dearest candidate is expected to cost: the same whichever model answered. */
export type AskOffer =
  | { readonly kind: 'possible'; readonly expectedUsd: number }
  | { readonly kind: 'impossible'; readonly why: string }

/** Of two answers `left`, `right`, `equal` or `bad`: both are. Of one `good` or `bad`. */
export const verdicts = ['left', 'right', 'equal', 'good', 'bad', 'skip'] as const
export type Verdict = (typeof verdicts)[number]

export type GivenAnswer = {
  readonly shown: string
  readonly verdict: Verdict
  /** The name of whoever answers; null if it was not given. */
  readonly by: string | null
}

/** What an answer was about. */
export type RevealedItem = {
  readonly requestId: string
  readonly shown: string
  readonly verdict: Verdict
  /** From left to right; of a single answer one. Empty if it was skipped. */
  readonly models: readonly RevealedModel[]
}

export type RevealedModel = {
  readonly model: string
  readonly score: number
  /** Of the answer; null if it is not known. */
  readonly usd: number | null
}

export type LabelProgress = {
  readonly policies: readonly PolicyProgress[]
}

export type PolicyProgress = {
  readonly policy: string
  /** As requests record it; null: `auto` of a router and a threshold, or not known. */
  readonly recorded: string | null
  /** Why nothing can be said of it; null if it can. */
  readonly problem: string | null
  readonly maxLoss: number
  readonly confidence: number
  /** Labelled sessions that are missing until a certificate is possible at all; 0: enough to try. Null with a problem. */
  readonly missing: number | null
  /** Labelled sessions so far, and those needed, to calibrate with and to compare on. */
  readonly calibration: PartProgress
  readonly comparison: PartProgress
  /** Why `learn` did not promote what it had trained last; null: it has not refused. */
  readonly refusal: { readonly time: number; readonly why: string } | null
}

export type PartProgress = { readonly sessions: number; readonly needed: number }
