import { expect, it } from 'vitest'
import { describePacing } from '../../web/views/keys/describe-pacing.ts'

it.each([
  [1.0004, '1.0004'],
  [1.04, '1.04'],
  [1.5, '1.5'],
  [12.345, '12.3'],
])('a pace of %d counts a dollar %s times', (pace, shown) => {
  expect(describePacing({ pacing: true, pace })).toContain(`A dollar counts ${shown} times as much as usual.`)
})
