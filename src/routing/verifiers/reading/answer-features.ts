import { createHash } from 'node:crypto'
import type { WeakAnswer } from '../verifier.ts'
import { readArithmetic } from './groups/arithmetic.ts'
import { readCompleteness } from './groups/completeness.ts'
import { readOptions } from './groups/options.ts'
import { readResult } from './groups/result.ts'
import { readSampling } from './groups/sampling.ts'
import { readShape } from './groups/shape.ts'
import { readStructure } from './groups/structure.ts'
import { readWording } from './groups/wording.ts'
import type { Token } from './read-text.ts'
import { type FeatureGroup, readAnswer } from './reading.ts'

const groups: readonly FeatureGroup[] = [
  readShape,
  readCompleteness,
  readWording,
  readResult,
  readOptions,
  readArithmetic,
  readStructure,
  readSampling,
]

/** The names of the features, in order. */
export const answerFeatureNames: readonly string[] = groups.flatMap((read) =>
  Object.keys(read(readAnswer({ prompt: '', answer: '' }))),
)

/** An answer as numbers and words, before anything is learned. */
export type MeasuredAnswer = {
  /** In the order of `answerFeatureNames`; NaN for a feature that says nothing of it. */
  readonly features: Float64Array
  readonly tokens: readonly Token[]
}

/** Takes time proportional to the texts; see `readText` for how much of them is read. */
export function measureAnswer(answer: WeakAnswer): MeasuredAnswer {
  const reading = readAnswer(answer)
  return {
    features: Float64Array.from(groups.flatMap((read) => Object.values(read(reading)))),
    tokens: reading.answer.tokens,
  }
}

/** Identifies the features and their order: a verifier reads answers as it was trained to. */
export const answerFeaturesId = createHash('sha256')
  .update(answerFeatureNames.join('\n'))
  .digest('hex')
  .slice(0, 16)
