import { emptyForest } from '../../../../routing/routers/few_label/forest/forest.ts'
import type { FewLabelWeights, Supports } from '../../../../routing/routers/few_label/parameters.ts'
import { selectExamples } from '../examples.ts'
import { type FewLabelExamples, fitFewLabel } from '../fit.ts'
import { defaultVariances, scaledVariances } from '../learning.ts'
import { createScorer } from '../score-examples.ts'
import { weightedMean } from './shrinkage.ts'

/** A fitted part of what is predicted. */
export type Part = {
  readonly weights: FewLabelWeights
  /** [prompts] */
  readonly leftOut: Float64Array
  /** The mean of `leftOut` on the prompts of the fit. */
  readonly centre: number
}

/**
 * One part for each target. A target is NaN on the prompts that it does not know; targets that are known on the same prompts share
 * one factorisation.
 *
 * @yields often.
 */
export function* fitParts(
  examples: FewLabelExamples,
  targets: readonly Float64Array[],
): Generator<void, readonly Part[]> {
  const groups = new Map<string, number[]>()
  for (const [index, target] of targets.entries()) {
    const pattern = target.map((value) => (Number.isNaN(value) ? 0 : 1)).join('')
    groups.set(pattern, [...(groups.get(pattern) ?? []), index])
  }
  const parts: Part[] = []
  const score = createScorer(examples)
  for (const members of groups.values()) {
    const first = targets[members[0]!]!
    const rows = Int32Array.from(first.keys()).filter((row) => !Number.isNaN(first[row]!))
    const seen = rows.length === examples.count ? examples : selectExamples(examples, rows)
    const known = members.map((index) => Float64Array.from(rows, (row) => targets[index]![row]!))
    const fits = yield* fitFewLabel(seen, known, scaledVariances(defaultVariances, seen))
    for (const [place, index] of members.entries()) {
      const { weights, leftOutScores } = fits[place]!
      const whole = { ...weights, ...supportsOfAll(weights, examples, rows) }
      const leftOut = Float64Array.from({ length: examples.count }, (_, row) =>
        Number.isNaN(first[row]!) ? score(whole, row) : 0,
      )
      rows.forEach((row, at) => {
        leftOut[row] = leftOutScores[at]!
      })
      parts[index] = { weights: whole, leftOut, centre: weightedMean(leftOut, [...rows], examples.weights) }
      yield
    }
  }
  return parts
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

/** The weights of level + Σ share · (score of the part − its centre). */
export function sumOfParts(
  level: number,
  parts: readonly { readonly part: Part; readonly share: number }[],
): FewLabelWeights {
  const number = (of: (weights: FewLabelWeights) => number) =>
    parts.reduce((sum, { part, share }) => sum + share * of(part.weights), 0)
  const numbers = (of: (weights: FewLabelWeights) => Float32Array) => {
    const sums = new Float64Array(of(parts[0]!.part.weights).length)
    for (const { part, share } of parts)
      for (const [place, value] of of(part.weights).entries()) sums[place]! += share * value
    return Float32Array.from(sums)
  }
  const { build, meaning } = parts[0]!.part.weights
  const centres = parts.reduce((sum, { part, share }) => sum + share * part.centre, 0)
  return {
    constant: level + number(({ constant }) => constant) - centres,
    prior: number(({ prior }) => prior),
    named: numbers(({ named }) => named),
    terms: numbers(({ terms }) => terms),
    build: { rows: build.rows, factors: numbers((weights) => weights.build.factors) },
    meaning: { rows: meaning.rows, factors: numbers((weights) => weights.meaning.factors) },
    forest: emptyForest,
  }
}
