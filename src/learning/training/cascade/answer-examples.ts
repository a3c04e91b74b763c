import { type AnswerSpace, createAnswerPlacer } from '../../../routing/verifiers/answer-space.ts'
import {
  answerFeatureNames,
  type MeasuredAnswer,
} from '../../../routing/verifiers/reading/answer-features.ts'
import { visitAnswerTerms } from '../../../routing/verifiers/reading/answer-terms.ts'
import type { SparseRows } from '../few_label/kernel/kernel-matrix.ts'
import { createCounterOf } from '../few_label/space/vocabulary.ts'

/** A feature that differs less says nothing; dividing by its spread would make noise of it. */
const smallestDeviation = 1e-3

/**
 * Learns the space of answers: means and standard deviations of the features over the answers of which they say something,
 * and the vocabulary.
 *
 * @yields after each answer.
 */
export function* trainAnswerSpace(answers: readonly MeasuredAnswer[]): Generator<void, AnswerSpace> {
  const count = answerFeatureNames.length
  const terms = createCounterOf(visitAnswerTerms)
  for (const { tokens } of answers) {
    terms.add(tokens)
    yield
  }
  const centres = new Float32Array(count)
  const deviations = new Float32Array(count)
  for (let feature = 0; feature < count; feature++) {
    const known = answers.map(({ features }) => features[feature]!).filter((value) => !Number.isNaN(value))
    if (known.length < 2) continue
    const mean = sumOf(known) / known.length
    const deviation = Math.sqrt(sumOf(known.map((value) => (value - mean) ** 2)) / known.length)
    centres[feature] = mean
    deviations[feature] = deviation < smallestDeviation ? 0 : deviation
  }
  return { centres, deviations, vocabulary: terms.vocabulary() }
}

/** Answers as rows of numbers. */
export type AnswerExamples = {
  /** [answers, features] */
  readonly features: Float64Array
  readonly terms: SparseRows
}

/** @yields after each answer. */
export function* answerExamplesOf(
  answers: readonly MeasuredAnswer[],
  space: AnswerSpace,
): Generator<void, AnswerExamples> {
  const placeOf = createAnswerPlacer(space)
  const size = space.centres.length
  const features = new Float64Array(answers.length * size)
  const starts = [0]
  const indices: number[] = []
  const values: number[] = []
  for (const [row, answer] of answers.entries()) {
    const place = placeOf(answer)
    features.set(place.features, row * size)
    for (let entry = 0; entry < place.terms.count; entry++) {
      indices.push(place.terms.terms[entry]!)
      values.push(place.terms.values[entry]!)
    }
    starts.push(indices.length)
    yield
  }
  return {
    features,
    terms: {
      columns: space.vocabulary.hashes.length,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    },
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
