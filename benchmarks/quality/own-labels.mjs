// What n labels of one's own give: the router `few_label` with 0 to 1,500 labels of MMLU and GSM8K, scored on the rest, beside
// prompt length, the router that it starts from, and nearest neighbours with the same labels. Writes
// benchmarks/results/own-labels.json and the table of docs/training.md. These are test sets: every run is recorded in
// benchmarks/test-set-runs.jsonl. Needs the build.
//   node benchmarks/quality/own-labels.mjs --data <folder that contains routellm/evals> --what "why this run"
//   node benchmarks/quality/own-labels.mjs --benchmark labels.jsonl        any labelled file: prints, and records nothing
import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { measureLabels } from './own-labels/measure.mjs'
import { measureTimes } from './own-labels/times.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    what: { type: 'string' },
    benchmark: { type: 'string' },
    labels: { type: 'string' },
    seeds: { type: 'string' },
  },
})

const resultsFile = join(project, 'benchmarks', 'results', 'own-labels.json')
/** The label counts of each test set, and how many draws of each. */
const plan = {
  mmlu: { 0: 1, 50: 16, 200: 16, 500: 16, 1500: 8 },
  gsm8k: { 0: 1, 50: 16, 200: 16, 500: 16, 800: 8 },
}

if (values.benchmark !== undefined) {
  const counts = (values.labels ?? '50,200,500').split(',').map(Number)
  const draws = Object.fromEntries(counts.map((count) => [count, Number(values.seeds ?? 16)]))
  console.log(
    JSON.stringify(await measureLabels(values.benchmark, draws, values.data, console.error), null, 1),
  )
} else {
  await measure()
  await writeGeneratedDocs()
}

async function measure() {
  if (values.data === undefined || values.what === undefined) {
    console.error('Name the folder of the benchmarks (--data) and what this run is for (--what).')
    process.exit(2)
  }
  const began = new Date().toISOString()
  const benchmarks = []
  for (const [name, draws] of Object.entries(plan))
    benchmarks.push(await measureLabels(name, draws, values.data, console.error))
  const times = await measureTimes(values.data)
  writeFileSync(resultsFile, `${JSON.stringify({ began, benchmarks, times }, null, 1)}\n`)
  formatResults()
  const result = Object.fromEntries(benchmarks.map(({ benchmark, ...measured }) => [benchmark, measured]))
  appendFileSync(
    join(project, 'benchmarks', 'test-set-runs.jsonl'),
    `${JSON.stringify({ when: began, what: values.what, result })}\n`,
  )
}

/** As the project keeps its JSON. */
function formatResults() {
  const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
}
