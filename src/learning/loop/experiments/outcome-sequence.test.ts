import { expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { createOutcomeSequence } from './outcome-sequence.ts'

const options = { of: 'difference', most: 1, treatmentShare: 0.2, errorRate: 0.05, planned: 100 } as const

it('weighs each arm by its share, and centres on the mean of the sessions before', () => {
  const sequence = createOutcomeSequence(options)
  sequence.add(true, 0.5)
  expect(sequence.mean()).toBeCloseTo(0.5 / 0.2, 12)
  sequence.add(false, 1)
  expect(sequence.mean()).toBeCloseTo((0.5 / 0.2 - (1 - 0.5) / 0.8) / 2, 12)
})

it('comes to the difference of the arms, and to the treatment’s mean', () => {
  const random = createRandom(1)
  const difference = createOutcomeSequence(options)
  const mean = createOutcomeSequence({ ...options, of: 'treatment' })
  for (let session = 0; session < 50_000; session++) {
    const isTreatment = random.next() < 0.2
    const value = isTreatment ? random.next() / 2 : random.next()
    difference.add(isTreatment, value)
    mean.add(isTreatment, value)
  }
  expect(difference.mean()).toBeCloseTo(-0.25, 1)
  expect(Math.abs(difference.mean()! + 0.25)).toBeLessThan(0.01)
  expect(mean.mean()).toBeCloseTo(0.25, 2)
  const [low, high] = difference.interval()
  expect(low).toBeLessThan(-0.25)
  expect(high).toBeGreaterThan(-0.25)
})
