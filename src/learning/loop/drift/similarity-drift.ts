import { createRandom } from '../../../base/math/random.ts'
import { figureFalseAlarmRate } from '../../../routing/certificate/certificate.ts'
import { createDistributionDrift } from '../../../routing/certificate/drift/distribution-drift.ts'
import { nearestCosine, toUnit } from '../../labels/traffic/nearest-cosine.ts'
import type { WatchedValues } from './watched-values.ts'

export type SimilarityVectors = {
  /** Of the labelled requests that a router was trained on. */
  readonly labelled: readonly Float32Array[]
  /** Of sessions before the certificate began, none of them labelled. */
  readonly before: readonly Float32Array[]
  /** Of sessions since, in their order. */
  readonly since: readonly Float32Array[]
}

/** Fewer are no training data to speak of. */
const fewestLabelled = 50
const fewestReferences = 50
/** Sessions that the caller gives at most, and for which the test is tuned. */
export const mostSimilaritySessions = 2_000

/**
 * Whether prompts have become less, or more, like those that a router was trained on. A session's value is the largest cosine of its
 * prompt's vector with those of the labelled requests, from 0; the reference has the values of sessions before the certificate. The
 * labelled requests are no reference for themselves: which of them were labelled may have depended on how unusual they are.
 *
 * @returns null without 50 labelled requests and 50 sessions before. In steps of a session.
 */
export function* findSimilarityDrift({
  labelled,
  before,
  since,
}: SimilarityVectors): Generator<void, WatchedValues | null> {
  const dimensions = labelled[0]?.length
  const fits = ({ length }: Float32Array) => length === dimensions
  const units = labelled.filter(fits).map(toUnit)
  const earlier = before.filter(fits)
  if (units.length < fewestLabelled || earlier.length < fewestReferences) return null
  const similarity = (vector: Float32Array) => Math.min(1, Math.max(0, nearestCosine(toUnit(vector), units)))
  const reference: number[] = []
  for (const vector of earlier) {
    reference.push(similarity(vector))
    yield
  }
  const detector = createDistributionDrift({
    ...{ falseAlarmRate: figureFalseAlarmRate, planned: mostSimilaritySessions, reference: [reference] },
    // Its seed has no influence on the false alarm rate.
    random: createRandom(1),
  })
  let values = 0
  for (const vector of since.filter(fits)) {
    detector.add(similarity(vector))
    values++
    yield
  }
  return { values, alarm: detector.alarm() }
}
