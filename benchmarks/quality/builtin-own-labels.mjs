// How well the built-in embedder serves routers that are trained on labels of one's own: each of the larger permitted
// data sets plays somebody's domain, 500 of its rows are the labels, the rest is scored. No benchmark is looked at.
// The embedder has seen the texts of these prompts, not their outcomes. Needs the build: npm run build.
//   node benchmarks/quality/builtin-own-labels.mjs --data <folder of training files> [--embedder <folder>] [--seeds 4]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { builtinArtifactFolder } from '../../dist/base/artifact/builtin-folder.js'
import { createRandom } from '../../dist/base/math/random.js'
import { exactApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import {
  trainMatrixFactorization,
  trainNearestNeighbours,
  trainSimilarityWeighted,
} from '../../dist/learning/training/index.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { withEmbeddingCache } from '../../dist/routing/embedding/cache.js'
import { nearestNeighboursRouterOfArtifact } from '../../dist/routing/routers/knn/router.js'
import { createMatrixFactorizationRouter } from '../../dist/routing/routers/mf/router.js'
import { weightsOfArtifact } from '../../dist/routing/routers/mf/weights.js'
import { similarityWeightedRouterOfArtifact } from '../../dist/routing/routers/sw_ranking/router.js'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { readTrainingRows } = await import('../../recipes/builtin/data/training-rows.ts')

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    embedder: { type: 'string', default: builtinArtifactFolder() },
    seeds: { type: 'string', default: '4' },
    output: {
      type: 'string',
      default: fileURLToPath(new URL('../results/builtin-own-labels.json', import.meta.url)),
    },
  },
})
if (values.data === undefined) {
  console.error('Name the folder of the training files: --data <folder>')
  process.exit(2)
}

const labels = 500
const leastRows = 750
const pair = { strongModel: 'gpt-4-class', weakModel: 'mixtral-8x7b' }
const embedder = withEmbeddingCache(await loadBuiltinEmbedder(values.embedder), { maxEntries: 20_000 })
const routers = {
  knn: async (options) => {
    const { artifact } = await trainNearestNeighbours(options)
    return nearestNeighboursRouterOfArtifact(artifact, 'knn', { embedder })
  },
  sw_ranking: async (options) => {
    const { artifact } = await trainSimilarityWeighted({ ...options, tierCount: 2 })
    return similarityWeightedRouterOfArtifact(artifact, 'sw_ranking', { embedder })
  },
  mf: async (options) => {
    const { artifact } = await trainMatrixFactorization(options)
    const { pair } = artifact.manifest
    return createMatrixFactorizationRouter({ weights: weightsOfArtifact(artifact, 'mf'), pair, embedder })
  },
}

const names = ['length', ...Object.keys(routers)]
const domains = {}
const { pairs } = await readTrainingRows(values.data)
const workshop = mkdtempSync(join(tmpdir(), 'routellm-own-labels-'))
try {
  for (const dataset of new Set(pairs.map((row) => row.dataset))) {
    const rows = pairs.filter((row) => row.dataset === dataset)
    if (rows.length < leastRows) continue
    domains[dataset] = { rows: rows.length, ...(await measureDomain(rows)) }
    console.error(dataset, JSON.stringify(domains[dataset]))
  }
} finally {
  rmSync(workshop, { recursive: true, force: true })
}
const mean = Object.fromEntries(
  names.map((name) => [name, { apgr: meanOf(Object.values(domains).map((domain) => domain[name].apgr)) }]),
)
const result = { labels, seeds: Number(values.seeds), domains, mean }
writeFileSync(values.output, `${JSON.stringify(result, null, 2)}\n`)
console.log(JSON.stringify(result, null, 2))

async function measureDomain(rows) {
  const apgrs = Object.fromEntries(names.map((name) => [name, []]))
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const shuffled = shuffle(rows, createRandom(seed))
    const test = shuffled.slice(Math.min(labels, Math.floor(rows.length / 2)))
    const data = writeLabels(shuffled.slice(0, shuffled.length - test.length))
    const apgrOf = (winRates) =>
      exactApgr(
        winRates,
        test.map(({ strongScore }) => strongScore),
        test.map(({ weakScore }) => weakScore),
      )
    apgrs.length.push(apgrOf(test.map(({ prompt }) => prompt.length)))
    for (const [name, train] of Object.entries(routers)) {
      const router = await train({ ...pair, name, data: [data], embedder, seed })
      const winRates = await router.strongWinRates(test.map(({ prompt }) => ({ text: prompt, system: '' })))
      await router.close?.()
      apgrs[name].push(apgrOf(winRates))
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, { apgr: meanOf(apgrs[name]), deviation: deviation(apgrs[name]) }]),
  )
}

function writeLabels(rows) {
  const file = join(workshop, 'labels.jsonl')
  const lines = rows.map(({ prompt, strongScore, weakScore }) =>
    JSON.stringify({ prompt, scores: { [pair.strongModel]: strongScore, [pair.weakModel]: weakScore } }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

function shuffle(rows, random) {
  const order = [...rows]
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1)
    ;[order[last], order[other]] = [order[other], order[last]]
  }
  return order
}

function meanOf(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

function deviation(numbers) {
  const centre = meanOf(numbers)
  return Math.sqrt(meanOf(numbers.map((value) => (value - centre) ** 2)))
}
