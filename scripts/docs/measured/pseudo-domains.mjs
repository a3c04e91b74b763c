// The table of pseudo-domains of docs/training.md.
import { short, signed, table } from '../markdown.mjs'

/** @param now, @param before contents of benchmarks/results/pseudo-domains.json and pseudo-domains-before.json */
export function pseudoDomainsMarkdown(now, before) {
  const earlier = new Map(before.cells.map((cell) => [keyOf(cell), cell]))
  const counts = [...new Set(now.cells.map(({ labels }) => labels))]
  const sets = [...new Set(now.cells.map(({ set }) => set))]
  const draws = Math.max(...now.cells.map(({ draw }) => draw))
  const differences = (labels, name) =>
    mean(of(now.cells, labels, name).map((cell) => cell.apgr - earlier.get(keyOf(cell)).apgr))
  const rows = counts.map((labels) => {
    const bySet = sets.map((name) => differences(labels, name))
    const lowest = bySet.indexOf(Math.min(...bySet))
    const error = Math.sqrt(
      bySet.reduce((sum, value) => sum + (value - mean(bySet)) ** 2, 0) / (sets.length - 1) / sets.length,
    )
    const meanOf = (cells, figure) =>
      short(mean(sets.map((name) => mean(of(cells, labels, name).map((cell) => cell[figure])))))
    return [
      String(labels),
      meanOf(now.cells, 'prior'),
      meanOf(before.cells, 'apgr'),
      `**${meanOf(now.cells, 'apgr')}**`,
      `${signed4(mean(bySet))} ± ${error.toFixed(4).replace(/^0/, '')}`,
      `${signed(bySet[lowest])} (${sets[lowest]})`,
    ]
  })
  return [
    `Mean APGR over ${sets.length} pseudo-domains, ${draws} draws of the labels in each; the difference is paired by draw, ± its standard error over the sets.`,
    table(['labels', 'built-in', `before (${before.commit})`, 'few_label', 'difference', 'lowest set'], rows),
  ].join('\n\n')
}

function of(cells, labels, name) {
  return cells.filter((cell) => cell.labels === labels && cell.set === name)
}

function keyOf({ set, labels, draw }) {
  return `${set} ${labels} ${draw}`
}

function mean(some) {
  return some.reduce((sum, value) => sum + value, 0) / some.length
}

function signed4(value) {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4).replace(/^0/, '')}`
}
