// What a bandit scores and costs on real outcomes (ParetoBandit: a judge's scores and the dollars of each call), by streams in
// which each prompt comes once. Its constants were chosen on the rows of the split `val`; the rows of `test` are measured. Writes
// results/bandit.json; then run `node scripts/generate-docs.mjs` for the tables of docs/policies.md. Needs the build.
//   node benchmarks/bandit/bandit.mjs --data paretobandit.jsonl.gz [--streams 200]
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRandom } from '../../dist/base/math/random.js'
import { noNeeds } from '../../dist/routing/catalogue/request-needs.js'
import { loadEmbedder } from '../../dist/routing/embedding/registry.js'
import { createConfiguredBandit } from '../../dist/routing/policies/bandit/create.js'
import { createObservedCalls } from '../../dist/routing/policies/observations/create-observed-calls.js'
import { loadTaskReader } from '../../dist/routing/tasks/task-reader.js'
import { readBanditOutcomes } from './outcomes.mjs'
import { alone, bestMixture, runStream, scoreAtRandom, scoreByLength, summarize } from './streams.mjs'

const { values } = parseArgs({
  options: { data: { type: 'string' }, streams: { type: 'string', default: '200' } },
})
if (values.data === undefined) {
  console.error('Name the file of outcomes (--data).')
  process.exit(2)
}
const streams = Number(values.streams)
const library = { createRandom, createConfiguredBandit, createObservedCalls, noNeeds }
const shared = new Map()
const [embedder, taskReader] = [await loadEmbedder('builtin', { shared }), await loadTaskReader({ shared })]
const { test, val } = readBanditOutcomes(values.data, embedder, taskReader)
const names = Object.keys(test[0].scores)
/** Means of the split that is not measured. */
const quality = Object.fromEntries(names.map((name) => [name, alone(val, name).score]))

const best = Math.max(...names.map((name) => alone(test, name).score))
const ceilings = [undefined, 0.003, 0.001, 0.0006, 0.0003]
const results = {
  streams,
  requests: test.length,
  models: names.map((name) => ({ name, ...alone(test, name) })),
  ceilings: [
    ...ceilings.map((usdPerRequest) => measure({ name: 'all requests rewarded', usdPerRequest })),
    measure({ name: 'one request in ten rewarded', usdPerRequest: 0.001, feedback: 0.1 }),
    measure({ name: 'expected qualities known beforehand', usdPerRequest: 0.001, quality }),
    measure({ name: 'expected qualities known beforehand', usdPerRequest: 0.0003, quality }),
  ],
  changes: [
    { name: 'nothing is forgotten', halfLife: Number.POSITIVE_INFINITY },
    { name: 'half-life 2,000 (default)', halfLife: 2000 },
    { name: 'half-life 500', halfLife: 500 },
    { name: 'half-life 200', halfLife: 200 },
  ].map(measureChange),
}
const file = fileURLToPath(new URL('../results/bandit.json', import.meta.url))
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)

function measure({ name, usdPerRequest, ...options }) {
  const given = { ...options, ...(usdPerRequest !== undefined && { usdPerRequest }) }
  const runs = Array.from({ length: streams }, (_, seed) => {
    const { score, usd, shares, answered } = runStream(test, { ...given, seed }, library)
    const later = summarize(answered.slice(answered.length / 2))
    return {
      score,
      usd,
      laterScore: later.score,
      overRandom: score - scoreAtRandom(test, shares),
      overLength: score - scoreByLength(test, shares),
    }
  })
  const mixture = usdPerRequest === undefined ? best : bestMixture(test, usdPerRequest)
  const column = (value) => runs.map(value)
  return {
    name,
    usdPerRequest: usdPerRequest ?? null,
    mixture,
    score: spread(column(({ score }) => score)),
    laterScore: spread(column(({ laterScore }) => laterScore)),
    regret: spread(column(({ score }) => mixture - score)),
    overRandom: spread(column(({ overRandom }) => overRandom)),
    overLength: spread(column(({ overLength }) => overLength)),
    usd: spread(column(({ usd }) => usd)),
    mostUsd: Math.max(...column(({ usd }) => usd)),
    aboveCeiling: usdPerRequest === undefined ? null : runs.filter(({ usd }) => usd > usdPerRequest).length,
  }
}

/** After the first half of two passes, the best model and the worst one change places. */
function measureChange({ name, halfLife }) {
  const ordered = names.toSorted((a, b) => alone(test, b).score - alone(test, a).score)
  const swapped = [ordered[0], ordered.at(-1)]
  const runs = Array.from({ length: streams }, (_, seed) => {
    const { answered } = runStream(test, { seed, halfLife, passes: 2, swapped }, library)
    const half = answered.length / 2
    const part = (from, to) => summarize(answered.slice(from, to)).score
    return { before: part(half / 2, half), soon: part(half, half * 1.25), late: part(half * 1.5, half * 2) }
  })
  return {
    name,
    before: spread(runs.map(({ before }) => before)),
    soon: spread(runs.map(({ soon }) => soon)),
    late: spread(runs.map(({ late }) => late)),
  }
}

/** Mean and standard deviation between streams. */
function spread(numbers) {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length
  const variance = numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (numbers.length - 1)
  return { mean, deviation: Math.sqrt(variance) }
}
