import {
  type ConfidenceSequence,
  createConfidenceSequence,
  type SequenceState,
} from '../../../base/math/sequential/confidence-sequence.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'

/** One outcome's sequence over the sessions of an experiment: of the arms' difference, or of the treatment's mean. */
export type OutcomeSequence = {
  add(isTreatment: boolean, value: number): void
  interval(): Interval
  mean(): number | null
  state(): OutcomeSequenceState
}

export type OutcomeSequenceState = {
  readonly sequence: SequenceState
  /** Sum and number of the outcomes before, of both arms. */
  readonly sum: number
  readonly count: number
}

export type OutcomeSequenceOptions = {
  readonly of: 'difference' | 'treatment'
  /** Outcomes are from 0 to this. */
  readonly most: number
  readonly treatmentShare: number
  readonly errorRate: number
  readonly planned: number
}

/**
 * A session's term of the difference is (y − c)/π in the treatment and −(y − c)/(1 − π) in the control: by the random
 * assignment its expectation is the difference of the arms' means, whatever c. c is the mean of the sessions before,
 * of both arms, so the terms vary little; π is the treatment's share.
 */
export function createOutcomeSequence(
  { of, most, treatmentShare, errorRate, planned }: OutcomeSequenceOptions,
  state?: OutcomeSequenceState,
): OutcomeSequence {
  const largest = most / Math.min(treatmentShare, 1 - treatmentShare)
  const sequence: ConfidenceSequence = createConfidenceSequence(
    {
      range: of === 'difference' ? [-largest, largest] : [0, most],
      errorRate,
      planned: Math.max(1, of === 'difference' ? planned : planned * treatmentShare),
    },
    state?.sequence,
  )
  let { sum, count } = state ?? { sum: 0, count: 0 }
  return {
    add(isTreatment, value) {
      if (of === 'treatment') {
        if (isTreatment) sequence.add(value)
        return
      }
      const centred = value - (count === 0 ? 0 : sum / count)
      sum += value
      count++
      sequence.add(isTreatment ? centred / treatmentShare : -centred / (1 - treatmentShare))
    },
    interval() {
      const [low, high] = sequence.interval()
      return of === 'difference' ? [Math.max(-most, low), Math.min(most, high)] : [low, high]
    },
    mean: sequence.mean,
    state: () => ({ sequence: sequence.state(), sum, count }),
  }
}
