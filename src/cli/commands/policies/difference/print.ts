import { formatCount, formatPercent, formatUsd } from '../../../../base/text/format/format-number.ts'
import { textTable } from '../../../../base/text/format/text-table.ts'
import type { ComparedVersion, PolicyDifference } from '../../../../jobs/difference/policy-difference.ts'

/** Requests that are listed. */
const shown = 10

/** The difference of two versions as lines of text. */
export function formatDifference(difference: PolicyDifference): string[] {
  const { policy, from, to, requests, sessions, notScored, table, usd, moved } = difference
  if (requests === 0)
    return [
      notScored === 0
        ? `${policy}: no request of the store was decided by a router of it.`
        : `${policy}: ${formatCount(notScored)} requests, and none of them can be scored by both. Keep texts or vectors: store: { text: full }.`,
    ]
  const { strongStrong, strongWeak, weakStrong, weakWeak } = table
  const changed = strongWeak + weakStrong
  return [
    `${policy}: from ${describe(from)} to ${describe(to)}, on ${formatCount(requests)} requests in ${formatCount(sessions)} sessions`,
    `${formatCount(changed)} change their model (${formatPercent(changed / requests)}): ${formatCount(weakStrong)} to ${difference.strong}, ${formatCount(strongWeak)} to ${difference.weak}. ${formatCount(strongStrong)} stay with ${difference.strong}, ${formatCount(weakWeak)} with ${difference.weak}.`,
    `Dollars: ${formatUsd(usd.from)} before, ${formatUsd(usd.to)} after, difference ${formatUsd(usd.difference)}${usd.interval === null ? '' : ` (${formatUsd(usd.interval[0])} to ${formatUsd(usd.interval[1])})`}.${usd.unpriced === 0 ? '' : ` ${formatCount(usd.unpriced)} without a known cost.`}`,
    ...(notScored === 0 ? [] : [`${formatCount(notScored)} more cannot be scored by both.`]),
    ...formatTasks(difference),
    ...(moved.length === 0 ? [] : formatMoved(difference)),
  ]
}

function describe({ version, router, threshold }: ComparedVersion): string {
  const name = version.replace(/@[^@]*$/, '')
  return `${name === router ? router : `${name} (${router})`} at ${Number(threshold.toPrecision(4))}`
}

function formatTasks({ tasks, strong, weak }: PolicyDifference): string[] {
  return toLines(
    ['kind of work', 'requests', `to ${strong}`, `to ${weak}`],
    tasks.map(({ task, requests, toStrong, toWeak }) => [
      task ?? 'not known',
      ...[requests, toStrong, toWeak].map(formatCount),
    ]),
  )
}

function formatMoved({ moved, strong, weak }: PolicyDifference): string[] {
  return toLines(
    ['request', 'to', 'win rates', 'prompt'],
    moved
      .slice(0, shown)
      .map(({ id, moves, winRates, prompt }) => [
        id,
        moves === 'to-strong' ? strong : weak,
        `${winRates.from.toFixed(3)}, ${winRates.to.toFixed(3)}`,
        (prompt ?? 'not kept').replaceAll(/\s+/g, ' ').slice(0, 60),
      ]),
  )
}

function toLines(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const { heading, rule, lines } = textTable({ headings, rows })
  return ['', heading, rule, ...lines]
}
