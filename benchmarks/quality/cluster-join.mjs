// What a model that joins the router `cluster` by a probe loses against training with all of its outcomes: models of the
// training pool are left out one after the other. No test set is touched. Writes benchmarks/results/cluster-join.json
// and the table of docs/routers/cluster.md. Needs the build.
//   node benchmarks/quality/cluster-join.mjs --data <folder of training files>
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { runAtOnce } from '../../dist/base/concurrency/run-steps.js'
import { drawAscending } from '../../dist/base/math/draw.js'
import { nearestCentre } from '../../dist/base/math/linear/k-means.js'
import { createRandom } from '../../dist/base/math/random.js'
import { exactApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import { clustersOf, learnClusters, learnScores } from '../../dist/learning/training/cluster/learning.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'

const { values } = parseArgs({ options: { data: { type: 'string' } } })
const resultsFile = join(project, 'benchmarks', 'results', 'cluster-join.json')
/** Data sets with the outcomes of many models on the same prompts. */
const datasets = ['mmlu_pro', 'bbh', 'ulab_llmrouter_mix']
const probes = [50, 100, 200, 400]
const seeds = [1, 2, 3]
const leftOutModels = 8

await measure()
await writeGeneratedDocs()

async function measure() {
  if (values.data === undefined) {
    console.error('Name the folder of the training files (--data).')
    process.exit(2)
  }
  const rows = gunzipSync(readFileSync(join(values.data, 'train_pool.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const results = []
  for (const dataset of datasets) {
    const domain = await loadDomain(rows.filter((row) => row.dataset === dataset))
    for (const pair of pairsOf(domain))
      for (const seed of seeds) results.push({ dataset, ...pair, seed, apgr: onePair(domain, pair, seed) })
    console.error(dataset, JSON.stringify(results.at(-1)))
  }
  writeFileSync(
    resultsFile,
    `${JSON.stringify({ began: new Date().toISOString(), probes, results }, null, 1)}\n`,
  )
  formatResults()
}

async function loadDomain(all) {
  const embedder = await loadBuiltinEmbedder()
  const rows = [...new Map(all.map((row) => [row.prompt, row])).values()]
  const counts = new Map()
  for (const { scores } of rows)
    for (const model of Object.keys(scores)) counts.set(model, (counts.get(model) ?? 0) + 1)
  const models = [...counts]
    .filter(([, count]) => count > 0.95 * rows.length)
    .map(([model]) => model)
    .sort()
  const complete = rows.filter(({ scores }) => models.every((model) => model in scores))
  return {
    rows: complete,
    models,
    dimensions: embedder.dimensions,
    vectors: complete.map(({ prompt }) => embedder.embedNow(prompt)),
  }
}

/** The best model as the strong one, and weaker ones across the range, each left out in its turn. */
function pairsOf({ rows, models }) {
  const mean = (model) => rows.reduce((sum, { scores }) => sum + Number(scores[model]), 0) / rows.length
  const ranked = models
    .map((model) => ({ model, mean: mean(model) }))
    .sort((one, other) => other.mean - one.mean)
  const step = Math.max(1, Math.floor((ranked.length - 1) / leftOutModels))
  return ranked
    .slice(1)
    .filter((_, index) => index % step === 0)
    .slice(0, leftOutModels)
    .map(({ model }) => ({ strong: ranked[0].model, leftOut: model }))
}

/** Half of the prompts teach, the other half is scored. */
function onePair({ rows, models, vectors, dimensions }, { strong, leftOut }, seed) {
  const random = createRandom(seed)
  const teaches = drawAscending(rows.length, Math.floor(rows.length / 2), random)
  const taught = new Set(teaches)
  const scored = rows.map((_, row) => row).filter((row) => !taught.has(row))
  const embeddings = new Float32Array(teaches.length * dimensions)
  for (const [place, row] of teaches.entries()) embeddings.set(vectors[row], place * dimensions)
  const clusters = runAtOnce(learnClusters(embeddings, dimensions, 32, random))
  const kinds = runAtOnce(clustersOf(embeddings, dimensions, clusters.centres))
  const table = (some, kept) => {
    const prompts = Array.from(some, (place) => rows[teaches[place]].prompt)
    const observations = Array.from(some).flatMap((place, prompt) =>
      kept.map((model, index) => ({
        prompt,
        model: index,
        score: Number(rows[teaches[place]].scores[model]),
      })),
    )
    return {
      prompts,
      models: kept,
      prompt: Int32Array.from(observations, ({ prompt }) => prompt),
      model: Int32Array.from(observations, ({ model }) => model),
      score: Float64Array.from(observations, ({ score }) => score),
      rowsOfFile: [],
    }
  }
  const everything = teaches.map((_, place) => place)
  const others = models.filter((model) => model !== leftOut)
  const known = learnScores(table(everything, others), kinds, clusters, undefined)
  const whole = learnScores(table(everything, models), kinds, clusters, undefined)
  const kindsScored = scored.map((row) => nearestCentre(vectors[row], clusters.centres))
  const strongScores = scored.map((row) => Number(rows[row].scores[strong]))
  const weakScores = scored.map((row) => Number(rows[row].scores[leftOut]))
  const count = clusters.shares.length
  const apgrOf = (strongRow, weakRow) =>
    exactApgr(
      kindsScored.map((kind) => strongRow[kind] - weakRow[kind]),
      strongScores,
      weakScores,
    )
  const rowOf = ({ models: names, scores }, model) =>
    scores.subarray(names.indexOf(model) * count, (names.indexOf(model) + 1) * count)
  const strongRow = rowOf(known, strong)
  const joinedBy = (size, effects) => {
    const probe = drawAscending(teaches.length, size, createRandom(seed + 1_000))
    const probeKinds = Int32Array.from(probe, (place) => kinds[place])
    return learnScores(table(probe, [leftOut]), probeKinds, clusters, effects).scores
  }
  return {
    ...Object.fromEntries(probes.map((size) => [size, apgrOf(strongRow, joinedBy(size, known.scores))])),
    toOwnMean: apgrOf(strongRow, joinedBy(200, new Float32Array(count))),
    retrained: apgrOf(strongRow, rowOf(whole, leftOut)),
    length: exactApgr(
      scored.map((row) => rows[row].prompt.length),
      strongScores,
      weakScores,
    ),
  }
}

/** As the project keeps its JSON. */
function formatResults() {
  const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
}
