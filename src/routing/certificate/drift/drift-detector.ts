import { InvalidRequestError } from '../../../errors.ts'

/** Watches one figure of the traffic, a value for each session. */
export type DriftDetector<State> = {
  /**
   * @param stratum which part of the reference the value is compared with, such as the hour of the day. Default: 0.
   * @throws `InvalidRequestError` (`invalid-drift-value`).
   */
  add(value: number, stratum?: number): void
  /** May be asked at any time. Null: no drift is shown. An alarm stays. */
  alarm(): DriftAlarm | null
  /** Plain data, with which the detector's factory continues. */
  state(): State
}

export type DriftAlarm = {
  /** Values until the alarm. */
  readonly values: number
  /** 1 / the false alarm rate or more. */
  readonly evidence: number
  /** How far the recent traffic is from the reference: a distance of distributions, or of means. */
  readonly distance: number
}

/** Options of every detector. */
export type DriftOptions = {
  /** Probability of an alarm at any time if there is no drift, however often one looks. */
  readonly falseAlarmRate: number
  /** Values during the time that the detector is to watch. After so many it sees less and less; the rate stays. */
  readonly planned: number
}

/** @throws `InvalidRequestError` (`invalid-drift-value`). */
export function checkDriftOptions({ falseAlarmRate, planned }: DriftOptions): void {
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1))
    refuse(`its false alarm rate is ${falseAlarmRate}, which must be between 0 and 1`)
  if (!(Number.isInteger(planned) && planned >= 1))
    refuse(`it is planned for ${planned} values, which must be a whole number from 1`)
}

export function refuse(fault: string): never {
  throw new InvalidRequestError('invalid-drift-value', `Drift cannot be watched: ${fault}.`)
}
