// Whether the guarantee of `routellm calibrate --max-loss` holds: labels drawn at random from a benchmark, a threshold
// calibrated on them, and the loss counted on the rows. Writes results/guarantee.json; then run
// `node scripts/generate-docs.mjs` for the table of docs/calibration.md. These are test sets: every run is recorded in
// test-set-runs.jsonl. Needs the build: npm run build.
//   node benchmarks/quality/guarantee.mjs --data <folder that contains routellm/evals> --what "why this run" [--routers mf,length]
//     [--benchmarks mmlu,gsm8k] [--splits 1000] [--labels 500] [--seed 1] [--rows 4000]
// --rows draws the rows of a benchmark once, which then are the population: for routers that are trained anew for every split.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawAscending } from '../../dist/base/math/draw.js'
import { createRandom } from '../../dist/base/math/random.js'
import { clopperPearsonUpper, guaranteedThreshold, wilsonInterval } from '../../dist/index.js'
import { loadBenchmark } from '../../dist/learning/evaluation/benchmarks/registry.js'
import { scorers } from './guarantee-scores.mjs'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    what: { type: 'string' },
    routers: { type: 'string', default: Object.keys(scorers).join(',') },
    benchmarks: { type: 'string', default: 'mmlu,gsm8k' },
    splits: { type: 'string', default: '1000' },
    labels: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    rows: { type: 'string' },
  },
})
if (values.data === undefined || values.what === undefined) {
  console.error('Name the folder of the benchmarks (--data) and what this run is for (--what).')
  process.exit(2)
}
const [splits, labelCount, seed] = [values.splits, values.labels, values.seed].map(Number)
const confidence = 0.95
const losses = [0.05, 0.1, 0.15]
const resultsFile = fileURLToPath(new URL('../results/guarantee.json', import.meta.url))

const measured = []
for (const name of values.benchmarks.split(',')) {
  const loaded = await loadBenchmark(name, { dataFolder: values.data })
  const benchmark =
    values.rows === undefined ? loaded : { ...loaded, rows: sampled(loaded.rows, Number(values.rows)) }
  for (const router of values.routers.split(',')) {
    const began = performance.now()
    measured.push(...(await measure(benchmark, router)))
    console.error(`${name} ${router}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
}
writeResults()

async function measure({ name, rows }, router) {
  const scorer = await scorers[router](rows)
  const promptIds = new Map()
  for (const { prompt } of rows) if (!promptIds.has(prompt)) promptIds.set(prompt, String(promptIds.size))
  const groups = rows.map(({ prompt }) => promptIds.get(prompt))
  const lost = Uint8Array.from(rows, ({ strongScore, weakScore }) => (strongScore > weakScore ? 1 : 0))
  const sums = losses.map(() => ({ longRun: emptySums(), nextRequests: emptySums(), reference: emptySums() }))
  const hindsight = losses.map(() => 0)
  let truth
  for (let split = 0; split < splits; split++) {
    const order = shuffled(rows.length, createRandom(seed * 1_000_003 + split))
    const labels = order.subarray(0, labelCount)
    const scored = await scorer.score(labels, seed * 1_000_003 + split)
    // A router that was trained on the labels would flatter itself on them: there it counts as it was without them.
    const winRates = scorer.trained ? withWinRates(scored.all, labels, scored.labels) : scored.all
    if (truth === undefined || scorer.trained) truth = cumulated(winRates, lost)
    const labelled = Array.from(labels, (row, index) => ({
      strongWinRate: scored.labels[index],
      weakLoses: lost[row] === 1,
      group: groups[row],
    }))
    // A score that learned from the labels is compared with direct calibration of it, frozen, on as many fresh ones.
    const fresh = scorer.trained ? order.subarray(labelCount, 2 * labelCount) : labels
    losses.forEach((maxLoss, index) => {
      const requests = rows.length - labelCount
      const promise = { maxLoss, confidence }
      add(sums[index].longRun, maxLoss, guaranteedThreshold(labelled, promise), labels, winRates)
      add(
        sums[index].nextRequests,
        maxLoss,
        guaranteedThreshold(labelled, { ...promise, requests }),
        labels,
        winRates,
      )
      const direct = directThreshold(fresh, winRates, maxLoss)
      add(sums[index].reference, maxLoss, { possible: direct > 0, threshold: direct }, fresh, winRates)
      hindsight[index] += truth.strongShare(truth.highestThreshold(maxLoss)) / splits
    })
  }
  return losses.map((maxLoss, index) => {
    const { longRun, nextRequests, reference } = sums[index]
    return {
      benchmark: name,
      router,
      basis: scorer.trained ? 'cross-fitted' : 'independent',
      rows: rows.length,
      labels: labelCount,
      splits,
      seed,
      confidence,
      maxLoss,
      longRun: summary(longRun, reference, hindsight[index]),
      nextRequests: summary(nextRequests, reference, hindsight[index]),
      directStrongShare: reference.strongShare / splits,
      hindsightStrongShare: hindsight[index],
    }
  })

  function add(sum, maxLoss, guarantee, labels, winRates) {
    const threshold = guarantee.possible ? guarantee.threshold : 0
    const lostOfLabels = labels.reduce((count, row) => count + (winRates[row] < threshold ? lost[row] : 0), 0)
    const lostOfAll = truth.lost(threshold)
    if (!guarantee.possible) sum.impossible++
    if (lostOfAll > maxLoss * rows.length) sum.violations++
    if (lostOfAll - lostOfLabels > maxLoss * (rows.length - labels.length)) sum.violationsOnRest++
    sum.strongShare += truth.strongShare(threshold)
    sum.loss += lostOfAll / rows.length
  }

  /** Written apart from the product's own code: tests every threshold of the labels, from all strong on. */
  function directThreshold(labels, winRates, maxLoss) {
    const ascending = Array.from(labels).sort((one, other) => winRates[one] - winRates[other])
    let count = 0
    let tested = -1
    for (let place = 0; place < ascending.length; ) {
      const winRate = winRates[ascending[place]]
      let end = place
      for (; end < ascending.length && winRates[ascending[end]] === winRate; end++)
        count += lost[ascending[end]]
      // The limit is the same until another label is lost.
      if (count > tested && clopperPearsonUpper(count, labels.length, confidence) > maxLoss) return winRate
      tested = count
      place = end
    }
    return 1
  }
}

function withWinRates(all, rows, winRates) {
  const replaced = all.slice()
  rows.forEach((row, index) => {
    replaced[row] = winRates[index]
  })
  return replaced
}

function emptySums() {
  return { violations: 0, violationsOnRest: 0, impossible: 0, strongShare: 0, loss: 0 }
}

function summary({ violations, violationsOnRest, impossible, strongShare, loss }, reference, hindsight) {
  const share = (count) => ({ share: count / splits, interval: wilsonInterval(count, splits) })
  return {
    violations: share(violations),
    violationsOnRest: share(violationsOnRest),
    impossible: impossible / splits,
    strongShare: strongShare / splits,
    timesDirect: strongShare / reference.strongShare,
    excessOverHindsight: strongShare / splits - hindsight,
    loss: loss / splits,
  }
}

/** Answers about any threshold from one sort. */
function cumulated(winRates, lost) {
  const order = Uint32Array.from(winRates, (_, row) => row).sort(
    (one, other) => winRates[one] - winRates[other],
  )
  const ascending = Float64Array.from(order, (row) => winRates[row])
  const lostBefore = new Uint32Array(order.length + 1)
  order.forEach((row, place) => {
    lostBefore[place + 1] = lostBefore[place] + lost[row]
  })
  const below = (threshold) => {
    let [low, high] = [0, ascending.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ascending[middle] < threshold) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    lost: (threshold) => lostBefore[below(threshold)],
    strongShare: (threshold) => 1 - below(threshold) / ascending.length,
    /** The win rate of the first loss too many. */
    highestThreshold: (maxLoss) => {
      const tooMany = order.findIndex((_, place) => lostBefore[place + 1] > maxLoss * order.length)
      return tooMany === -1 ? 1 : ascending[tooMany]
    },
  }
}

function sampled(rows, count) {
  if (rows.length <= count) return rows
  return Array.from(drawAscending(rows.length, count, createRandom(seed)), (row) => rows[row])
}

function shuffled(count, random) {
  const order = Uint32Array.from({ length: count }, (_, row) => row)
  for (let place = 0; place < Math.min(count - 1, 2 * labelCount); place++) {
    const other = place + random.nextInt(count - place)
    ;[order[place], order[other]] = [order[other], order[place]]
  }
  return order
}

function writeResults() {
  const key = ({ benchmark, router, maxLoss }) => `${benchmark} ${router} ${maxLoss}`
  const fresh = new Set(measured.map(key))
  const before = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')).measurements : []
  const measurements = [...before.filter((one) => !fresh.has(key(one))), ...measured]
  writeFileSync(resultsFile, `${JSON.stringify({ measurements }, rounded, 2)}\n`)
  const biome = fileURLToPath(new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url))
  spawnSync(process.execPath, [biome, 'format', '--write', resultsFile], { stdio: 'inherit' })
  const run = { when: new Date().toISOString(), what: values.what, result: { guarantee: measured } }
  appendFileSync(
    fileURLToPath(new URL('../test-set-runs.jsonl', import.meta.url)),
    `${JSON.stringify(run, rounded)}\n`,
  )
}

function rounded(_key, value) {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value
}
