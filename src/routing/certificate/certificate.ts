import type { DriftAlarm } from './drift/drift-detector.ts'

/** What is promised of a policy's router and threshold, and for how long. Plain data: `certificate` of a lock file's policy. */
export type Certificate = {
  /** The promise: of the requests at most this fraction is lost, 0 to 1 (α). */
  readonly maxLoss: number
  /** The probability with which the promise was to hold, 0 to 1. */
  readonly confidence: number
  /** Independent labels that it was made of (n). */
  readonly labels: number
  /** First day, in UTC, on which it does not hold any more: `2026-12-28`. */
  readonly validUntil: string
}

/** Why the router was promoted and the certificate given: `evidence` beside `certificate`. */
export type CertificateEvidence = {
  /** Name of the router that it was compared with: the one in service. */
  readonly against: string
  /** On the labels that were held out; null if the models differ too little for one. */
  readonly apgr: number | null
  /** The upper confidence limit of the loss that the labels gave; at most `maxLoss`. */
  readonly lossBound?: number
  /** Labels lost at the threshold. */
  readonly lost?: number
  /** Fraction of the labels that the strong model answers at the threshold, 0 to 1. */
  readonly strongCallFraction?: number
  /** Sessions of those labels, which are independent. */
  readonly comparedSessions?: number
}

/** What the drift detectors watch. */
export const driftFigures = ['scores', 'similarity', 'strong-share', 'quality'] as const
export type DriftFigure = (typeof driftFigures)[number]

/** Of an alarm of any figure while a certificate runs, in equal parts: those of a figure. */
export const figureFalseAlarmRate = 0.05 / driftFigures.length

export type CertificateStatus =
  | { readonly kind: 'valid'; readonly daysLeft: number }
  | { readonly kind: 'expired'; readonly since: string }
  | {
      readonly kind: 'drifted'
      readonly alarms: readonly { readonly figure: DriftFigure; readonly alarm: DriftAlarm }[]
    }

const dayMs = 86_400_000

/**
 * Whether a certificate holds: until its day, and until the traffic is not what it was made of.
 *
 * @param nowMs milliseconds since 1970. @param alarms of the drift detectors; null: no drift is shown.
 */
export function certificateStatus(
  { validUntil }: Certificate,
  nowMs: number,
  alarms: Readonly<Partial<Record<DriftFigure, DriftAlarm | null>>> = {},
): CertificateStatus {
  const endMs = Date.parse(`${validUntil}T00:00:00Z`)
  if (!(nowMs < endMs)) return { kind: 'expired', since: validUntil }
  const drifted = driftFigures.flatMap((figure) => {
    const alarm = alarms[figure] ?? null
    return alarm === null ? [] : [{ figure, alarm }]
  })
  if (drifted.length > 0) return { kind: 'drifted', alarms: drifted }
  return { kind: 'valid', daysLeft: Math.ceil((endMs - nowMs) / dayMs) }
}
