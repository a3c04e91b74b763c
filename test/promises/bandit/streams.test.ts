import { expect, it } from 'vitest'
import { readBanditOutcomes } from '../../../benchmarks/bandit/outcomes.mjs'
import {
  alone,
  bestMixture,
  runStream,
  scoreAtRandom,
  summarize,
} from '../../../benchmarks/bandit/streams.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { noNeeds } from '../../../src/routing/catalogue/request-needs.ts'
import { loadBuiltinEmbedder } from '../../../src/routing/embedding/builtin/embedder.ts'
import { createConfiguredBandit } from '../../../src/routing/policies/bandit/create.ts'
import { createObservedCalls } from '../../../src/routing/policies/observations/create-observed-calls.ts'
import { loadTaskReader } from '../../../src/routing/tasks/task-reader.ts'
import { describeWith, requirement } from '../../support/requirement.ts'

const library = { createRandom, createConfiguredBandit, createObservedCalls, noNeeds }
const mean = (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length

// benchmarks/bandit/bandit.mjs has 200 streams of more kinds.
describeWith(await requirement('pool outcomes'), 'a bandit on real outcomes', async (file) => {
  const { test } = readBanditOutcomes(file, await loadBuiltinEmbedder(), await loadTaskReader({}))

  it('keeps to its ceiling, and scores nearly what the best mixture within it does', () => {
    const usdPerRequest = 0.001
    const runs = [1, 2, 3, 4, 5].map((seed) => runStream(test, { seed, usdPerRequest }, library))
    for (const { usd } of runs) expect(usd).toBeLessThan(usdPerRequest * 1.02)
    expect(mean(runs.map(({ score }) => score))).toBeGreaterThan(bestMixture(test, usdPerRequest) - 0.01)
  })

  it('scores more than its own shares of models at random', () => {
    const runs = [1, 2, 3, 4, 5].map((seed) => runStream(test, { seed }, library))
    const names = Object.keys(test[0]!.scores)
    expect(mean(runs.map(({ score, shares }) => score - scoreAtRandom(test, shares)))).toBeGreaterThan(0)
    expect(mean(runs.map(({ score }) => score))).toBeGreaterThan(
      mean(names.map((name) => alone(test, name).score)) + 0.02,
    )
  })

  it('follows a change because it forgets', () => {
    const names = Object.keys(test[0]!.scores).toSorted((a, b) => alone(test, b).score - alone(test, a).score)
    const late = (halfLife: number) =>
      mean(
        [1, 2, 3].map((seed) => {
          const options = { seed, halfLife, passes: 2, swapped: [names[0]!, names.at(-1)!] as const }
          const { answered } = runStream(test, options, library)
          return summarize(answered.slice((answered.length * 3) / 4)).score
        }),
      )
    expect(late(200)).toBeGreaterThan(late(Number.POSITIVE_INFINITY))
  })
})
