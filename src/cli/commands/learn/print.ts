import {
  formatCount,
  formatPercent,
  formatSigned,
  formatUsd,
} from '../../../base/text/format/format-number.ts'
import { textTable } from '../../../base/text/format/text-table.ts'
import type { LearnOutcome, LearnResult } from '../../../jobs/learn/result.ts'
import type { CycleComparison, CycleLabels } from '../../../learning/loop/cycle/cycle-result.ts'
import type { Colors } from '../../terminal/terminal.ts'

const titles: Readonly<Record<LearnOutcome, string>> = {
  promoted: 'promoted',
  canary: 'on trial',
  refused: 'not promoted',
  'canary-promoted': 'promoted',
  'canary-removed': 'removed',
  'canary-running': 'on trial',
  'rolled-back': 'rolled back',
  'nothing-to-roll-back': 'nothing to roll back',
}

/** What has become of a policy, why, and on which labels. */
export function formatLearned(result: LearnResult, colors: Colors): string[] {
  const { policy, outcome, promoted, why, labels, comparison, candidate, dryRun, lock, router } = result
  const paint = promoted ? colors.green : colors.yellow
  const lines = [
    `${policy}: ${paint(titles[outcome])}${dryRun ? ' (dry run: nothing was changed)' : ''}`,
    `  ${why}`,
  ]
  if (labels !== null) lines.push(`  ${formatLabels(labels)}`)
  if (comparison !== null) lines.push(...formatComparison(comparison).map((line) => `  ${line}`))
  if (candidate !== null) {
    const { maxLoss, confidence, labels: count, validUntil } = candidate.certificate
    lines.push(
      `  ${candidate.router} at threshold ${candidate.threshold}: at most ${formatPercent(maxLoss)} of requests are lost, with ${formatPercent(confidence)} confidence, by ${formatCount(count)} labels; valid until ${validUntil}.`,
    )
  }
  if (!dryRun && changed.has(outcome))
    lines.push(`  ${lock} says so; ${router ?? 'the router of the configuration'} is in service.`)
  return lines
}

const changed = new Set<LearnOutcome>([
  'promoted',
  'canary',
  'canary-promoted',
  'canary-removed',
  'rolled-back',
])

function formatLabels({ total, training, calibration, comparison }: CycleLabels): string {
  const count = (requests: number) => formatCount(requests)
  return `${count(total)} labelled requests: ${count(training.requests)} to train on, ${count(calibration.requests)} for the threshold, ${count(comparison.requests)} for the comparison.`
}

function formatComparison({ candidate, inService, quality, usd }: CycleComparison): string[] {
  const rows = [inService, candidate].map(
    ({ router, threshold, quality: mean, usd: spent, strongCallFraction }) => [
      `${router} at ${Number(threshold.toPrecision(4))}`,
      mean.toFixed(3),
      formatUsd(spent),
      formatPercent(strongCallFraction),
    ],
  )
  const change = [
    'difference',
    `${formatSigned(quality.value, 3)} (${formatSigned(quality.interval[0], 3)} to ${formatSigned(quality.interval[1], 3)})`,
    `${formatUsd(usd.value)} (${formatUsd(usd.interval[0])} to ${formatUsd(usd.interval[1])})`,
    '',
  ]
  const { heading, rule, lines } = textTable({
    headings: ['a session with', 'quality', 'dollars', 'strong calls'],
    rows: [...rows, change],
  })
  return [heading, rule, ...lines]
}
