import {
  formatCount,
  formatPercent,
  formatSigned,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import type { EvaluatedCertificate } from '../../../jobs/experiments/certificates/evaluate-certificate.ts'
import { describeRest, formatVerdict } from '../../../jobs/experiments/describe-experiment.ts'
import type { EvaluatedExperiment } from '../../../jobs/experiments/evaluate-experiment.ts'
import type { ExperimentsResult } from '../../../jobs/experiments/job.ts'
import type { WatchedValues } from '../../../learning/loop/drift/watched-values.ts'
import type { Difference } from '../../../learning/loop/experiments/experiment-monitor.ts'
import type { CertificateStatus } from '../../../routing/certificate/certificate.ts'
import type { Colors } from '../../terminal/terminal.ts'

/** The experiments of a configuration, and the canaries and certificates of its lock file, some lines each. */
export function formatExperiments(
  { experiments, canaries, certificates }: ExperimentsResult,
  colors: Colors,
): string[] {
  if (experiments.length + canaries.length + certificates.length === 0)
    return [
      'The configuration has no experiments, and the lock file no canary and no router that has answered.',
    ]
  return [
    ...experiments.flatMap((experiment) => formatExperiment(experiment, colors)),
    ...canaries.flatMap(({ id, policy, why, isRemoved }) => [
      `${id}: ${colors.bold(`canary of ${policy}`)}${isRemoved ? ', removed from the lock file' : ''}`,
      `  ${why}`,
    ]),
    ...certificates.flatMap((certificate) => formatCertificate(certificate, colors)),
  ]
}

function formatCertificate(
  { policy, router, since, status, quality, similarity }: EvaluatedCertificate,
  colors: Colors,
): string[] {
  return [
    `${policy}: ${colors.bold(`certificate of ${router}`)}, ${formatStatus(status)}`,
    `  since ${since}: quality of ${formatCount(quality?.values ?? 0)} labelled sessions${shows(quality)}, similarity of ${formatCount(similarity?.values ?? 0)} sessions to the labelled prompts${shows(similarity)}`,
  ]
}

function shows(watched: WatchedValues | null): string {
  return watched?.alarm == null ? '' : ` (drift after ${formatCount(watched.alarm.values)})`
}

function formatStatus(status: CertificateStatus): string {
  switch (status.kind) {
    case 'valid':
      return `valid for ${formatCount(status.daysLeft)} days`
    case 'expired':
      return `expired on ${status.since}`
    case 'drifted':
      return `drifted (${status.alarms.map(({ figure }) => figure).join(', ')})`
  }
}

function formatExperiment(experiment: EvaluatedExperiment, colors: Colors): string[] {
  const { id, control, treatment, share, sessions, differences, verdict, unpriced, problem } = experiment
  return [
    `${id}: ${colors.bold(formatVerdict(verdict))}`,
    `  ${treatment} for ${formatPercent(share)} of the sessions of ${control}: ${formatCount(sessions.treatment)} sessions, and ${formatCount(sessions.control)} of the control`,
    `  dollars of a session: ${formatDifference(differences.usd, formatUsd)}`,
    `  quality: ${formatDifference(differences.quality, (value) => formatSigned(value, 3))}`,
    ...(verdict.kind === 'running' && problem === null ? [`  ${describeRest(experiment)}`] : []),
    ...(sessions.treatment + sessions.control === 0 ? ['  A session counts an hour after it began.'] : []),
    ...(unpriced === 0
      ? []
      : [`  ${formatCount(unpriced)} sessions are left out, because a price is not known`]),
    ...(problem === null ? [] : [`  ${colors.yellow('not evaluated:')} ${problem}`]),
  ]
}

/** The treatment less the control. */
function formatDifference({ value, interval }: Difference, format: (value: number) => string): string {
  if (value === null) return 'nothing is known'
  const [low, high] = interval
  return `${format(value)} (${format(low)} to ${format(high)})`
}
