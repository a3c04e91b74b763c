// What 50, 100 and 400 labels give on pseudo-domains: the training files' data sets on which the settings of the router
// `few_label` are chosen (benchmarks/quality/own-labels/pseudo-domains.mjs). Labels are drawn from each set by seed, the rest
// is scored. With --before, the difference to a stored result of an earlier state, paired draw by draw. Needs the build.
//   node benchmarks/quality/pseudo-domains.mjs --data <folder that contains training/> --output result.json
//     [--before benchmarks/results/pseudo-domains-before.json] [--labels 50,100,400] [--draws 8] [--only svamp,bbh]
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { drawAscending } from '../../dist/base/math/draw.js'
import { createRandom } from '../../dist/base/math/random.js'
import { exactApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import { learnFewLabel } from '../../dist/learning/training/few_label/learning.js'
import { scoreOf } from '../../dist/routing/routers/few_label/score.js'
import { labelsOf, readDomain } from './own-labels/measure.mjs'
import { loadPseudoDomains, pseudoDomains } from './own-labels/pseudo-domains.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    output: { type: 'string' },
    before: { type: 'string' },
    labels: { type: 'string', default: '50,100,400' },
    draws: { type: 'string', default: '8' },
    only: { type: 'string' },
  },
})
if (values.data === undefined) {
  console.error('Name the folder of the training files (--data).')
  process.exit(2)
}
const counts = values.labels.split(',').map(Number)
const wanted = pseudoDomains.filter(({ dataset }) => values.only?.split(',').includes(dataset) ?? true)

const cells = []
for (const { name, rows } of await loadPseudoDomains(values.data, wanted)) {
  const domain = await readDomain(rows)
  for (const labels of counts)
    for (let draw = 1; draw <= Number(values.draws); draw++)
      cells.push({ set: name, labels, draw, ...apgrOfDraw(domain, labels, draw) })
  console.error(name)
}
if (values.output !== undefined) writeFileSync(values.output, `${JSON.stringify({ cells }, null, 1)}\n`)
const before = values.before === undefined ? [] : JSON.parse(readFileSync(values.before, 'utf8')).cells
printTable(cells, before)

/** APGR on the rows that are not labels: of the router, and of the one that it starts from. */
function apgrOfDraw(domain, count, draw) {
  const { prompts, strongScores, weakScores, examples, places, numbersOf } = domain
  const drawn = drawAscending(prompts.length, count, createRandom(1000 * count + draw))
  const isLabel = new Set(drawn)
  const rest = prompts.flatMap((_, row) => (isLabel.has(row) ? [] : [row]))
  const labels = labelsOf(domain, drawn)
  const { weights } = learnFewLabel(numbersOf(labels.prompts), labels)
  const apgrOf = (scores) =>
    exactApgr(
      scores,
      rest.map((row) => strongScores[row]),
      rest.map((row) => weakScores[row]),
    )
  return {
    apgr: rounded(apgrOf(rest.map((row) => scoreOf(weights, places[row])))),
    prior: rounded(apgrOf(rest.map((row) => examples.priors[row]))),
  }
}

/** One line per set and one of the mean; with each number of labels the mean APGR and its difference to before. */
function printTable(cells, before) {
  const earlier = new Map(before.map((cell) => [keyOf(cell), cell.apgr]))
  const differenceOf = (cell) => cell.apgr - (earlier.get(keyOf(cell)) ?? Number.NaN)
  const line = (title, of) => {
    const parts = counts.map((labels) => {
      const some = cells.filter((cell) => cell.labels === labels && of(cell))
      return `${mean(some.map(({ apgr }) => apgr)).toFixed(4)} ${signed(mean(some.map(differenceOf)))}`
    })
    console.log(`${title.padEnd(70)} ${parts.join('   ')}`)
  }
  console.log(`${''.padEnd(70)} ${counts.map((count) => `${count} labels`.padEnd(15)).join('   ')}`)
  for (const name of new Set(cells.map(({ set }) => set))) line(name, ({ set }) => set === name)
  line('mean', () => true)
  if (before.length === 0) return
  for (const labels of counts) {
    // Draws of one set share their rows, so that the sets are the unit.
    const bySet = [...new Set(cells.map(({ set }) => set))].map((name) =>
      mean(cells.filter((cell) => cell.set === name && cell.labels === labels).map(differenceOf)),
    )
    const error = Math.sqrt(
      bySet.reduce((sum, value) => sum + (value - mean(bySet)) ** 2, 0) / (bySet.length - 1) / bySet.length,
    )
    console.log(
      `${labels} labels: ${signed(mean(bySet))} ± ${error.toFixed(4)} (standard error over sets), lowest set ${signed(Math.min(...bySet))}`,
    )
  }
}

function rounded(value) {
  return Number(value.toFixed(5))
}

function keyOf({ set, labels, draw }) {
  return `${set} ${labels} ${draw}`
}

function mean(some) {
  return some.reduce((sum, value) => sum + value, 0) / some.length
}

function signed(value) {
  return Number.isNaN(value) ? '' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
}
