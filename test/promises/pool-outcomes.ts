import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createRandom, type Random } from '../../src/base/math/random.ts'
import {
  guaranteedTolerance,
  type TolerancePromise,
} from '../../src/routing/calibration/tolerance/guarantee.ts'
import type { ToleranceLabel } from '../../src/routing/calibration/tolerance/labels.ts'
import { findToleranceSteps, stepAt } from '../../src/routing/calibration/tolerance/steps.ts'

type Row = {
  readonly dataset: string
  readonly prompt: string
  readonly scores: Readonly<Record<string, number>>
  readonly cost: Readonly<Record<string, number>>
}

/**
 * Real outcomes of four models (a judge's scores and the dollars of their calls), as a policy sees them that predicts from the
 * first 500 rows: the mean score of each model on the row's kind of task, and a little by length. Such predictions are rough,
 * and the promise must hold whatever they are.
 * Failures are counted against the model with the best mean there.
 */
export function readPoolOutcomes(file: string): ToleranceLabel[] {
  const all: Row[] = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const models = Object.keys(all[0]!.scores)
  const rows = all.filter(({ scores }) => models.every((model) => Object.hasOwn(scores, model)))
  const trained = rows.slice(0, 500)
  const mean = (of: readonly Row[], value: (row: Row) => number) =>
    of.reduce((sum, row) => sum + value(row), 0) / Math.max(1, of.length)
  const usd = models.map((model) => mean(trained, ({ cost }) => cost[model]!))
  const means = models.map((model) => mean(trained, (row) => row.scores[model]!))
  const best = means.indexOf(Math.max(...means))
  return rows.slice(500).map(({ dataset, prompt, scores }) => {
    const alike = trained.filter((row) => row.dataset === dataset)
    const predicted = models.map(
      (model, place) =>
        mean(alike.length === 0 ? trained : alike, (row) => row.scores[model]!) -
        0.01 * place * Math.log(1 + prompt.length / 500),
    )
    return {
      steps: findToleranceSteps(predicted, usd).map(({ from, candidate }) => ({
        from,
        score: scores[models[candidate]!]!,
        usd: usd[candidate]!,
        isReference: candidate === best,
      })),
      referenceScore: scores[models[best]!]!,
    }
  })
}

/**
 * How often a promise is broken. `rest`: promised among the requests of a split that are not labels, and counted there.
 * `longRun`: promised of all requests, labels being drawn with replacement, and counted on all.
 */
export function countBrokenPromises(
  population: readonly ToleranceLabel[],
  promise: TolerancePromise,
  { splits, labels, seed }: { readonly splits: number; readonly labels: number; readonly seed: number },
) {
  const random = createRandom(seed)
  const { maxLoss, lossMargin = 0 } = promise
  const counts = { possible: 0, rest: 0, longRun: 0 }
  for (let split = 0; split < splits; split++) {
    const order = shuffled(population, random)
    const rest = order.slice(labels)
    const next = guaranteedTolerance(order.slice(0, labels), { ...promise, requests: rest.length })
    if (next.possible) counts.possible++
    if (next.possible && lossAt(rest, next.tolerance, lossMargin) > maxLoss + 1e-9) counts.rest++
    const drawn = Array.from({ length: labels }, () => population[random.nextInt(population.length)]!)
    const always = guaranteedTolerance(drawn, promise)
    if (always.possible && lossAt(population, always.tolerance, lossMargin) > maxLoss + 1e-9) counts.longRun++
  }
  return counts
}

function shuffled(labels: readonly ToleranceLabel[], random: Random): ToleranceLabel[] {
  const order = [...labels]
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1)
    const moved = order[last]!
    order[last] = order[other]!
    order[other] = moved
  }
  return order
}

function lossAt(labels: readonly ToleranceLabel[], tolerance: number, margin: number): number {
  const lost = labels.filter(
    ({ steps, referenceScore }) => stepAt(steps, tolerance).score + margin < referenceScore! - 1e-9,
  )
  return lost.length / labels.length
}
