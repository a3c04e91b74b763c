import type { Interval } from '../../base/math/statistics/quantile.ts'
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatRange,
  formatSigned,
  formatUsd,
} from '../../base/text/format/format-number.ts'
import type { TextTable } from '../../base/text/format/text-table.ts'
import type { AtEqualShares, ComparedLabels, ComparedRow, PolicyComparison } from './comparison.ts'

/** Dollars and losses: a row for each policy, then each candidate alone and the oracle. */
export function comparisonTable({ policies, models, oracle, labels }: PolicyComparison): TextTable {
  const rows = [...policies, ...models, ...(oracle === null ? [] : [oracle])]
  return {
    headings: ['', 'dollars', '95 % interval', ...(labels === null ? [] : ['loss', '95 % interval'])],
    rows: rows.map((row) => [
      `${row.name}${row.kind === 'model' ? ' alone' : ''}`,
      dollars(row.usd),
      range(row.usdInterval, formatUsd),
      ...(labels === null ? [] : [loss(row.loss), range(row.lossInterval, loss)]),
    ]),
  }
}

/** The baselines beside each policy that uses several models, at its own shares. */
export function baselineTable({ policies }: PolicyComparison): TextTable {
  const cells = (baseline: AtEqualShares | null) => [
    dollars(baseline?.usd ?? null),
    loss(baseline?.loss ?? null),
    baseline?.gain == null || baseline.gainInterval === null
      ? '–'
      : `${formatSigned(baseline.gain, 3)} (${range(baseline.gainInterval, (value) => formatSigned(value, 3))})`,
  ]
  return {
    headings: ['', 'dollars', 'loss', 'gain of the policy'],
    rows: policies
      .filter(({ shares }) => Object.keys(shares).length > 1)
      .flatMap(({ name, random, length }) => [
        [`${name}, at random`, ...cells(random)],
        [`${name}, by length`, ...cells(length)],
      ]),
  }
}

/** Who answers, a line for each policy. */
export function describeShares({ policies }: PolicyComparison): string[] {
  return policies.map((row) => {
    const refused = row.refused === 0 ? '' : `; ${formatCount(row.refused)} requests refused`
    return `${row.name} (${row.kind}): ${sharesOf(row)}${refused}`
  })
}

/** What dollars and losses are about. */
export function describeComparison({ log, requests, labels, best, resampled }: PolicyComparison): string[] {
  const traffic = `Dollars: of the ${formatCount(requests)} ${log === null ? 'requests of the labels' : 'requests of the log that could be routed'}. Intervals resample ${resampled.join(' and ')}.`
  if (labels === null)
    return [traffic, 'Nothing is known of quality without --labels: a cheaper policy may answer worse.']
  return [
    traffic,
    `Loss: the mean score of ${best} alone, the best candidate, minus that of the policy, on ${formatLabels(labels)}. Below 0 the policy is better.`,
    ...(labels.crossFitted === 0
      ? []
      : [`${formatCount(labels.crossFitted)} of the labels are scored by a fit of the router without them.`]),
  ]
}

function formatLabels({ labels, requests, about, learned, withoutScores }: ComparedLabels): string {
  const leftOut = [
    ...(learned > 0 ? [`${formatCount(learned)} that a router was trained on`] : []),
    ...(withoutScores > 0 ? [`${formatCount(withoutScores)} without the score of a candidate`] : []),
  ]
  const standFor = about === 'requests' ? ` that stand for ${formatCount(requests)} requests` : ''
  return `${formatCount(labels)} labels${standFor}${leftOut.length === 0 ? '' : ` (left out: ${leftOut.join(', ')})`}`
}

function dollars(usd: number | null): string {
  return usd === null ? '–' : formatUsd(usd)
}

function loss(value: number | null): string {
  return value === null ? '–' : formatFixed(value, 3)
}

function range(interval: Interval | null, format: (value: number) => string): string {
  return interval === null ? '–' : formatRange(interval, format)
}

function sharesOf({ shares }: ComparedRow): string {
  const entries = Object.entries(shares).map(([model, share]) => `${model} ${formatPercent(share)}`)
  return entries.length === 0 ? 'not known' : entries.join(', ')
}
