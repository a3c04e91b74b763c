// How long one decision takes, prompts of 1,000 characters that are all different, and how long it takes to train `few_label` on
// 500 labels with 2,000 prompts of a log. Writes benchmarks/results/router-speed.json and the table of docs/routers/README.md.
// The labels and the log are prompts of recipes/everyday/corpus. Needs the build: npm run build.
//   node benchmarks/speed/routers.mjs [--encoder '{"kind": "mf", "encoder": …}']
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { saveRouterArtifact } from '../../dist/base/artifact/save.js'
import { drawAscending } from '../../dist/base/math/draw.js'
import { createRandom } from '../../dist/base/math/random.js'
import { loadPriorRouter } from '../../dist/learning/training/few_label/prior.js'
import { trainFewLabel } from '../../dist/learning/training/few_label/train.js'
import { loadBuiltinEmbedder } from '../../dist/routing/embedding/builtin/embedder.js'
import { loadRouter } from '../../dist/routing/routers/registry.js'
import { writeGeneratedDocs } from '../../scripts/docs/generate.mjs'
import { project } from '../../scripts/setup/project.mjs'
import { prose } from '../support/prose.mjs'
import { spread } from '../support/spread.mjs'

const { values } = parseArgs({ options: { encoder: { type: 'string' } } })
const rounds = 5
const characters = 1000
const labelCount = 500
const logCount = 2000

const began = new Date().toISOString()
const loadAverage = loadavg()[0]
const folder = mkdtempSync(join(tmpdir(), 'routellm-router-speed-'))
const resultsFile = join(project, 'benchmarks', 'results', 'router-speed.json')
try {
  const { artifact, seconds } = await trainSeveralTimes()
  await saveRouterArtifact(join(folder, 'few_label'), artifact)
  const specs = {
    mf: { name: 'mf', kind: 'mf' },
    few_label: { name: 'few_label', artifact: join(folder, 'few_label') },
    ...(values.encoder !== undefined && {
      'encoder tier': { name: 'auto-encoder', ...JSON.parse(values.encoder) },
    }),
  }
  const decisions = {}
  for (const [name, spec] of Object.entries(specs)) decisions[name] = await timeDecisions(spec)
  const result = {
    began,
    machine: { processor: cpus()[0]?.model.trim(), cores: cpus().length, node: process.version, loadAverage },
    characters,
    decisions,
    fit: { labels: labelCount, prompts: logCount, cpuSeconds: seconds },
  }
  writeFileSync(resultsFile, `${JSON.stringify(result, null, 2)}\n`)
  const biome = join(project, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
  console.log(JSON.stringify(result, null, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
await writeGeneratedDocs()

/** The last router, and the processor time of this process for each training. */
async function trainSeveralTimes() {
  const corpus = everydayPrompts()
  const drawn = drawAscending(corpus.length, labelCount + logCount, createRandom(1))
  const every = drawn.length / labelCount
  const write = (name, rows) => {
    writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return join(folder, name)
  }
  const labels = write(
    'labels.jsonl',
    Array.from(drawn)
      .filter((_, place) => place % every === 0)
      .map((row) => corpus[row])
      .map(({ prompt, needs }) => ({ prompt, scores: { strong: 1, weak: needs === 'weak' ? 1 : 0 } })),
  )
  const log = write(
    'log.jsonl',
    Array.from(drawn)
      .filter((_, place) => place % every !== 0)
      .map((row) => ({ prompt: corpus[row].prompt })),
  )
  const seconds = []
  let artifact
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    ;({ artifact } = await trainFewLabel({
      name: 'timed',
      labels: [labels],
      prompts: [log],
      strongModel: 'strong',
      weakModel: 'weak',
      embedder: await loadBuiltinEmbedder(),
      prior: await loadPriorRouter(),
    }))
    const { user, system } = process.cpuUsage(before)
    seconds.push((user + system) / 1e6)
  }
  return { artifact, seconds: spread(seconds, 2) }
}

/**
 * Milliseconds of processor time of this process: each round's median and 99th percentile, over the rounds; and on the clock, in
 * which other work on the machine shows.
 */
async function timeDecisions(spec) {
  const router = await loadRouter(spec, { embedderOptions: { cacheEntries: 1 }, hub: {}, onWarning: refuse })
  const count = spec.name === 'auto-encoder' ? 150 : 2000
  const random = createRandom(1)
  const quantiles = { p50Ms: [], p99Ms: [], clockP50Ms: [], clockP99Ms: [] }
  for (let round = -1; round < rounds; round++) {
    const processor = new Float64Array(count)
    const clock = new Float64Array(count)
    for (let call = 0; call < count; call++) {
      const text = prose(characters, random)
      const before = process.cpuUsage()
      const begin = process.hrtime.bigint()
      await router.strongWinRate({ text, system: '' })
      clock[call] = Number(process.hrtime.bigint() - begin) / 1e6
      const { user, system } = process.cpuUsage(before)
      processor[call] = (user + system) / 1000
    }
    // The first round warms up.
    if (round < 0) continue
    processor.sort()
    clock.sort()
    const [middle, high] = [Math.floor(0.5 * count), Math.floor(0.99 * count)]
    quantiles.p50Ms.push(processor[middle])
    quantiles.p99Ms.push(processor[high])
    quantiles.clockP50Ms.push(clock[middle])
    quantiles.clockP99Ms.push(clock[high])
  }
  await router.close?.()
  return {
    decisionsPerRound: count,
    ...Object.fromEntries(Object.entries(quantiles).map(([name, rounds]) => [name, spread(rounds, 3)])),
  }
}

function everydayPrompts() {
  const corpus = join(project, 'recipes', 'everyday', 'corpus')
  return readdirSync(corpus)
    .sort()
    .flatMap((file) => readFileSync(join(corpus, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
}

/** A router that warns, such as of a fallback for missing weights, is not the one that is to be timed. */
function refuse(message) {
  throw new Error(`A router warned, so it is not timed: ${message}`)
}
