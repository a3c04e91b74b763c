import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { scaledForest } from '../../../routing/routers/few_label/forest/forest.ts'
import type { FewLabelWeights, WinRateScale } from '../../../routing/routers/few_label/parameters.ts'
import { type FewLabelExamples, type FewLabelVariances, priorWeights } from './fit.ts'
import { fitWithForest } from './fit-with-forest.ts'
import { gapsOf, type PairLabels } from './labels.ts'
import { fitWinRateScale } from './win-rate-scale.ts'

/** The result of learning from the labels. */
export type FewLabelLearning = {
  readonly weights: FewLabelWeights
  readonly scale: WinRateScale
  /** [labels] each prompt's score from a fit without it. */
  readonly leftOutScores: Float64Array
  /** Agreement of what the labels add with labels outside of the fit, in standard errors. */
  readonly evidence: number
  /** The share of what the labels add to the prior router that is kept: 0 nothing, 1 all. */
  readonly trust: number
}

/**
 * For at least `typicalLabels` labels. Chosen on data sets that the benchmarks do not use (docs/training.md), and the
 * same for every user, because a choice by a few hundred labels was worse.
 */
export const defaultVariances: FewLabelVariances = {
  prior: 0.0015,
  named: 0.0125,
  build: 0.025,
  terms: 0.075,
  meaning: 0.07,
}
const typicalLabels = 200
/** Three times as many give the same APGR within .001. */
const defaultTrees = 200

/** With so many labels the fit has half a standard error of credit, because it is more often right than they can show. */
const labelsForCredit = 100

/**
 * The evidence at which all of the fit is kept, and that at which nothing is: 2 and 0 with few labels, 1½ and −½ from
 * `labelsForCredit` on. Linear in between.
 */
export function evidenceRange(labels: number): { readonly nothing: number; readonly all: number } {
  const credit = 0.5 * Math.min(1, labels / labelsForCredit)
  return { nothing: -credit, all: 2 - credit }
}

export type FewLabelLearningOptions = {
  /** Of the forest. Default: 0. */
  readonly seed?: number
  // For comparing: what ships leaves the others out.
  readonly variances?: FewLabelVariances
  /** 0 for no forest. */
  readonly trees?: number
  /** From 0 to 1, whatever the evidence is. */
  readonly trust?: number
}

/**
 * Fits the labels, and keeps as much of what they add to the prior router as prompts left out of the fit support
 * (`evidenceRange`); nothing if they contradict it. In both cases the score becomes the probability that the strong
 * model's answer is strictly better.
 */
export function learnFewLabel(
  examples: FewLabelExamples,
  labels: Pick<PairLabels, 'strongScores' | 'weakScores' | 'wins' | 'weights'>,
  options: FewLabelLearningOptions = {},
): FewLabelLearning {
  return runAtOnce(learnFewLabelInSteps(examples, labels, options))
}

/** As `learnFewLabel`, in short steps, so that a caller can pause or stop. */
export function* learnFewLabelInSteps(
  examples: FewLabelExamples,
  labels: Pick<PairLabels, 'strongScores' | 'weakScores' | 'wins' | 'weights'>,
  options: FewLabelLearningOptions = {},
): Generator<void, FewLabelLearning> {
  const target = targetOf(labels)
  const { variances = defaultVariances, trees = defaultTrees, seed = 0 } = options
  const fit = yield* fitWithForest(examples, target, {
    variances: scaledVariances(variances, examples),
    trees,
    seed,
  })
  const prior = priorWeights(examples, target)
  const priorScores = examples.priors.map((z) => prior.constant + prior.prior * z)
  const evidence = evidenceOf(target, fit.leftOutScores, priorScores)
  const { nothing, all } = evidenceRange(examples.count)
  const trust = options.trust ?? Math.min(1, Math.max(0, (evidence - nothing) / (all - nothing)))
  const leftOutScores = priorScores.map((score, row) => score + trust * (fit.leftOutScores[row]! - score))
  return {
    weights: blend(prior, fit.weights, trust),
    leftOutScores,
    scale: yield* fitWinRateScale(leftOutScores, labels.wins, labels.weights),
    evidence,
    trust,
  }
}

/**
 * The target: the strong model's lead in score plus whether it won, each in standard deviations. The gap alone is best
 * for the mean score, the win alone for the risk that a threshold bounds. Together they serve both, and if labels are
 * few or graded unevenly they are better than either.
 */
function targetOf(labels: Pick<PairLabels, 'strongScores' | 'weakScores' | 'wins'>): Float64Array {
  const gaps = standardised(gapsOf(labels))
  const wins = standardised(labels.wins)
  return gaps.map((gap, row) => gap + wins[row]!)
}

/** Less their mean, in standard deviations. */
export function standardised(values: Float64Array): Float64Array {
  const around = centred(values)
  const deviation = Math.sqrt(around.reduce((sum, value) => sum + value * value, 0) / values.length)
  return deviation === 0 ? around : around.map((value) => value / deviation)
}

/**
 * Fewer than `typicalLabels` labels need wider parts: √(typicalLabels / labels) times as wide, at most 2. The similarity of
 * meaning takes the place of words that too few labels show: it changes as 1 / labels, from 4 to 0.3 times.
 */
export function scaledVariances(variances: FewLabelVariances, examples: FewLabelExamples): FewLabelVariances {
  const factor = widening(examples.count)
  const scaled = (variance: number) => factor * variance
  return {
    prior: scaled(variances.prior),
    named: scaled(variances.named),
    build: scaled(variances.build),
    terms: scaled(variances.terms),
    meaning: variances.meaning * Math.min(4, Math.max(0.3, typicalLabels / examples.count)),
  }
}

/** How many times as wide the parts are with so many labels. */
export function widening(labels: number): number {
  return Math.min(2, Math.max(1, Math.sqrt(typicalLabels / labels)))
}

/** (1 − trust) · prior + trust · fitted. */
function blend(prior: FewLabelWeights, fitted: FewLabelWeights, trust: number): FewLabelWeights {
  const between = (from: number, to: number) => from + trust * (to - from)
  const scaled = (values: Float32Array) => values.map((value) => trust * value)
  return {
    constant: between(prior.constant, fitted.constant),
    prior: between(prior.prior, fitted.prior),
    named: scaled(fitted.named),
    terms: scaled(fitted.terms),
    build: trust === 0 ? prior.build : { rows: fitted.build.rows, factors: scaled(fitted.build.factors) },
    meaning:
      trust === 0 ? prior.meaning : { rows: fitted.meaning.rows, factors: scaled(fitted.meaning.factors) },
    forest: scaledForest(fitted.forest, trust),
  }
}

/**
 * The t statistic of Σ gᵢrᵢ: the agreement of what the fit adds to the prior (g, from fits without the prompt, centred)
 * with the part of the target that the prior does not explain (r, centred): Σ gᵢrᵢ / √Σ gᵢ²rᵢ².
 */
function evidenceOf(target: Float64Array, leftOutScores: Float64Array, priorScores: Float64Array): number {
  const added = centred(leftOutScores.map((score, row) => score - priorScores[row]!))
  const unexplained = centred(target.map((value, row) => value - priorScores[row]!))
  const products = added.map((value, row) => value * unexplained[row]!)
  const squares = products.reduce((sum, product) => sum + product * product, 0)
  return squares === 0 ? 0 : products.reduce((sum, product) => sum + product, 0) / Math.sqrt(squares)
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
