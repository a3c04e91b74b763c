// What few_label gained on the pseudo-domains on which its settings are chosen, against the state before the vectors of word pieces.
import { signed } from '../markdown.mjs'

/** Labels → least mean difference over the sets. */
const asked = { 50: 0, 100: 0.005, 400: 0.008 }
/** No set may lose more. */
const leastOfASet = -0.01
/** Differences of sums are exact to this. */
const rounding = 1e-9
/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const studentT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

/**
 * @typedef {{ readonly set: string, readonly labels: number, readonly draw: number, readonly apgr: number }} Cell
 *
 * @param {{ readonly cells: readonly Cell[] }} now contents of benchmarks/results/pseudo-domains.json
 * @param {{ readonly cells: readonly Cell[] }} before contents of benchmarks/results/pseudo-domains-before.json
 * @returns {readonly { what: string, asked: string, measured: string, isMet: boolean }[]}
 */
export function pseudoDomainRows(now, before) {
  const earlier = new Map(before.cells.map((cell) => [keyOf(cell), cell.apgr]))
  return Object.entries(asked).flatMap(([count, least]) => {
    const paired = now.cells.filter((cell) => cell.labels === Number(count) && earlier.has(keyOf(cell)))
    const sets = [...new Set(paired.map(({ set }) => set))]
    if (sets.length < 2) return []
    // Draws of one set share its rows, so the sets are the unit.
    const differences = sets.map((set) =>
      mean(
        paired.filter((cell) => cell.set === set).map((cell) => cell.apgr - (earlier.get(keyOf(cell)) ?? 0)),
      ),
    )
    const average = mean(differences)
    const variance =
      differences.reduce((sum, value) => sum + (value - average) ** 2, 0) / (differences.length - 1)
    const reach = (studentT[differences.length - 2] ?? 1.96) * Math.sqrt(variance / differences.length)
    const lowest = Math.min(...differences)
    const what = `\`few_label\`, ${count} labels, ${sets.length} pseudo-domains, minus the state before`
    return [
      {
        what: `${what}: mean APGR`,
        asked: least === 0 ? 'no loss' : `≥ ${signed(least)}`,
        measured: `${signed(average)} (${signed(average - reach)} to ${signed(average + reach)})`,
        isMet: average >= least - rounding,
      },
      {
        what: 'the same, the set with the lowest',
        asked: `≥ ${signed(leastOfASet)}`,
        measured: signed(lowest),
        isMet: lowest >= leastOfASet - rounding,
      },
    ]
  })
}

function keyOf({ set, labels, draw }) {
  return JSON.stringify([set, labels, draw])
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
