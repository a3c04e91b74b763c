import { expect, it } from 'vitest'
import { toneOf } from '../../../web/ui/tone.ts'

it('colours a figure only if its interval shows its sign', () => {
  expect(toneOf(0.15, [-0.39, 0.088])).toBe('')
  expect(toneOf(0.15, [-0.39, -0.02])).toBe('good')
  expect(toneOf(-0.15, [0.02, 0.39])).toBe('bad')
  expect(toneOf(-0.15, null)).toBe('')
})
