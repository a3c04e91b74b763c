import type { DriftFigure } from '../../../../routing/certificate/certificate.ts'
import { createLabelledGauge, type ReadSample } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** What is known of a policy that has a certificate, or whose answers are labelled. */
export type PolicyFigures = {
  /** `auto`, or a configured policy. */
  readonly policy: string
  /** Milliseconds since 1970 from which its certificate does not hold any more, and whether it holds; null without one. */
  readonly certificate: { readonly endsAt: number; readonly holds: boolean } | null
  /** What drift detectors watch, and whether each has raised an alarm. */
  readonly drift: Readonly<Partial<Record<DriftFigure, boolean>>>
  /** The mean quality of its labelled answers, 0 to 1, with the interval; null without labels. */
  readonly quality: { readonly mean: number; readonly low: number; readonly high: number } | null
}

/** The metrics of certificates, drift and quality. @param read one entry for each policy. */
export function createPolicyMetrics(read: () => readonly PolicyFigures[]): readonly Metric[] {
  const qualityOf = (figure: 'mean' | 'low' | 'high') => (): readonly ReadSample[] =>
    read().flatMap(({ policy, quality }) => (quality === null ? [] : [[quality[figure], policy] as const]))
  return [
    createLabelledGauge(
      {
        name: 'routellm_certificate_valid_until_seconds',
        help: "When the certificate of a policy's router and threshold ends, in seconds since 1970.",
        labelNames: ['policy'],
      },
      () =>
        read().flatMap(({ policy, certificate }) =>
          certificate === null ? [] : [[certificate.endsAt / 1000, policy] as const],
        ),
    ),
    createLabelledGauge(
      {
        name: 'routellm_certificate_valid',
        help: '1 while the certificate holds; 0 once it has expired or the traffic has drifted.',
        labelNames: ['policy'],
      },
      () =>
        read().flatMap(({ policy, certificate }) =>
          certificate === null ? [] : [[certificate.holds ? 1 : 0, policy] as const],
        ),
    ),
    createLabelledGauge(
      {
        name: 'routellm_drift_alarms',
        help: '1 once the detector has raised an alarm for the router in service, by what it watches: scores, similarity, strong-share or quality; else 0.',
        labelNames: ['policy', 'figure'],
      },
      () =>
        read().flatMap(({ policy, drift }) =>
          Object.entries(drift).map(([figure, isRaised]) => [isRaised ? 1 : 0, policy, figure] as const),
        ),
    ),
    createLabelledGauge(
      {
        name: 'routellm_quality_estimate',
        help: 'Mean score, 0 to 1, of the answers of a policy to requests of the last 30 days that were drawn for a label, weighted by how unlikely that was; as good as the other model is .5. Read once a minute; absent with fewer than 14 sessions.',
        labelNames: ['policy'],
      },
      qualityOf('mean'),
    ),
    createLabelledGauge(
      {
        name: 'routellm_quality_estimate_low',
        help: 'The lower end of the 95 % interval of routellm_quality_estimate.',
        labelNames: ['policy'],
      },
      qualityOf('low'),
    ),
    createLabelledGauge(
      {
        name: 'routellm_quality_estimate_high',
        help: 'The upper end of the 95 % interval of routellm_quality_estimate.',
        labelNames: ['policy'],
      },
      qualityOf('high'),
    ),
  ]
}
