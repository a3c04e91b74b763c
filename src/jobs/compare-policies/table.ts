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
import type { ComparedRow, PolicyComparison } from './comparison.ts'

/** A row for each policy, then each candidate alone and the oracle. */
export function comparisonTable({ policies, models, oracle, labels }: PolicyComparison): TextTable {
  const rows = [...policies, ...models, ...(oracle === null ? [] : [oracle])]
  return {
    headings: [
      '',
      'kind',
      'dollars',
      '95 % interval',
      ...(labels === null
        ? []
        : ['loss', '95 % interval', 'random: dollars', 'loss', 'length: dollars', 'loss']),
      'answered by',
    ],
    rows: rows.map((row) => [
      row.name,
      row.kind === 'model' ? 'alone' : row.kind,
      dollars(row.usd),
      range(row.usdInterval, formatUsd),
      ...(labels === null
        ? []
        : [
            loss(row.loss),
            range(row.lossInterval, (value) => formatSigned(value, 3)),
            dollars(row.random?.usd ?? null),
            loss(row.random?.loss ?? null),
            dollars(row.length?.usd ?? null),
            loss(row.length?.loss ?? null),
          ]),
      sharesOf(row),
    ]),
  }
}

/** What the table is about, and which policies are better than chance. */
export function describeComparison({
  requests,
  labels,
  best,
  policies,
  resampled,
}: PolicyComparison): string[] {
  const units = resampled.join(', ')
  const traffic = `Dollars are of the ${formatCount(requests)} requests of the log that could be routed; intervals resample ${units}.`
  if (labels === null)
    return [traffic, 'Without --labels nothing is known of quality: a cheaper policy may answer worse.']
  const population =
    labels.about === 'requests'
      ? `${formatCount(labels.labels)} labels that stand for ${formatCount(labels.requests)} requests`
      : `${formatCount(labels.labels)} labels`
  const leftOut = [
    ...(labels.learned > 0 ? [`${formatCount(labels.learned)} that a router was trained on`] : []),
    ...(labels.withoutScores > 0
      ? [`${formatCount(labels.withoutScores)} without the score of a candidate`]
      : []),
  ]
  return [
    traffic,
    `Loss: the mean score of ${best} alone, the best candidate, minus that of the policy, on ${population}; below 0 the policy is better.${
      leftOut.length === 0 ? '' : ` Left out: ${leftOut.join(', ')}.`
    }`,
    ...(labels.crossFitted === 0
      ? []
      : [`${formatCount(labels.crossFitted)} of the labels are scored by a fit of the router without them.`]),
    'Random and length give each model the share of the requests that the policy gives it.',
    ...policies.flatMap(comparedWithChance),
  ]
}

function comparedWithChance({ name, random, length }: ComparedRow): string[] {
  return [
    ...(random?.gainInterval == null ? [] : [{ other: 'random', ...random, interval: random.gainInterval }]),
    ...(length?.gainInterval == null ? [] : [{ other: 'length', ...length, interval: length.gainInterval }]),
  ].flatMap(({ other, gain, interval }) => {
    if (gain === null || (interval[0] === 0 && interval[1] === 0)) return []
    const verdict = interval[0] > 0 ? 'better' : interval[1] < 0 ? 'worse' : undefined
    const ends = formatRange(interval, (value) => formatSigned(value, 3))
    return verdict === undefined
      ? [`${name} is not shown to differ from ${other}: gain ${formatSigned(gain, 3)} (${ends}).`]
      : [`${name} is ${verdict} than ${other}: gain ${formatSigned(gain, 3)} (${ends}).`]
  })
}

function dollars(usd: number | null): string {
  return usd === null ? '–' : formatUsd(usd)
}

function loss(value: number | null): string {
  return value === null ? '–' : formatFixed(value, 3).replace('-', '−')
}

function range(interval: Interval | null, format: (value: number) => string): string {
  return interval === null ? '–' : formatRange(interval, format)
}

function sharesOf({ shares, kind }: ComparedRow): string {
  if (kind === 'model') return ''
  return Object.entries(shares)
    .map(([model, share]) => `${model} ${formatPercent(share)}`)
    .join(', ')
}
