import { formatFixed } from '../../../../base/text/format/format-number.ts'
import { textTable } from '../../../../base/text/format/text-table.ts'
import type { PolicyEstimate } from '../../../../jobs/estimate-policy/policy-estimate.ts'
import type { NoEstimate } from '../../../../learning/loop/off-policy/estimate.ts'
import type { ValueEstimates } from '../../../../learning/loop/off-policy/value-estimates.ts'

/** An estimate as lines of text, or the sentence that says why there is none. */
export function formatEstimate({ policy, since, labels, estimate }: PolicyEstimate): string[] {
  if (estimate.kind === 'refused') return [`No estimate for ${policy}: ${estimate.message}`]
  const { requests, sessions, effective, shares, quality, usd } = estimate
  const from = since === null ? 'in the store' : `since ${since.slice(0, 16).replace('T', ' ')} UTC`
  const count = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 })
  const byShare = Object.entries(shares).toSorted(([, one], [, other]) => other - one)
  const { heading, rule, lines } = textTable(
    {
      headings: ['', 'estimate', '95 % interval', 'change', '95 % interval'],
      rows: [
        ...toRows('dollars per request', usd, formatUsd),
        ...toRows('quality', quality, (value) => formatFixed(value, 3)),
      ],
    },
    2,
  )
  const hasTable = lines.length > 0
  return [
    `${policy} on ${count(requests)} requests in ${count(sessions)} sessions ${from}, worth ${count(effective.sessions)} sessions of its own`,
    `who answers: ${byShare.map(([model, share]) => `${model} ${(100 * share).toFixed(1)} %`).join(', ')}`,
    `labelled: ${count(labels?.labels ?? 0)} requests`,
    '',
    ...(hasTable ? [heading, rule, ...lines, ''] : []),
    ...describe('dollars', usd, ({ logged, doublyRobust: { value, interval } }) => {
      const total = (each: number) => formatUsd(each * requests)
      return `Those requests have cost ${total(logged)}; under ${policy} they would have cost ${total(value)} (${total(interval[0])} to ${total(interval[1])}).`
    }),
    ...describe(
      'quality',
      quality,
      ({ logged, doublyRobust: { value, interval } }) =>
        `Their quality was ${formatFixed(logged, 3)}; it would have been ${formatFixed(value, 3)} (${formatFixed(interval[0], 3)} to ${formatFixed(interval[1], 3)}).`,
    ),
  ]
}

function describe(
  outcome: string,
  values: ValueEstimates | NoEstimate,
  say: (values: ValueEstimates) => string,
): string[] {
  return ['kind' in values ? `No estimate of ${outcome}: ${values.message}` : say(values)]
}

function toRows(
  outcome: string,
  values: ValueEstimates | NoEstimate,
  format: (value: number) => string,
): string[][] {
  if ('kind' in values) return []
  const { doublyRobust, selfNormalized, ips } = values
  const methods = [
    ['doubly robust', doublyRobust],
    ['self-normalised', selfNormalized],
    ['inverse propensity', ips],
  ] as const
  return methods.map(([method, { value, interval, change }]) => [
    `${outcome}, ${method}`,
    format(value),
    `${format(interval[0])} to ${format(interval[1])}`,
    format(change.value),
    `${format(change.interval[0])} to ${format(change.interval[1])}`,
  ])
}

function formatUsd(usd: number): string {
  const digits = Math.abs(usd) >= 1 || usd === 0 ? 2 : 6
  return `${usd < 0 ? '−' : ''}$${Math.abs(usd).toFixed(digits)}`
}
