// How often off-policy intervals hold the truth, how often sequential tests and drift detectors cry wrongly, and how soon
// they find what is there. Writes results/evidence.json; then run `node scripts/generate-docs.mjs` for the tables of
// docs/evidence.md. Nothing is trained or selected on data. Needs the build: npm run build.
//   node benchmarks/evidence/evidence.mjs [--only off-policy,experiments,drift,promotions] [--outcomes paretobandit.jsonl.gz]
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runAtOnce } from '../../dist/base/concurrency/run-steps.js'
import { createRandom } from '../../dist/base/math/random.js'
import { createExperimentMonitor } from '../../dist/learning/loop/experiments/experiment-monitor.js'
import { estimateOffPolicy } from '../../dist/learning/loop/off-policy/estimate.js'
import { decidePromotion } from '../../dist/learning/loop/promotion/decide-promotion.js'
import { createDistributionDrift } from '../../dist/routing/certificate/drift/distribution-drift.js'
import { createMeanDrift } from '../../dist/routing/certificate/drift/mean-drift.js'
import { driftKinds, hasNoDrift, runDrift } from './drift.mjs'
import { experimentKinds, runExperiments } from './experiments.mjs'
import { countCoverage, coverageOf, logKinds, truthOf } from './logs.mjs'
import { candidateKinds, runPromotions } from './promotions.mjs'
import { drawRealLog, readOutcomes, realTruth, targets } from './real-outcomes.mjs'

const parts = {
  'off-policy': measureOffPolicy,
  experiments: measureExperiments,
  drift: measureDrift,
  promotions: measurePromotions,
}
const { values } = parseArgs({
  options: { only: { type: 'string', default: Object.keys(parts).join(',') }, outcomes: { type: 'string' } },
})
const file = fileURLToPath(new URL('../results/evidence.json', import.meta.url))
const results = readResults()
for (const part of values.only.split(',')) {
  if (parts[part] === undefined) throw new Error(`--only ${part}: there are ${Object.keys(parts).join(', ')}`)
  const began = performance.now()
  results[part] = parts[part]()
  console.error(`${part}: ${((performance.now() - began) / 1000).toFixed(0)} s`)
}
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)

function readResults() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

function measureOffPolicy() {
  const estimate = (rows, target, options) => runAtOnce(estimateOffPolicy(rows, target, options))
  const logs = 300
  const simulated = Object.entries(logKinds).map(([name, kind]) => {
    const truth = truthOf(kind, createRandom(77), 400_000)
    return { name, truth, ...coverageOf(kind, { logs, seed: 1, createRandom, estimate, truth }) }
  })
  if (values.outcomes === undefined) return { simulated, real: results['off-policy']?.real ?? [] }
  const outcomes = readOutcomes(values.outcomes)
  const real = Object.entries(targets).map(([name, target]) => {
    const random = createRandom(2)
    const truth = realTruth(outcomes, target)
    return {
      name,
      truth,
      ...countCoverage(logs, truth, () => estimate(drawRealLog(outcomes, 2000, random), target, {})),
    }
  })
  return { simulated, real }
}

function measureExperiments() {
  const runs = 300
  const sessions = 3000
  return Object.entries(experimentKinds).map(([name, kind]) => ({
    name,
    ...runExperiments(kind, {
      runs,
      seed: 1,
      sessions,
      createRandom,
      createMonitor: createExperimentMonitor,
    }),
  }))
}

function measureDrift() {
  const options = { seed: 1, falseAlarmRate: 0.05, createRandom, createDistributionDrift, createMeanDrift }
  return Object.entries(driftKinds).map(([name, kind]) => ({
    name,
    hasNoDrift: hasNoDrift(name),
    ...runDrift(kind, { ...options, runs: hasNoDrift(name) ? 300 : 100 }),
  }))
}

function measurePromotions() {
  return Object.entries(candidateKinds).map(([name, kind]) => ({
    name,
    isWrong: kind.isWrong,
    ...runPromotions(kind, { runs: 100, seed: 1, createRandom, decide: decidePromotion }),
  }))
}
