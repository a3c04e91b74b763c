// Stores what the default router of an earlier commit says about the prompts of the comparisons, so that later ones are paired
// with it: benchmarks/results/old-default.json. Run once for a commit, with its built checkout; MMLU, GSM8K, MT-Bench and the
// hand-written prompts are test sets and are recorded in test-set-runs.jsonl.
//   git worktree add ../old c986738 && (cd ../old && npm ci && npm run build)
//   node benchmarks/everyday/old-default.mjs --package ../old --commit c986738 --data <folder of the data> [--test-sets --what "why"]
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { loadBenchmark } from '../../dist/learning/evaluation/benchmarks/registry.js'
import { project } from '../../scripts/setup/project.mjs'
import { dataSetNames, readDataSet, testSetNames } from './comparison/data-sets.mjs'
import { oldDefaultFile, scoreWith } from './comparison/routers.mjs'
import { storedNumbers } from './comparison/stored-numbers.mjs'

const { values } = parseArgs({
  options: {
    package: { type: 'string' },
    commit: { type: 'string' },
    data: { type: 'string' },
    'test-sets': { type: 'boolean', default: false },
    what: { type: 'string' },
  },
})
const { package: folder, commit, data, what } = values
if (folder === undefined || commit === undefined || data === undefined) {
  console.error(
    'Name the built checkout (--package), its commit (--commit) and the folder of the data (--data).',
  )
  process.exit(2)
}
if (values['test-sets'] && what === undefined) {
  console.error('A run on the test sets needs its reason (--what).')
  process.exit(2)
}

const dist = pathToFileURL(`${resolve(folder)}/dist/`)
const benchmarks = ['mmlu', 'gsm8k', 'mt-bench']
const twelvePrompts = join(project, 'benchmarks', 'everyday', 'other-routers', 'prompts.jsonl')
const open = [...dataSetNames.filter((name) => !testSetNames.includes(name)), 'twelve_prompts']
const chosen = values['test-sets'] ? [...testSetNames, ...benchmarks] : open
const before = existsSync(oldDefaultFile) ? JSON.parse(readFileSync(oldDefaultFile, 'utf8')) : { sets: {} }
const sets = before.commit === commit ? { ...before.sets } : {}
let threshold
for (const name of chosen) {
  const prompts = await promptsOf(name)
  const scored = await scoreWith(dist, { name: 'mf', kind: 'mf' }, prompts)
  threshold = scored.threshold
  sets[name] = storedNumbers(scored.winRates, prompts)
}
writeFileSync(oldDefaultFile, `${JSON.stringify({ commit, router: 'mf', threshold, sets }, null, 2)}\n`)
if (values['test-sets'])
  appendFileSync(
    join(project, 'benchmarks', 'test-set-runs.jsonl'),
    `${JSON.stringify({ when: new Date().toISOString(), what, result: { oldDefault: { commit, scored: chosen } } })}\n`,
  )

async function promptsOf(name) {
  if (name === 'twelve_prompts')
    return readFileSync(twelvePrompts, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  if (!benchmarks.includes(name)) return readDataSet(name, data).prompts
  return (await loadBenchmark(name, { dataFolder: join(data, 'routellm') })).rows
}
