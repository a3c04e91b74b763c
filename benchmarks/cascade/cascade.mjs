// What reading the cheap model's answer is worth: the verifier that `routellm train cascade` fits, beside random, prompt length, the
// length of the answer, and the router `few_label` on the same labels, on four tasks with stored answers. Writes
// benchmarks/results/cascade.json and the tables of docs/cascade.md. GSM8K is a test set: an in-domain experiment that scores the
// rows that are not labels, and each run is recorded in benchmarks/test-set-runs.jsonl. Needs the build.
//   node benchmarks/cascade/cascade.mjs --data <folder with cascade/ and routellm/> --what "why this run" [--tasks gsm8k,math] [--draws 12]
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { measurePairs } from './measure.mjs'
import { pairsOf, tasks } from './tasks.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    what: { type: 'string' },
    tasks: { type: 'string', default: Object.keys(tasks).join(',') },
    draws: { type: 'string', default: '12' },
    print: { type: 'boolean' },
  },
})
const { data, what } = values
if (data === undefined || what === undefined) {
  console.error('Name the folder of the data (--data) and what this run is for (--what).')
  process.exit(2)
}
const resultsFile = join(project, 'benchmarks', 'results', 'cascade.json')
const began = new Date().toISOString()
const draws = Number(values.draws)
/** Without the answers that lack the form, to bound the time. */
const formDraws = 6
const measured = {}
for (const name of values.tasks.split(',')) {
  const { labels, form, hasForm, rows: readRows } = tasks[name]
  const rows = await readRows(data)
  const say = (line) => console.error(`${name}: ${line}`)
  const pairs = []
  const ofForm = []
  for (const models of pairsOf(rows).filter(({ strong }) => strong.length > 0)) {
    pairs.push(...(await measurePairs(rows, models, { labels, draws, say })))
    if (form === undefined) continue
    const formed = rows.filter(({ answers }) => hasForm(answers[models.weak]))
    const fewer = Math.min(labels, Math.floor(formed.length / 2))
    const better = {
      ...models,
      strong: models.strong.filter((strong) => gapOn(formed, strong, models.weak) >= 0.05),
    }
    if (better.strong.length > 0)
      ofForm.push(
        ...(await measurePairs(formed, better, {
          labels: fewer,
          draws: Math.min(draws, formDraws),
          say: (line) => say(`with ${form}, ${line}`),
        })),
      )
  }
  measured[name] = { task: name, pairs, ...(form !== undefined && { form, pairsOfForm: ofForm }) }
  if (tasks[name].isTestSet) record(name, measured[name])
}
const known = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')).tasks : []
const others = known.filter(({ task }) => measured[task] === undefined)
const order = Object.keys(tasks)
const all = [...others, ...Object.values(measured)].sort(
  (one, other) => order.indexOf(one.task) - order.indexOf(other.task),
)
if (values.print) console.log(JSON.stringify(all, null, 1))
else {
  writeFileSync(resultsFile, `${JSON.stringify({ began, tasks: rounded(all) }, null, 1)}\n`)
  formatResults()
  await writeGeneratedDocs()
}

function gapOn(rows, strong, weak) {
  return rows.reduce((sum, { scores }) => sum + scores[strong] - scores[weak], 0) / rows.length
}

function record(name, result) {
  const routers = result.pairs.map(({ strong, weak, routers, labels, draws }) => ({
    strong,
    weak,
    labels,
    draws,
    routers,
  }))
  appendFileSync(
    join(project, 'benchmarks', 'test-set-runs.jsonl'),
    `${JSON.stringify({ when: began, what, result: { [name]: rounded(routers) } })}\n`,
  )
}

function rounded(value) {
  return JSON.parse(
    JSON.stringify(value, (_, each) => (typeof each === 'number' ? Number(each.toFixed(4)) : each)),
  )
}

/** As the project keeps its JSON. */
function formatResults() {
  const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
}
