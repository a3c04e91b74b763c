import type { FewLabelWeights, WinRateScale } from '../../../routing/routers/few_label/parameters.ts'
import type { AnswerWeights } from '../../../routing/verifiers/parameters.ts'
import { type FewLabelExamples, fitFewLabel } from '../few_label/fit.ts'
import type { KernelPart } from '../few_label/kernel/kernel-matrix.ts'
import { linearWeights, supportsOf, termWeights } from '../few_label/kernel/kernel-weights.ts'
import { gapsOf, type PairLabels } from '../few_label/labels.ts'
import { defaultVariances, scaledVariances, standardised, widening } from '../few_label/learning.ts'
import { fitWinRateScale } from '../few_label/win-rate-scale.ts'
import type { AnswerExamples } from './answer-examples.ts'

export type CascadeLearning = {
  /** Of the prompt. */
  readonly weights: FewLabelWeights
  /** Of the answer. */
  readonly answerWeights: AnswerWeights
  readonly scale: WinRateScale
  /** [labels] each answer's score from a fit without it. */
  readonly leftOutScores: Float64Array
}

/**
 * The prior variances of the answer's parts, divided by that of a label's noise: features, their similarity, words. Chosen on
 * MMLU-Pro, CRUXEval and MATH (docs/cascade.md); twice or half of each changes APGR by less than .01.
 */
export const answerVariances = { features: 0.15, similarity: 0.15, terms: 0.15 } as const

type Outcomes = Pick<PairLabels, 'strongScores' | 'weakScores' | 'wins' | 'weights'>

/**
 * Regression of the target on the prompt's parts, as the router `few_label` has them, and on the answer's.
 *
 * @yields often. Throws `DataError` `few-label-fit-failed`.
 */
export function* learnCascade(
  examples: FewLabelExamples,
  answers: AnswerExamples,
  labels: Outcomes,
): Generator<void, CascadeLearning> {
  const [learning] = yield* learnCascades(examples, answers, [labels])
  return learning!
}

/** As `learnCascade`, for several strong models over the same answers: the kernel is computed once. */
export function* learnCascades(
  examples: FewLabelExamples,
  answers: AnswerExamples,
  pairs: readonly Outcomes[],
): Generator<void, readonly CascadeLearning[]> {
  const parts = answerParts(answers, examples.count)
  const fits = yield* fitFewLabel(
    examples,
    pairs.map(targetOf),
    scaledVariances(defaultVariances, examples),
    [parts.features, parts.similarity, parts.terms],
  )
  const learned: CascadeLearning[] = []
  for (const [pair, labels] of pairs.entries()) {
    const fit = fits[pair]!
    learned.push({
      weights: fit.weights,
      answerWeights: {
        features: Float32Array.from(linearWeights(answers.features, parts.features.variance, fit.alphas)),
        terms: termWeights(answers.terms, parts.terms.variance, fit.alphas),
        supports: supportsOf(answers.features, parts.similarity.variance, fit.alphas),
      },
      scale: yield* fitWinRateScale(fit.leftOutScores, labels.wins, labels.weights),
      leftOutScores: fit.leftOutScores,
    })
  }
  return learned
}

function answerParts({ features, terms }: AnswerExamples, count: number) {
  const factor = widening(count)
  return {
    features: { kind: 'linear', values: features, variance: factor * answerVariances.features },
    similarity: { kind: 'similarity', values: features, variance: factor * answerVariances.similarity },
    terms: { kind: 'terms', rows: terms, variance: factor * answerVariances.terms },
  } as const satisfies Readonly<Record<string, KernelPart>>
}

/**
 * The mean of the strong model's lead and of how far the weak one's score is from the best, each in standard deviations. The
 * lead does not escalate what the strong model fails too; the weak model's failure is less noisy if the strong one rarely
 * fails. Each alone is better in some pairs of models and worse on average, and so is a choice by left-out labels
 * (docs/cascade.md).
 */
function targetOf(labels: Outcomes): Float64Array {
  const gap = standardised(gapsOf(labels))
  const fails = standardised(labels.weakScores.map((score) => -score))
  return gap.map((value, row) => (value + fails[row]!) / 2)
}
