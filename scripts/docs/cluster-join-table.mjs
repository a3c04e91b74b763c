// The table of docs/routers/cluster.md, made of benchmarks/results/cluster-join.json. A test holds the page to it.
import { betweenMarkers, short, table, withBetweenMarkers } from './results-table.mjs'

const markers = ['<!-- cluster join: node benchmarks/quality/cluster-join.mjs -->', '<!-- /cluster join -->']

/** @param results what benchmarks/results/cluster-join.json holds. */
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

export function clusterJoinOfPage(page) {
  return betweenMarkers(page, markers)
}

export function withClusterJoin(page, text) {
  return withBetweenMarkers(page, text, markers)
}
