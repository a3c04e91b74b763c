import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { selectRecipe } from './recipe-selection.ts'
import type { Recipe, VectorUnit } from './recipes.ts'

const random = createRandom(2)

/** Vectors of three independent features; the gain follows `truth`. */
function unit(family: string, truth: readonly number[]): VectorUnit {
  const vectors = Array.from({ length: 200 }, () =>
    Float32Array.from({ length: 3 }, () => random.nextGaussian()),
  )
  const gains = Float64Array.from(
    vectors,
    (vector) => 1 + truth.reduce((sum, slope, index) => sum + slope * vector[index]!, 0),
  )
  const none = { gain: new Float64Array(), covariance: new Float64Array() }
  return { family, vectors, gains, moments: none }
}

function along(name: string, weights: readonly number[], freedom = 0): Recipe {
  return { name, freedom, direction: () => Float64Array.from(weights) }
}

const length = along('length', [1, 0, 0])
const select = (recipes: readonly Recipe[], units: readonly VectorUnit[]) =>
  selectRecipe([length, ...recipes], length, units, createRandom(1))

describe('the choice of a recipe', () => {
  it('prefers a gain in every family to a larger one in few', () => {
    const units = [
      unit('a', [0.2, 0.3, 1]),
      unit('b', [0.2, 0.3, -0.2]),
      unit('c', [0.2, 0.3, -0.2]),
      unit('d', [0.2, 0.3, 0.8]),
    ]
    const steady = along('steady', [0.2, 0.3, 0])
    const erratic = along('erratic', [0.2, 0.3, 0.8])
    const { chosen, scores } = select([erratic, steady], units)
    expect(chosen.recipe.name).toBe('steady')
    const [none, high, sure] = scores
    expect(high!.meanAdvantage).toBeGreaterThan(sure!.meanAdvantage)
    expect(sure!.cautiousAdvantage).toBeGreaterThan(high!.cautiousAdvantage)
    expect([none!.meanAdvantage, none!.cautiousAdvantage]).toEqual([0, 0])
  })

  it('takes length itself where nothing is surely better', () => {
    const units = ['a', 'b', 'c'].map((family) => unit(family, [0.4, 0, 0]))
    expect(select([along('other', [0, 1, 0])], units).chosen.recipe.name).toBe('length')
  })

  it('takes the one that learns less of two that are equally good', () => {
    const units = ['a', 'b'].map((family) => unit(family, [0.2, 0.3, 0]))
    const recipes = [along('free', [0.2, 0.3, 0], 100), along('bound', [0.2, 0.3, 0], 10)]
    expect(select(recipes, units).chosen.recipe.name).toBe('bound')
    // Of equally free ones the better.
    const close = [along('worse', [0.2, 0.3, 0.01], 10), along('better', [0.2, 0.3, 0], 10)]
    const { chosen, scores } = select(close, units)
    expect(Math.abs(scores[1]!.cautiousAdvantage - scores[2]!.cautiousAdvantage)).toBeLessThan(0.002)
    expect(chosen.cautiousAdvantage).toBe(Math.max(...scores.map((one) => one.cautiousAdvantage)))
  })

  it('fits a recipe without the family that it is scored on, and counts families alike', () => {
    const asked: (readonly string[])[] = []
    const spy: Recipe = {
      name: 'spy',
      freedom: 1,
      direction: (units) => {
        asked.push(units.map(({ family }) => family))
        return Float64Array.of(0, 1, 0)
      },
    }
    const units = [unit('a', [0, 1, 0]), unit('a', [0, 1, 0]), unit('b', [1, 0, 0])]
    const { scores } = select([spy], units)
    expect(asked).toEqual([['b'], ['a', 'a']])
    const { advantageOfFamily, meanAdvantage } = scores[1]!
    expect(meanAdvantage).toBeCloseTo((advantageOfFamily.get('a')! + advantageOfFamily.get('b')!) / 2, 12)
  })
})
