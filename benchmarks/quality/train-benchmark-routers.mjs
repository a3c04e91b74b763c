// Trains the routers `sw_ranking` and `knn` of the result tables in docs/evaluation.md, on comparisons of a GPT-4 class
// model with Mixtral-8x7B whose published terms permit it (recipes/builtin/data/permitted-data.ts). Their settings are
// chosen here, on data sets that are left out one after the other; no benchmark is looked at. Needs the build.
//   node benchmarks/quality/train-benchmark-routers.mjs --data <folder of training files> --output <folder> [--seed 1]
//     [--defaults]   takes the default settings of both kinds instead: a minute or two instead of half an hour
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { exactApgr } from '../../dist/learning/evaluation/metrics/apgr.js'
import {
  saveRouterArtifact,
  trainNearestNeighbours,
  trainSimilarityWeighted,
} from '../../dist/learning/training/index.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { withEmbeddingCache } from '../../dist/routing/embedding/cache.js'
import { loadRouter } from '../../dist/routing/routers/registry.js'
import { checkNodeRunsTypeScript } from '../../scripts/setup/check-node.mjs'

checkNodeRunsTypeScript()
const { pairsFile, readTrainingRows } = await import('../../recipes/builtin/data/training-rows.ts')

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    output: { type: 'string' },
    seed: { type: 'string', default: '1' },
    defaults: { type: 'boolean', default: false },
  },
})
if (values.data === undefined || values.output === undefined) {
  console.error('Name the folder of the training files (--data) and where to write the routers (--output).')
  process.exit(2)
}

/** Data sets of one family are left out together, as for the built-in router: the one would tell about the other. */
const families = { humaneval: 'code', routerbench_mbpp: 'code' }
/** The strong models of the rows are GPT-4 of several dates, so one name stands for the class. */
const pair = { strongModel: 'gpt-4-class', weakModel: 'mixtral-8x7b' }
const candidates = {
  sw_ranking: [3, 10, 30, 100, 1000].map((gamma) => ({ gamma, tierCount: 2 })),
  knn: [10, 40, 100, 300].flatMap((k) => [5, 20].map((beta) => ({ k, beta }))),
}
/** The settings of `train` without options; two models make two tiers. */
const defaults = { sw_ranking: { tierCount: 2 }, knn: {} }
const trainers = { sw_ranking: trainSimilarityWeighted, knn: trainNearestNeighbours }

const { pairs, files: sources } = await readTrainingRows(values.data)
const rows = pairs.map(({ dataset, prompt, strongScore, weakScore }) => ({
  group: families[dataset] ?? dataset,
  prompt,
  strongScore,
  weakScore,
}))
const groups = [...new Set(rows.map(({ group }) => group))]
const embedder = withEmbeddingCache(await loadBuiltinEmbedder(), { maxEntries: 20_000 })
const workshop = mkdtempSync(join(tmpdir(), 'routellm-benchmark-routers-'))
try {
  const files = writeFiles()
  for (const kind of ['sw_ranking', 'knn']) {
    const chosen = values.defaults ? { options: defaults[kind] } : await choose(kind, files)
    const target = join(values.output, kind)
    const { artifact, warnings } = await train(kind, chosen.options, [files.all], {
      calibrationPrompts: 1000,
    })
    await saveRouterArtifact(target, artifact)
    console.log(JSON.stringify({ output: target, ...chosen, metrics: artifact.manifest.metrics, warnings }))
  }
} finally {
  rmSync(workshop, { recursive: true, force: true })
}

/** The settings with the best mean APGR on data sets that are left out one after the other. */
async function choose(kind, files) {
  const scored = []
  for (const options of candidates[kind]) {
    const meanApgr = await leaveOneGroupOut(kind, options, files)
    scored.push({ options, meanApgr })
    console.error(
      `${kind} ${JSON.stringify(options)}: mean APGR on left-out data sets ${meanApgr.toFixed(4)}`,
    )
  }
  return scored.reduce((best, one) => (one.meanApgr > best.meanApgr ? one : best))
}

/** One file for each group, and one of all rows. */
function writeFiles() {
  const byGroup = Object.fromEntries(
    groups.map((group, index) => [group, write(`group-${index}`, (row) => row.group === group)]),
  )
  return { byGroup, all: write('permitted-tier-a', () => true) }
}

function write(name, wanted) {
  const file = join(workshop, `${name}.jsonl`)
  const lines = rows
    .filter(wanted)
    .map(({ prompt, strongScore, weakScore }) =>
      JSON.stringify({ prompt, scores: { [pair.strongModel]: strongScore, [pair.weakModel]: weakScore } }),
    )
  writeFileSync(file, `${lines.join('\n')}\n`)
  // An artifact carries the date of its data, so that the same data gives the same bytes.
  const { modified } = sources.find((source) => source.name === pairsFile)
  utimesSync(file, modified, modified)
  return file
}

function train(kind, options, data, { calibrationPrompts }) {
  return trainers[kind]({
    ...pair,
    ...options,
    name: kind,
    data,
    licences: Object.fromEntries(
      data.map((file) => [file, 'several, all permitting: see docs/evaluation.md']),
    ),
    embedder,
    excerptCharacters: 0,
    calibrationPrompts,
    seed: Number(values.seed),
  })
}

/** The mean over groups of the APGR on one when the router was made of the others. */
async function leaveOneGroupOut(kind, options, { byGroup }) {
  let total = 0
  for (const group of groups) {
    const others = groups.filter((other) => other !== group).map((other) => byGroup[other])
    const { artifact } = await train(kind, options, others, { calibrationPrompts: 2 })
    const folder = join(workshop, kind)
    mkdirSync(folder, { recursive: true })
    await saveRouterArtifact(folder, artifact)
    const router = await loadRouter({ name: kind, artifact: folder }, { embedderOptions: {}, hub: {} })
    const members = rows.filter((row) => row.group === group)
    const winRates = await router.strongWinRates(members.map(({ prompt }) => ({ text: prompt, system: '' })))
    await router.close()
    total += exactApgr(
      winRates,
      members.map(({ strongScore }) => strongScore),
      members.map(({ weakScore }) => weakScore),
    )
  }
  return total / groups.length
}
