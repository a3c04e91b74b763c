/** A request that another model answered too, after the client had its answer, and which answer is better. Plain data. */
export type ShadowPair = {
  readonly requestId: string
  /** When the request came, in milliseconds since 1970. */
  readonly time: number
  readonly policy: string | null
  /** The model whose answer the client has. */
  readonly model: string
  readonly otherModel: string
  /** Of the call that answered the client; null if it is not known. */
  readonly modelUsd: number | null
  /** Of the other model's call; null if it is not known, or if it was not made. */
  readonly otherUsd: number | null
  /** Of all calls of the judge; null if that is not known. */
  readonly judgeUsd: number | null
  /** What it counts against the budget for shadow calls, and when it was reserved. */
  readonly chargedUsd: number
  readonly chargedAt: number
  /** The probability with which the request was sampled, times that of the other model. */
  readonly propensity: number
  /** Null if whether there is a verdict depends on the answers: it is no sample then. */
  readonly labelPropensity: number | null
  /** Null: nobody knows, and `problem` says why. */
  readonly verdict: ShadowVerdict | null
  /** The name of the judge's model, or `rule`; null if nothing was compared. */
  readonly judge: string | null
  /** What the judge said with the client's answer first, and with it second; null if no judge was asked. */
  readonly orders: readonly [ShadowVerdict | null, ShadowVerdict | null] | null
  readonly problem: ShadowProblem | null
  /** What it is charged to. Absent: `shadowAccount`. */
  readonly account?: typeof labelAccount
}

/** Which answer is better: the one that the client has, or the other one. */
export type ShadowVerdict = 'model' | 'other' | 'tie'

/**
 * - `other-failed`: the other model gave no answer. `judge-failed`: the judge gave none.
 * - `unreadable`: the judge's reply says nothing that can be read.
 * - `no-rule`: there is no judge, and no rule can compare the two answers.
 * - `too-long`: an answer is longer than a judge is asked to read.
 * - `budget`: the dollars of the day were used up before the comparison.
 * - `stopped`: the server was stopped.
 * - `person`: a person has asked for the other answer, and compares them.
 */
export type ShadowProblem =
  | 'other-failed'
  | 'judge-failed'
  | 'unreadable'
  | 'no-rule'
  | 'too-long'
  | 'budget'
  | 'stopped'
  | 'person'

/** Keeps what became of shadow calls. Returns at once and never throws. */
export type ShadowKeeper = { addShadowPair(pair: ShadowPair): void }

/** The id of the account that shadow calls are charged to. */
export const shadowAccount = 'shadow'
/** The same for answers that a person asks for on the page, to compare them. */
export const labelAccount = 'labels'
