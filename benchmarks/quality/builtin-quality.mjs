// How good the routers that need no labels are on MMLU, GSM8K and MT-Bench: APGR with 95 % intervals and paired differences to
// prompt length, rules and the old default. Writes benchmarks/results/builtin-quality.json and the tables of docs/routers/.
// These are test sets: every run is recorded in test-set-runs.jsonl. Needs the build: npm run build.
//   node benchmarks/quality/builtin-quality.mjs --data <folder that contains routellm/evals> --what "why this run"
//     [--encoder '{"kind": "mf", "encoder": …}']
//   node benchmarks/quality/builtin-quality.mjs --data … --dry-run        counts the rows, and scores none
import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { columnsOf, singleModelScores } from '../../dist/learning/evaluation/benchmark.js'
import { loadBenchmark } from '../../dist/learning/evaluation/benchmarks/registry.js'
import { createResampledApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { compareRouters } from '../everyday/comparison/compare.mjs'
import { baselines, scoreWithRouters } from '../everyday/comparison/routers.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    what: { type: 'string' },
    encoder: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  },
})
if (values.data === undefined || (values.what === undefined && !values['dry-run'])) {
  console.error(
    'Name the folder of the benchmarks (--data) and what this run is for (--what), or try --dry-run.',
  )
  process.exit(2)
}

const when = new Date().toISOString()
const encoder =
  values.encoder === undefined ? undefined : { name: 'auto-encoder', ...JSON.parse(values.encoder) }
const result = {}
for (const name of ['mmlu', 'gsm8k', 'mt-bench']) {
  const { rows } = await loadBenchmark(name, { dataFolder: values.data })
  result[name] = { rows: rows.length, ...singleModelScores(rows) }
  if (values['dry-run']) continue
  console.error(`${name} …`)
  const { strongScores, weakScores } = columnsOf(rows)
  const scored = await scoreWithRouters(rows, { set: name, encoder })
  const statistics = Object.fromEntries(
    Object.entries(scored).map(([router, { winRates }]) => [
      router,
      createResampledApgr(winRates, strongScores, weakScores),
    ]),
  )
  result[name].routers = compareRouters(statistics, rows.length, baselines)
}
console.log(JSON.stringify(result, null, 2))
if (!values['dry-run']) await keep()

async function keep() {
  const resultsFile = join(project, 'benchmarks', 'results', 'builtin-quality.json')
  writeFileSync(resultsFile, `${JSON.stringify({ when, benchmarks: result }, null, 2)}\n`)
  const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
  appendFileSync(
    join(project, 'benchmarks', 'test-set-runs.jsonl'),
    `${JSON.stringify({ when, what: values.what, result })}\n`,
  )
  await writeGeneratedDocs()
}
