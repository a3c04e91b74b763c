// The table of docs/routers/cluster.md.
import { short, table } from '../markdown.mjs'

/** @param results contents of benchmarks/results/cluster-join.json */
export function clusterJoinMarkdown({ began, probes, results }) {
  const datasets = [...new Set(results.map(({ dataset }) => dataset))]
  const columns = [...probes.map(String), 'toOwnMean', 'retrained', 'length']
  const row = (name, some) => [
    name,
    `${new Set(some.map(({ leftOut }) => leftOut)).size} × ${new Set(some.map(({ seed }) => seed)).size}`,
    ...columns.map((column) => short(some.reduce((sum, { apgr }) => sum + apgr[column], 0) / some.length)),
  ]
  return [
    table(
      [
        'APGR on unseen prompts',
        'models × draws',
        ...probes.map((size) => `joined by ${size}`),
        'joined by 200, drawn to its own mean only',
        'trained with all',
        'length',
      ],
      [
        ...datasets.map((dataset) =>
          row(
            `\`${dataset}\``,
            results.filter((one) => one.dataset === dataset),
          ),
        ),
        row('mean', results),
      ],
    ),
    `Measured ${began.slice(0, 10)}.`,
  ].join('\n\n')
}
