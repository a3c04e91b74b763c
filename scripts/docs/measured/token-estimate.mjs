// The table of docs/performance.md.
import { table } from '../markdown.mjs'

/** @param results contents of benchmarks/results/token-estimate.json */
export function tokenEstimateMarkdown({ began, margin, results }) {
  const range = ({ lowest, median, highest }) =>
    `${median.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`
  const rows = results.map(({ kind, texts, o200k, cl100k, shareBelow }) => [
    kind,
    String(texts),
    range(o200k),
    `${(100 * shareBelow).toFixed(0)} %`,
    range(cl100k),
  ])
  return [
    table(
      [
        'text',
        'texts of 3,000 characters',
        'estimate / `o200k_base`, median (lowest to highest)',
        `more than ${margin} times the estimate`,
        'estimate / `cl100k_base`',
      ],
      rows,
    ),
    `Measured ${began.slice(0, 10)}.`,
  ].join('\n\n')
}
