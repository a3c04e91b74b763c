import { expect, it } from 'vitest'
import { formatOfNeeded } from './format-number.ts'

it.each([
  [12, 40, '12 of 40'],
  [0, 1, '0 of 1'],
  [59, 59, '59 (59 are enough)'],
  [1358, 59, '1,358 (59 are enough)'],
])('says of %d whether the %d that are needed are reached', (count, needed, text) => {
  expect(formatOfNeeded(count, needed)).toBe(text)
})
