// How good the built-in router is on MMLU, GSM8K and MT-Bench, beside prompt length and random. These are test sets:
// every run is written down in test-set-runs.jsonl. Needs the build: npm run build.
//   node benchmarks/quality/builtin-quality.mjs --data <folder that contains routellm/evals> --what "why this run" [--dry-run]
import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { builtinArtifactFolder } from '../../dist/base/artifact/builtin-folder.js'
import { loadRouterArtifact } from '../../dist/base/artifact/load.js'
import { createRandom } from '../../dist/base/math/random.js'
import { columnsOf, singleModelScores } from '../../dist/learning/evaluation/benchmark.js'
import { loadBenchmark } from '../../dist/learning/evaluation/benchmarks/registry.js'
import { createResampledApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import {
  bootstrapInterval,
  pairedBootstrapInterval,
} from '../../dist/learning/evaluation/metrics/bootstrap.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { createMatrixFactorizationRouter } from '../../dist/routing/routers/mf/router.js'
import { weightsOfArtifact } from '../../dist/routing/routers/mf/weights.js'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    what: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  },
})
if (values.data === undefined || (values.what === undefined && !values['dry-run'])) {
  console.error(
    'Name the folder of the benchmarks (--data) and what this run is for (--what), or try --dry-run.',
  )
  process.exit(2)
}

const router = await loadBuiltinRouter()
const result = {}
for (const name of ['mmlu', 'gsm8k', 'mt-bench']) {
  const { rows } = await loadBenchmark(name, { dataFolder: values.data })
  result[name] = { rows: rows.length, ...singleModelScores(rows) }
  if (values['dry-run']) continue
  const { strongScores, weakScores } = columnsOf(rows)
  const own = await router.strongWinRates(rows.map(({ prompt }) => ({ text: prompt, system: '' })))
  const apgr = apgrOf(own)
  const length = apgrOf(rows.map(({ prompt }) => prompt.length))
  const random = createRandom(1)
  const all = new Uint8Array(rows.length).fill(1)
  Object.assign(result[name], {
    apgr: apgr(all),
    interval: bootstrapInterval(apgr, { rows: rows.length, random: createRandom(1) }),
    length: length(all),
    lengthInterval: bootstrapInterval(length, { rows: rows.length, random: createRandom(1) }),
    minusLength: apgr(all) - length(all),
    minusLengthInterval: pairedBootstrapInterval(apgr, length, {
      rows: rows.length,
      random: createRandom(1),
    }),
    random: apgrOf(rows.map(() => random.next()))(all),
  })

  function apgrOf(winRates) {
    return createResampledApgr(winRates, strongScores, weakScores)
  }
}
if (!values['dry-run']) {
  const run = { when: new Date().toISOString(), what: values.what, result }
  appendFileSync(
    fileURLToPath(new URL('../test-set-runs.jsonl', import.meta.url)),
    `${JSON.stringify(run)}\n`,
  )
}
console.log(JSON.stringify(result, null, 2))

async function loadBuiltinRouter() {
  const artifact = await loadRouterArtifact(builtinArtifactFolder())
  return createMatrixFactorizationRouter({
    name: 'mf',
    weights: weightsOfArtifact(artifact, builtinArtifactFolder()),
    pair: artifact.manifest.pair,
    embedder: await loadBuiltinEmbedder(),
  })
}
