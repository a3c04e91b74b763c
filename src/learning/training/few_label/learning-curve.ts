import { mapInSteps } from '../../../base/concurrency/run-steps.ts'
import { drawAscending } from '../../../base/math/draw.ts'
import { createRandom } from '../../../base/math/random.ts'
import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'
import { createResampledApgr } from '../../evaluation/metrics/apgr.ts'
import { bootstrapIntervalInSteps } from '../../evaluation/metrics/bootstrap.ts'
import { selectExamples } from './examples.ts'
import type { FewLabelExamples } from './fit.ts'
import { type PairLabels, selectLabels } from './labels.ts'
import { type FewLabelLearning, learnFewLabelInSteps } from './learning.ts'
import { createScorer } from './score-examples.ts'

/** What more labels would bring. */
export type LearningCurve = {
  /** The labels that it was measured on. */
  readonly labels: number
  /** APGR with half of them, each scored by fits on the other half, and with all of them, each scored without itself. */
  readonly apgrOfHalf: number
  readonly apgr: number
  /** The expected change of APGR by so many labels more, and its 95 % interval. */
  readonly moreLabels: number
  readonly gain: number
  readonly gainInterval: readonly [number, number]
}

const moreLabels = 200
/** Halves of fewer labels are too small to fit. */
const fewestLabels = 40
/** The labels that the curve is measured on, at most; the rest is extrapolated. */
const mostLabels = 1_000
/** Each division gives two fits. */
const divisions = 4
/** An order by fewer trees is a little noisier. */
const trees = 60
const resamples = 300
/** Mean and standard deviation of b over the pseudo-domains of docs/training.md, between 100 and 400 labels. */
const usualSlope = { mean: 0.4, deviation: 0.6 }

/**
 * Fits random halves of the labels, scores the other halves, and compares their APGR with that of all labels. It is
 * extrapolated as a − b/√labels. Some hundred labels hardly show b (the error of the difference over resamples of the labels and
 * over the divisions is large), so that what is usual counts too: `usualSlope`, the b of pseudo-domains. The interval is that of both together.
 *
 * @param learning the fit of all labels.
 * @returns undefined with fewer than 40 labels, or if halves of the labels have no gap between the models.
 * @yields often.
 */
export function* measureLearningCurve(
  allExamples: FewLabelExamples,
  allLabels: PairLabels,
  learning: FewLabelLearning,
  seed: number,
): Generator<void, LearningCurve | undefined> {
  const total = allExamples.count
  if (total < fewestLabels) return undefined
  const isWhole = total <= mostLabels
  const drawn = drawAscending(total, mostLabels, createRandom(seed))
  const examples = isWhole ? allExamples : selectExamples(allExamples, drawn)
  const labels = isWhole ? allLabels : selectLabels(allLabels, drawn)
  const whole = isWhole ? learning : yield* learnFewLabelInSteps(examples, labels, { trees })
  const { strongScores, weakScores } = labels

  const random = createRandom(seed)
  const ofHalves: ((counts: ArrayLike<number>) => number)[] = []
  for (let division = 0; division < divisions; division++) {
    const one = drawAscending(examples.count, Math.floor(examples.count / 2), random)
    const isInOne = new Set(one)
    const other = Int32Array.from(examples.weights.keys()).filter((row) => !isInOne.has(row))
    for (const [seen, unseen] of [
      [one, other],
      [other, one],
    ] as const) {
      const half = selectLabels(labels, seen)
      if (!hasInformation(half)) return undefined
      const { weights } = yield* learnFewLabelInSteps(selectExamples(examples, seen), half, { trees })
      const score = createScorer(examples)
      const rest = selectLabels(labels, unseen)
      const scores = yield* mapInSteps(unseen, (row) => score(weights, row))
      const apgrOf = createResampledApgr(scores, rest.strongScores, rest.weakScores)
      ofHalves.push((counts) => apgrOf(Uint32Array.from(unseen, (row) => counts[row]!)))
      yield
    }
  }
  const apgrOfWhole = createResampledApgr(whole.leftOutScores, strongScores, weakScores)
  // A half of a resample may have no gap between the models; the others stand for it.
  const meanOfHalves = (counts: ArrayLike<number>) =>
    mean(ofHalves.map((apgrOf) => apgrOf(counts)).filter((apgr) => !Number.isNaN(apgr)))
  const once = new Uint8Array(examples.count).fill(1)
  const difference = apgrOfWhole(once) - meanOfHalves(once)
  const apgrs = ofHalves.map((apgrOf) => apgrOf(once))
  if ([apgrOfWhole(once), ...apgrs].some(Number.isNaN)) return undefined
  const [low, high] = yield* bootstrapIntervalInSteps(
    (counts) => apgrOfWhole(counts) - meanOfHalves(counts),
    { rows: examples.count, random: createRandom(seed), resamples },
  )
  const ofDivisions = normalQuantile95 * standardErrorOf(apgrs)
  // b of a − b/√labels, for one unit of the difference between half and whole.
  const perUnit = 1 / (Math.sqrt(2 / examples.count) - Math.sqrt(1 / examples.count))
  const error = Math.hypot((high - low) / 2, ofDivisions) / normalQuantile95
  const slope = combine({ mean: perUnit * difference, deviation: perUnit * error }, usualSlope)
  const factor = 1 / Math.sqrt(total) - 1 / Math.sqrt(total + moreLabels)
  const reach = normalQuantile95 * slope.deviation
  return {
    labels: examples.count,
    apgrOfHalf: meanOfHalves(once),
    apgr: apgrOfWhole(once),
    moreLabels,
    gain: factor * slope.mean,
    gainInterval: [factor * (slope.mean - reach), factor * (slope.mean + reach)],
  }
}

type Normal = { readonly mean: number; readonly deviation: number }

/** Two normal opinions on one number as one, each weighted by its precision. */
function combine(one: Normal, other: Normal): Normal {
  const [first, second] = [one.deviation ** -2, other.deviation ** -2]
  return {
    mean: (first * one.mean + second * other.mean) / (first + second),
    deviation: (first + second) ** -0.5,
  }
}

function hasInformation({ strongScores, weakScores }: PairLabels): boolean {
  const first = strongScores[0]! - weakScores[0]!
  return strongScores.some((score, row) => score - weakScores[row]! !== first)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function standardErrorOf(values: readonly number[]): number {
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}
