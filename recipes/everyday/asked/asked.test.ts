import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import type { Example } from './examples.ts'
import { familiesOf, familyFolds } from './folds.ts'
import { fitLinear, type LabelledExample, logOdds } from './linear-fit.ts'
import { drawExams } from './rows.ts'

const example = (places: readonly number[], ...vector: readonly number[]): Example => ({
  places: Int32Array.from(places),
  vector: Float32Array.from(vector),
})

describe('fitLinear', () => {
  const random = createRandom(3)
  /** Place 1 says strong in nine of ten, the first number of the vector says weak; place 9 says nothing. */
  const rows = Array.from({ length: 400 }, (): LabelledExample => {
    const label = random.nextInt(2) as 0 | 1
    const place = random.next() < 0.9 ? label : 1 - label
    return { label, weight: 1, example: example([place, 9], random.nextGaussian() - label, 1) }
  })

  it('learns from grams and from the vector', () => {
    const model = fitLinear(rows, createRandom(1))
    expect(logOdds(model, example([1, 9], 0, 1))).toBeGreaterThan(logOdds(model, example([0, 9], 0, 1)) + 1)
    expect(logOdds(model, example([9], -2, 1))).toBeGreaterThan(logOdds(model, example([9], 2, 1)) + 1)
  })

  it('gives the same numbers for the same seed, and ignores rows of weight 0', () => {
    expect(fitLinear(rows, createRandom(1))).toEqual(fitLinear(rows, createRandom(1)))
    const opposite = rows.map(
      (row): LabelledExample => ({ ...row, label: row.label === 1 ? 0 : 1, weight: 0 }),
    )
    const model = fitLinear([...rows, ...opposite], createRandom(1))
    expect(logOdds(model, example([1, 9], 0, 1))).toBeGreaterThan(logOdds(model, example([0, 9], 0, 1)) + 1)
  })
})

describe('families', () => {
  const near = [example([], 1, 0), example([], 0.95, 0.31), example([], 0, 1), example([], 0.8, 0.6)]

  it('are chains of neighbours', () => {
    // 0 and 1 are near, 1 and 3 too, so 0 and 3 are of one family; 2 is alone.
    expect([...familiesOf(near)]).toEqual([0, 0, 2, 0])
  })

  it('stay in one fold', () => {
    const folds = familyFolds(near, 2, createRandom(4))
    expect(folds[0]).toBe(folds[1])
    expect(folds[0]).toBe(folds[3])
    expect(new Set(folds).size).toBe(2)
  })
})

describe('drawExams', () => {
  it('draws distinct prompts of known families', () => {
    const row = (prompt: string, dataset: string) => ({
      prompt,
      dataset,
      category: null,
      source: 's',
      scores: {},
    })
    const many = Array.from({ length: 900 }, (_, index) => row(`question ${index}`, 'svamp'))
    const drawn = drawExams(
      [...many, ...many, row('chat', 'arena_bench_v1'), row('?', 'unknown')],
      createRandom(1),
    )
    expect(drawn.filter(({ family }) => family === 'word problems')).toHaveLength(800)
    expect(new Set(drawn.map(({ prompt }) => prompt)).size).toBe(801)
    expect(drawn.map(({ family }) => family)).toContain('chat')
  })
})
