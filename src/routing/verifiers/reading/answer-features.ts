import { createHash } from 'node:crypto'
import { readArithmetic } from './groups/arithmetic.ts'
import { readCompleteness } from './groups/completeness.ts'
import { readOptions } from './groups/options.ts'
import { readResult } from './groups/result.ts'
import { readSampling } from './groups/sampling.ts'
import { readShape } from './groups/shape.ts'
import { readStructure } from './groups/structure.ts'
import { readWording } from './groups/wording.ts'
import { type FeatureGroup, type Reading, readAnswer } from './reading.ts'

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

/** The features of an answer, in the order of `answerFeatureNames`; NaN for one that says nothing of it. */
export function answerFeatures(reading: Reading): Float64Array {
  return Float64Array.from(groups.flatMap((read) => Object.values(read(reading))))
}

/** Identifies the features and their order: a verifier reads answers as it was trained to. */
export const answerFeaturesId = createHash('sha256')
  .update(answerFeatureNames.join('\n'))
  .digest('hex')
  .slice(0, 16)
