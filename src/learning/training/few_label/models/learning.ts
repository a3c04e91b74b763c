import { emptyForest } from '../../../../routing/routers/few_label/forest.ts'
import type { FewLabelWeights, Supports } from '../../../../routing/routers/few_label/parameters.ts'
import { selectExamples } from '../examples.ts'
import { type FewLabelExamples, fitFewLabel } from '../fit.ts'
import { defaultVariances, scaledVariances } from '../learning.ts'
import { createScorer } from '../score-examples.ts'
import type { ModelLabels } from './model-labels.ts'
import { separateScores } from './score-parts.ts'
import { shrinkage } from './shrinkage.ts'

export type ModelLearning = {
  /** [models] the score of each, in the unit of the labels; all have the same support rows. */
  readonly models: readonly FewLabelWeights[]
  /** [prompts, models] scores from fits without the prompt. */
  readonly leftOutScores: Float64Array
  /** The share of the fit that is kept: of what is common to all models, and of each model's deviation from it. */
  readonly kept: { readonly common: number; readonly models: readonly number[] }
}

/** A fitted and shrunk part of the scores. */
type Part = {
  readonly weights: FewLabelWeights
  /** [prompts] */
  readonly leftOut: Float64Array
  readonly kept: number
}

/**
 * Predicts the score of every model: scoreᵢₘ = levelₘ + commonᵢ + deviationᵢₘ (`separateScores`), where what is common to all models
 * and each model's deviation are fitted apart, by the regression of `fitFewLabel` with the same features, and each is shrunk as far
 * as prompts left out of its fit support (`shrinkage`). A choice among models depends on the differences of deviations only: labels
 * that hardly tell which prompts need which model give nearly constant differences, however well they tell hard prompts from easy
 * ones. Scores fitted model by model and shrunk apart differ by their shrinkage too, and chose worse (docs/training.md).
 *
 * Targets that have scores on the same prompts share one factorisation.
 *
 * @yields often.
 */
export function* learnModelScores(
  examples: FewLabelExamples,
  labels: ModelLabels,
): Generator<void, ModelLearning> {
  const { models, prompts } = labels
  const { levels, common, deviations } = separateScores(labels)
  const targets = [
    common,
    ...models.map((_, model) =>
      Float64Array.from(prompts, (_, row) => deviations[row * models.length + model]!),
    ),
  ]
  const [ofAll, ...ofModels] = yield* fitParts(examples, targets)
  const leftOutScores = Float64Array.from(deviations, (_, cell) => {
    const row = Math.floor(cell / models.length)
    const model = cell - row * models.length
    return levels[model]! + ofAll!.leftOut[row]! + ofModels[model]!.leftOut[row]!
  })
  return {
    models: ofModels.map(({ weights }, model) => sumOf(levels[model]!, ofAll!.weights, weights)),
    leftOutScores,
    kept: { common: ofAll!.kept, models: ofModels.map(({ kept }) => kept) },
  }
}

/** One part for each target. A target is NaN on the prompts that it does not know. */
function* fitParts(
  examples: FewLabelExamples,
  targets: readonly Float64Array[],
): Generator<void, readonly Part[]> {
  const groups = new Map<string, number[]>()
  for (const [index, target] of targets.entries()) {
    const pattern = String.fromCharCode(...patternOf(target))
    groups.set(pattern, [...(groups.get(pattern) ?? []), index])
  }
  const parts: Part[] = []
  for (const members of groups.values()) {
    const first = targets[members[0]!]!
    const rows = Int32Array.from(first.keys()).filter((row) => !Number.isNaN(first[row]!))
    const seen = rows.length === examples.count ? examples : selectExamples(examples, rows)
    const known = members.map((index) => Float64Array.from(rows, (row) => targets[index]![row]!))
    const fits = yield* fitFewLabel(seen, known, scaledVariances(defaultVariances, seen))
    for (const [place, index] of members.entries()) {
      const { weights, leftOutScores } = fits[place]!
      const { kept, centre, mean } = shrinkage(known[place]!, leftOutScores, seen.weights)
      // centre and mean are on the scale of the target: kept · (score − centre) + mean.
      const scaled = scaleWeights(weights, kept, mean - kept * centre)
      const whole = { ...scaled, ...supportsOfAll(scaled, examples, rows) }
      const score = createScorer(examples)
      const leftOut = Float64Array.from({ length: examples.count }, (_, row) => score(whole, row))
      rows.forEach((row, at) => {
        leftOut[row] = kept * (leftOutScores[at]! - centre) + mean
      })
      parts[index] = { weights: whole, leftOut, kept }
      yield
    }
  }
  return parts
}

function patternOf(target: Float64Array): Uint8Array {
  return Uint8Array.from(target, (value) => (Number.isNaN(value) ? 0 : 1))
}

function scaleWeights(weights: FewLabelWeights, factor: number, constant: number): FewLabelWeights {
  const scaled = (values: Float32Array) => values.map((value) => factor * value)
  return {
    constant: factor * weights.constant + constant,
    prior: factor * weights.prior,
    named: scaled(weights.named),
    terms: scaled(weights.terms),
    build: { ...weights.build, factors: scaled(weights.build.factors) },
    meaning: { ...weights.meaning, factors: scaled(weights.meaning.factors) },
    forest: emptyForest,
  }
}

/** The supports with a row for every example; those that were not in the fit have the factor 0. */
function supportsOfAll(
  { build, meaning }: FewLabelWeights,
  { count, named, meanings }: FewLabelExamples,
  rows: Int32Array,
): Pick<FewLabelWeights, 'build' | 'meaning'> {
  const spread = ({ factors }: Supports, values: Float64Array): Supports => {
    const all = new Float32Array(count)
    rows.forEach((row, place) => {
      all[row] = factors[place]!
    })
    return { rows: Float32Array.from(values), factors: all }
  }
  return { build: spread(build, named), meaning: spread(meaning, meanings) }
}

/** The weights of constant + one score + the other. */
function sumOf(constant: number, one: FewLabelWeights, other: FewLabelWeights): FewLabelWeights {
  const sum = (left: Float32Array, right: Float32Array) => left.map((value, place) => value + right[place]!)
  const supports = (left: Supports, right: Supports): Supports => ({
    rows: left.rows,
    factors: sum(left.factors, right.factors),
  })
  return {
    constant: constant + one.constant + other.constant,
    prior: one.prior + other.prior,
    named: sum(one.named, other.named),
    terms: sum(one.terms, other.terms),
    build: supports(one.build, other.build),
    meaning: supports(one.meaning, other.meaning),
    forest: emptyForest,
  }
}
