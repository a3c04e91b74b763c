// One win rate of similarity-weighted ranking: similarities with every battle, weights, and the fit, on one thread,
// in each precision, beside the same in plain JavaScript. All take turns in one run.
//   node benchmarks/speed/similarity.mjs [--battles 110000] [--dimensions 1536] [--rounds 9]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { dot } from '../../dist/base/math/linear/vectors.js'
import { createRandom } from '../../dist/base/math/random.js'
import { normalizeRows } from '../../dist/base/math/similarity/rows.js'
import { createSimilarityIndex, rowsWithPrecision } from '../../dist/base/math/similarity/similarity-index.js'
import { tallyOfBattles, tierRatings } from '../../dist/routing/routers/sw_ranking/scoring.js'
import { spread } from '../support/spread.mjs'

const tierCount = 10
const modelCount = 64
const gamma = 10
const [strong, weak] = [0, 2]

/**
 * @param {{ battles: number, dimensions: number, rounds: number }} options
 */
export async function similarityBenchmark({ battles, dimensions, rounds }) {
  const random = createRandom(1)
  const values = new Float32Array(battles * dimensions)
  // Uniform numbers: quicker to draw than normal ones, and the time does not depend on them.
  for (let i = 0; i < values.length; i++) values[i] = random.next() - 0.5
  normalizeRows(values, dimensions)
  const columns = randomBattles(battles, random)
  const tiers = Int32Array.from({ length: modelCount }, (_, model) =>
    Math.floor((model * tierCount) / modelCount),
  )
  const tally = tallyOfBattles(columns, tiers, gamma)
  const winRate = (cellWeights) => {
    const ratings = tierRatings(cellWeights, tierCount, 'standard')
    return 1 / (1 + Math.exp(ratings[weak] - ratings[strong]))
  }

  const plain = plainWinRate({ values, dimensions, tally, winRate })
  const indexes = ['float32', 'int16', 'int8'].map((precision) => [
    precision,
    createSimilarityIndex(rowsWithPrecision(values, dimensions, precision), { tally }),
  ])
  const milliseconds = { 'plain JavaScript': [] }
  const difference = {}
  const thread = {}
  for (const [precision] of indexes) {
    milliseconds[precision] = []
    difference[precision] = 0
    thread[precision] = []
  }
  for (let round = 0; round < rounds; round++) {
    const query = Float32Array.from({ length: dimensions }, () => random.next() - 0.5)
    const expected = timed(milliseconds['plain JavaScript'], () => plain(query))
    for (const [precision, index] of indexes) {
      const found = timed(milliseconds[precision], () =>
        index.scanNow(query, ({ cellWeights }) => winRate(cellWeights)),
      )
      difference[precision] = Math.max(difference[precision], Math.abs(found - expected))
      const began = performance.now()
      await index.scan(query, ({ cellWeights }) => winRate(cellWeights))
      thread[precision].push(performance.now() - began)
    }
  }
  for (const [, index] of indexes) await index.close()
  return {
    battles,
    dimensions,
    milliseconds: mapValues(milliseconds, (times) => spread(times, 2)),
    throughTheThreadMilliseconds: mapValues(thread, (times) => spread(times, 2)),
    timesAsFastAsPlainJavaScript: mapValues(milliseconds, (times) =>
      Number((spread(milliseconds['plain JavaScript'], 3).median / spread(times, 3).median).toFixed(1)),
    ),
    largestDifferenceOfWinRates: difference,
  }
}

function randomBattles(count, random) {
  const modelA = Int32Array.from({ length: count }, () => random.nextInt(modelCount))
  return {
    modelA,
    modelB: modelA.map((model) => (model + 1 + random.nextInt(modelCount - 1)) % modelCount),
    outcomes: Uint8Array.from({ length: count }, () => random.nextInt(3)),
    prompts: Int32Array.from({ length: count }, (_, battle) => battle),
    weights: new Float32Array(count).fill(1),
  }
}

function plainWinRate({ values, dimensions, tally, winRate }) {
  const count = values.length / dimensions
  const rows = Array.from({ length: count }, (_, row) =>
    values.subarray(row * dimensions, (row + 1) * dimensions),
  )
  const similarities = new Float64Array(count)
  return (query) => {
    const length = Math.sqrt(dot(query, query))
    let greatest = Number.NEGATIVE_INFINITY
    for (let row = 0; row < count; row++) {
      similarities[row] = dot(rows[row], query) / length
      greatest = Math.max(greatest, similarities[row])
    }
    const cellWeights = new Float64Array(tally.cellCount)
    for (let i = 0; i < tally.cells.length; i++) {
      const weight = gamma ** (1 + similarities[tally.rowOf[i]] / greatest)
      cellWeights[tally.cells[i]] += weight * tally.factors[i]
    }
    return winRate(cellWeights)
  }
}

function timed(times, run) {
  const began = performance.now()
  const result = run()
  times.push(performance.now() - began)
  return result
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      battles: { type: 'string', default: '110000' },
      dimensions: { type: 'string', default: '1536' },
      rounds: { type: 'string', default: '9' },
    },
  })
  const options = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]))
  console.log(JSON.stringify(await similarityBenchmark(options), null, 2))
}
