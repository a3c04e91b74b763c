import { isAbove } from '../../../base/math/decimals.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import { figureFalseAlarmRate } from '../../../routing/certificate/certificate.ts'
import { createMeanDrift } from '../../../routing/certificate/drift/mean-drift.ts'
import { oneOfEachSession } from '../cycle/held-out/one-of-each-session.ts'
import { decidingRows } from '../cycle/split/deciding-rows.ts'
import type { FeedbackTrust } from '../feedback-trust.ts'
import type { LabelledRequest } from '../labelled-request.ts'
import type { WatchedValues } from './watched-values.ts'

export type QualityDriftOptions = FeedbackTrust & {
  readonly pair: ModelPair
  readonly threshold: number
  /** Of the certificate. */
  readonly maxLoss: number
  /** The strong model is better if its score is higher by more than this. */
  readonly lossMargin: number
  readonly seed: number
}

/** Labelled sessions for which the test is tuned: those of a certificate's days. */
const plannedSessions = 1_000

/**
 * Whether a router is shown to lose more sessions than its certificate promises, by the labels since it began: those that may decide
 * (`decidingRows`), one of each session, in the order of the sessions. A session is lost if the weak model answers it and the strong one
 * is better.
 *
 * Labels that come late are put in at their session's place, so that the rate of false alarms assumes that how late a label comes does
 * not depend on the answer.
 *
 * @param rows with the win rate of the router that is watched; rows without one are left out.
 */
export function findQualityDrift(
  rows: readonly LabelledRequest[],
  { pair, threshold, maxLoss, lossMargin, seed, ...trust }: QualityDriftOptions,
): WatchedValues {
  const detector = createMeanDrift({
    falseAlarmRate: figureFalseAlarmRate,
    planned: plannedSessions,
    most: maxLoss,
  })
  const scored = rows.filter(({ strongWinRate }) => strongWinRate !== null)
  const deciding = decidingRows(scored, { ...trust, pair, seed, withoutUsd: true }, () => {})
  const sessions = oneOfEachSession(deciding, seed).toSorted(
    (one, other) => one.time - other.time || (one.id < other.id ? -1 : 1),
  )
  for (const { scores, strongWinRate } of sessions) {
    const weakLoses = isAbove(scores[pair.strong]!, scores[pair.weak]! + lossMargin)
    detector.add(weakLoses && strongWinRate! < threshold ? 1 : 0)
  }
  return { values: sessions.length, alarm: detector.alarm() }
}
