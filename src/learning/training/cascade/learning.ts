import type { FewLabelWeights, WinRateScale } from '../../../routing/routers/few_label/parameters.ts'
import type { AnswerWeights } from '../../../routing/verifiers/parameters.ts'
import { createResampledApgr } from '../../evaluation/metrics/apgr.ts'
import { type FewLabelExamples, type FewLabelFit, fitFewLabel } from '../few_label/fit.ts'
import type { KernelPart } from '../few_label/kernel/kernel-matrix.ts'
import { linearWeights, supportsOf, termWeights } from '../few_label/kernel/kernel-weights.ts'
import { gapsOf, type PairLabels } from '../few_label/labels.ts'
import { defaultVariances, scaledVariances, standardised, widening } from '../few_label/learning.ts'
import { fitWinRateScale } from '../few_label/win-rate-scale.ts'
import type { AnswerExamples } from './answer-examples.ts'

/**
 * What is fitted: the strong model's lead, how far the weak model's score is from the best, or the mean of both, each in
 * standard deviations. The lead does not escalate what the strong model fails too; the weak model's failure is less noisy
 * if the strong model rarely fails.
 */
export type CascadeTarget = 'gap' | 'weak-fails' | 'both'

export type CascadeLearning = {
  /** Of the prompt. */
  readonly weights: FewLabelWeights
  /** Of the answer. */
  readonly answerWeights: AnswerWeights
  readonly scale: WinRateScale
  /** [labels] each answer's score from a fit without it. */
  readonly leftOutScores: Float64Array
  readonly target: CascadeTarget
}

/**
 * The prior variances of the answer's parts, divided by that of a label's noise: features, their similarity, words. Chosen on
 * MMLU-Pro, CRUXEval and MATH (docs/cascade.md); twice or half of each changes APGR by less than .01.
 */
export const answerVariances = { features: 0.15, similarity: 0.15, terms: 0.15 } as const

/**
 * Regression of the targets on the prompt's parts, as the router `few_label` has them, and on the answer's. Of the targets the
 * one whose left-out scores recover most of the gap on the labels (APGR) is kept.
 *
 * @yields often. Throws `DataError` `few-label-fit-failed`.
 */
export function* learnCascade(
  examples: FewLabelExamples,
  answers: AnswerExamples,
  labels: Pick<PairLabels, 'strongScores' | 'weakScores' | 'wins' | 'weights'>,
): Generator<void, CascadeLearning> {
  const parts = answerParts(answers, examples.count)
  const targets = targetsOf(labels)
  const fits = yield* fitFewLabel(
    examples,
    targets.map(({ values }) => values),
    scaledVariances(defaultVariances, examples),
    [parts.features, parts.similarity, parts.terms],
  )
  const chosen = chooseTarget(fits, labels)
  const fit = fits[chosen]!
  return {
    weights: fit.weights,
    answerWeights: {
      features: Float32Array.from(linearWeights(answers.features, parts.features.variance, fit.alphas)),
      terms: termWeights(answers.terms, parts.terms.variance, fit.alphas),
      supports: supportsOf(answers.features, parts.similarity.variance, fit.alphas),
    },
    scale: yield* fitWinRateScale(fit.leftOutScores, labels.wins, labels.weights),
    leftOutScores: fit.leftOutScores,
    target: targets[chosen]!.name,
  }
}

function answerParts({ features, terms }: AnswerExamples, count: number) {
  const factor = widening(count)
  return {
    features: { kind: 'linear', values: features, variance: factor * answerVariances.features },
    similarity: { kind: 'similarity', values: features, variance: factor * answerVariances.similarity },
    terms: { kind: 'terms', rows: terms, variance: factor * answerVariances.terms },
  } as const satisfies Readonly<Record<string, KernelPart>>
}

/** The one that is kept if none is better comes first. */
function targetsOf(
  labels: Pick<PairLabels, 'strongScores' | 'weakScores'>,
): readonly { readonly name: CascadeTarget; readonly values: Float64Array }[] {
  const gap = standardised(gapsOf(labels))
  const fails = standardised(labels.weakScores.map((score) => -score))
  return [
    { name: 'both', values: gap.map((value, row) => (value + fails[row]!) / 2) },
    { name: 'gap', values: gap },
    { name: 'weak-fails', values: fails },
  ]
}

/** Another target has to be better by this: the labels hardly tell smaller differences. */
const clearApgr = 0.02

function chooseTarget(
  fits: readonly FewLabelFit[],
  { strongScores, weakScores }: Pick<PairLabels, 'strongScores' | 'weakScores'>,
): number {
  const once = new Uint8Array(strongScores.length).fill(1)
  const apgrs = fits.map(({ leftOutScores }) =>
    createResampledApgr(leftOutScores, strongScores, weakScores)(once),
  )
  const best = apgrs.indexOf(Math.max(...apgrs))
  return apgrs[best]! > apgrs[0]! + clearApgr ? best : 0
}
