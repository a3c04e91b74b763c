// What second calls of late streams save and cost, on made-up latencies: benchmarks/results/stragglers.json.
// Usage: node benchmarks/stragglers/simulate.mjs [--requests 4000] [--seeds 12]
// The decisions are the server's own code: observed percentiles and the budget of second calls. Needs `npm run build`.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRandom } from '../../dist/base/math/random.js'
import { quantile } from '../../dist/base/math/statistics/quantile.js'
import { studentQuantile } from '../../dist/base/math/statistics/student.js'
import { createHedging } from '../../dist/gateway/send/hedging.js'
import { createObservedCalls } from '../../dist/routing/policies/observations/create-observed-calls.js'
import { createQueue } from './queue.mjs'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '4000' }, seeds: { type: 'string', default: '12' } },
})
const requests = Number(values.requests)
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1)

const requestsPerSecond = 2
/** A call that hangs is given up. */
const longestSeconds = 300
const promptTokens = 1000
const replyTokens = 400
const prices = { inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 }
const promptUsd = (promptTokens * prices.inputUsdPerMillionTokens) / 1e6
const replyUsd = (replyTokens * prices.outputUsdPerMillionTokens) / 1e6

const logNormal = (random, median, sigma) => median * Math.exp(sigma * random.nextGaussian())
const pareto = (random, least, shape) => least * (1 - random.next()) ** (-1 / shape)
const someHang = (random) => (random.next() < 0.03 ? pareto(random, 3, 1.2) : logNormal(random, 0.5, 0.4))

/** Seconds to the first byte of a call that is sent at `now`, in seconds. */
const latencies = {
  'three calls in a hundred hang': (random) => someHang(random),
  'all latencies vary much': (random) => logNormal(random, 0.5, 1),
  'the provider is slow for 10 minutes of each hour': (random, now) =>
    someHang(random) * (now % 3600 < 600 ? 5 : 1),
}

const never = { afterPercentile: 95, maxShare: 1, after: 'never' }
const ways = {
  'one call': never,
  'second call after the 95th percentile, at most 5 %': { ...never, after: 'percentile', maxShare: 0.05 },
  'the same without a cap': { ...never, after: 'percentile' },
  'relaunch after the 95th percentile, at most 5 %': {
    ...never,
    after: 'percentile',
    maxShare: 0.05,
    aborts: true,
  },
  'delayed redundancy: second call after the median': { ...never, after: 'percentile', afterPercentile: 50 },
  'two calls at once': { ...never, after: 'at-once' },
}

function simulate(seed, latencyOf, { after, afterPercentile, maxShare, aborts = false }) {
  const random = createRandom(seed)
  const queue = createQueue()
  const observed = createObservedCalls(() => queue.now() * 1000)
  const hedging = createHedging({ afterPercentile, maxShare }, observed, ['m'])
  const waited = []
  let secondCalls = 0

  function begin(sent, seconds) {
    queue.add(sent + seconds, () => {
      waited.push(seconds)
      const latency = { firstTokenSeconds: seconds, secondsPerOutputToken: 0.02 }
      observed.add({ model: 'm', task: null, outputTokens: replyTokens, latency })
    })
  }

  const call = () => Math.min(longestSeconds, latencyOf(random, queue.now()))

  /** Seconds until the second call; null if there is none. */
  function findDelay() {
    if (after === 'never') return null
    if (after === 'at-once') return 0
    const delayMs = hedging.expectDelayMs('m')
    return delayMs === null ? null : delayMs / 1000
  }

  function request() {
    const sent = queue.now()
    const first = call()
    const delay = findDelay()
    if (delay === null || first <= delay) {
      begin(sent, first)
      return
    }
    queue.add(sent + delay, () => {
      if (after !== 'at-once' && !hedging.take()) {
        begin(sent, first)
        return
      }
      secondCalls++
      const second = delay + call()
      begin(sent, aborts ? second : Math.min(first, second))
    })
  }

  let at = 0
  for (let index = 0; index < requests; index++) {
    at -= Math.log(1 - random.next()) / requestsPerSecond
    queue.add(at, request)
  }
  queue.run()
  const sorted = Float64Array.from(waited).sort()
  const secondsAt = (percent) => quantile(sorted, percent / 100)
  return {
    p50: secondsAt(50),
    p95: secondsAt(95),
    p99: secondsAt(99),
    p999: secondsAt(99.9),
    secondCallPercent: (100 * secondCalls) / requests,
    timesDollars: 1 + (secondCalls * promptUsd) / (requests * (promptUsd + replyUsd)),
  }
}

/** The mean over the seeds with its interval at 95 % confidence by Student's t. */
function withInterval(results, key) {
  const mean = results.reduce((sum, result) => sum + result[key], 0) / results.length
  const variance = results.reduce((sum, result) => sum + (result[key] - mean) ** 2, 0) / (results.length - 1)
  const half = studentQuantile(0.95, results.length - 1) * Math.sqrt(variance / results.length)
  return { mean, interval: [mean - half, mean + half] }
}

const scenarios = Object.entries(latencies).map(([scenario, latencyOf]) => ({
  scenario,
  ways: Object.entries(ways).map(([way, settings]) => {
    const results = seeds.map((seed) => simulate(seed, latencyOf, settings))
    return {
      way,
      ...Object.fromEntries(Object.keys(results[0]).map((key) => [key, withInterval(results, key)])),
    }
  }),
}))
const measured = {
  requests,
  seeds: seeds.length,
  requestsPerSecond,
  promptTokens,
  replyTokens,
  prices,
  scenarios,
}
const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
writeFileSync(
  fileURLToPath(new URL('../results/stragglers.json', import.meta.url)),
  `${JSON.stringify(measured, rounded, 2)}\n`,
)
