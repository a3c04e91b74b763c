import { expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { fitJoin, type JoinedPrompt } from './join.ts'

function prompts(slope: number, offset: number): JoinedPrompt[] {
  const random = createRandom(2)
  return Array.from({ length: 20_000 }, () => {
    const exam = -1.5 + 0.4 * random.nextGaussian()
    const need = 2 * random.nextGaussian()
    return { exam, need, isStrong: random.next() < sigmoid(exam + slope * need + offset) }
  })
}

it('finds the slope and the offset of the opinion beside the other features', () => {
  const { slope, offset } = fitJoin(prompts(1.3, 1.6))
  expect(slope).toBeCloseTo(1.3, 1)
  expect(offset).toBeCloseTo(1.6, 1)
})

it('refuses an opinion of the wrong sign', () => {
  expect(() => fitJoin(prompts(-1, 1))).toThrow(/slope of what is asked/)
})
