import { createMeanBet, type MeanBetState } from '../../../base/math/sequential/mean-bet.ts'
import {
  checkDriftOptions,
  type DriftAlarm,
  type DriftDetector,
  type DriftOptions,
  refuse,
} from './drift-detector.ts'

export type MeanDriftOptions = DriftOptions & {
  /** The mean may be as low as this, above 0. Default: no lower limit. */
  readonly least?: number
  /** The mean may be as high as this, below 1. Default: no upper limit. */
  readonly most?: number
}

export type MeanDriftState = {
  readonly below: MeanBetState | null
  readonly above: MeanBetState | null
  readonly values: number
  readonly alarm: DriftAlarm | null
}

/**
 * Whether the mean of values from 0 to 1 has left its limits: the share of strong calls, or the quality or the loss of labelled
 * sessions. Each limit is tested by betting (`createMeanBet`) with an equal part of the false alarm rate.
 *
 * No alarm is false while each session's expectation, given those before, keeps the limits: it may wander between them.
 */
export function createMeanDrift(
  options: MeanDriftOptions,
  state?: MeanDriftState,
): DriftDetector<MeanDriftState> {
  checkDriftOptions(options)
  const { falseAlarmRate, planned, least, most } = options
  for (const limit of [least, most])
    if (limit !== undefined && !(limit > 0 && limit < 1))
      refuse(`a limit of the mean is ${limit}, which must be between 0 and 1`)
  if (least === undefined && most === undefined) refuse('the mean has neither `least` nor `most`')
  if (least !== undefined && most !== undefined && least >= most)
    refuse(`\`least\` is ${least}, which must be below \`most\`, ${most}`)
  const below = least === undefined ? null : createMeanBet(1 - least, planned, state?.below ?? undefined)
  const above = most === undefined ? null : createMeanBet(most, planned, state?.above ?? undefined)
  const enough = (below === null || above === null ? 1 : 2) / falseAlarmRate
  let values = state?.values ?? 0
  let alarm = state?.alarm ?? null

  return {
    add(value) {
      if (!(value >= 0 && value <= 1)) refuse(`a value is ${value}, which must be from 0 to 1`)
      values++
      // Both sides bet on each value, so that their states go on together.
      const lower = below?.add(1 - value) ?? 0
      const higher = above?.add(value) ?? 0
      const evidence = Math.max(lower, higher)
      if (alarm !== null || evidence < enough) return
      const distance = lower > higher ? below!.state().mean - (1 - least!) : above!.state().mean - most!
      alarm = { values, evidence, distance }
    },
    alarm: () => alarm,
    state: () => ({ below: below?.state() ?? null, above: above?.state() ?? null, values, alarm }),
  }
}
