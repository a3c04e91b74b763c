import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exclusion } from '../../catalogue/exclusion.ts'
import type { Candidate } from '../choice.ts'
import { compareUsd, findCheapestGoodEnough, findFlip } from './choose.ts'

function toCandidates(usd: readonly (number | null)[], excluded: readonly (Exclusion | null)[] = []) {
  return usd.map(
    (each, index): Candidate => ({
      model: { name: `m${index}`, provider: 'p', upstream: `m${index}` },
      usd: each,
      excluded: excluded[index] ?? null,
    }),
  )
}

describe('the cheapest candidate that is good enough', () => {
  it.each([
    ['is the best at the tolerance 0', 0, 0],
    ['may lose exactly the tolerance, although 0.9 − 0.85 > 0.05 in floating point', 0.05, 1],
    ['costs less the higher the tolerance is', 0.3, 2],
  ])('%s', (_what, tolerance, expected) => {
    expect(findCheapestGoodEnough(toCandidates([10, 2, 1]), [0.9, 0.85, 0.6], tolerance)).toBe(expected)
  })

  it('counts a candidate without a price as the dearest', () => {
    expect(findCheapestGoodEnough(toCandidates([null, 5]), [0.9, 0.88], 0.05)).toBe(1)
    expect(findCheapestGoodEnough(toCandidates([5, null]), [0.88, 0.9], 0.05)).toBe(0)
    expect(findCheapestGoodEnough(toCandidates([null, null]), [0.88, 0.9], 0.05)).toBe(1)
  })

  it('is the better of equally cheap ones, and the first of equally good ones', () => {
    expect(findCheapestGoodEnough(toCandidates([1, 1, 1]), [0.8, 0.9, 0.9], 0.2)).toBe(1)
  })

  it('is compared with the best of those that are not excluded', () => {
    const candidates = toCandidates([10, 2, 1], ['context', null, null])
    expect(findCheapestGoodEnough(candidates, [0.9, 0.7, 0.68], 0.05)).toBe(2)
    expect(findCheapestGoodEnough(toCandidates([1], ['tools']), [1], 1)).toBe(-1)
  })
})

describe('the tolerance at which the choice flips', () => {
  it.each([
    ['a cheaper one’s loss, if the best was chosen', [10, 2, 1], [0.9, 0.8, 0.6], 0.05, 0.1],
    ['the chosen one’s loss, if that is nearer', [10, 2, 1], [0.9, 0.8, 0.6], 0.12, 0.1],
    ['a cheaper one’s loss, if that is nearer', [10, 2, 1], [0.9, 0.8, 0.6], 0.28, 0.3],
  ])('is %s', (_what, usd, scores, tolerance, flip) => {
    const candidates = toCandidates(usd)
    const chosen = findCheapestGoodEnough(candidates, scores, tolerance)
    expect(findFlip(candidates, scores, chosen, tolerance)).toBeCloseTo(flip, 12)
  })

  it('is null if the best costs least', () => {
    expect(findFlip(toCandidates([1, 2]), [0.9, 0.8], 0, 0.05)).toBeNull()
  })
})

const pool = fc
  .array(
    fc.record({
      usd: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
      score: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
      excluded: fc.constantFrom(null, null, null, 'tools' as const),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .filter((candidates) => candidates.some(({ excluded }) => excluded === null))
const tolerances = fc.integer({ min: 0, max: 12 }).map((tenths) => tenths / 10)

describe('properties', () => {
  const parts = (given: { usd: number | null; score: number; excluded: Exclusion | null }[]) => ({
    candidates: toCandidates(
      given.map(({ usd }) => usd),
      given.map(({ excluded }) => excluded),
    ),
    scores: given.map(({ score }) => score),
  })

  it('raising the tolerance never raises the dollars', () => {
    fc.assert(
      fc.property(pool, tolerances, tolerances, (given, one, other) => {
        const { candidates, scores } = parts(given)
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map(
          (tolerance) => candidates[findCheapestGoodEnough(candidates, scores, tolerance)]!,
        )
        expect(compareUsd(high!, low!)).toBeLessThanOrEqual(0)
      }),
      { seed: 1 },
    )
  })

  it('an excluded candidate is never chosen, and excluding another one than the chosen or the best changes nothing', () => {
    fc.assert(
      fc.property(pool, tolerances, fc.nat(11), (given, tolerance, which) => {
        const { candidates, scores } = parts(given)
        const chosen = findCheapestGoodEnough(candidates, scores, tolerance)
        expect(candidates[chosen]!.excluded).toBeNull()
        const best = findCheapestGoodEnough(candidates, scores, 0)
        const left = given.map((each, index) =>
          index === which ? { ...each, excluded: 'budget' as const } : each,
        )
        const isOneOfThem = which === chosen || scores[which] === scores[best]
        if (isOneOfThem || which >= given.length) return
        const again = parts(left)
        expect(findCheapestGoodEnough(again.candidates, scores, tolerance)).toBe(chosen)
      }),
      { seed: 2 },
    )
  })

  it('an unpriced candidate is chosen only if no priced one is within the tolerance', () => {
    fc.assert(
      fc.property(pool, tolerances, (given, tolerance) => {
        const { candidates, scores } = parts(given)
        const chosen = findCheapestGoodEnough(candidates, scores, tolerance)
        if (candidates[chosen]!.usd !== null) return
        const best = Math.max(...given.flatMap(({ excluded, score }) => (excluded === null ? score : [])))
        const priced = given.filter(
          ({ usd, excluded, score }) => usd !== null && excluded === null && best - score <= tolerance,
        )
        expect(priced).toEqual([])
      }),
      { seed: 3 },
    )
  })

  it('the choice is the same between the tolerance and its flip, and another one beyond it', () => {
    fc.assert(
      fc.property(pool, tolerances, (given, tolerance) => {
        const { candidates, scores } = parts(given)
        const chosen = findCheapestGoodEnough(candidates, scores, tolerance)
        const flip = findFlip(candidates, scores, chosen, tolerance)
        if (flip === null) {
          for (const other of [tolerance, 2]) // from here on, every loss is within the tolerance
            expect(findCheapestGoodEnough(candidates, scores, other)).toBe(chosen)
          return
        }
        const isBelow = flip <= tolerance + 1e-9
        const beyond = isBelow ? flip - 0.01 : flip
        const between = isBelow ? flip : (flip + tolerance) / 2
        if (beyond >= 0) expect(findCheapestGoodEnough(candidates, scores, beyond)).not.toBe(chosen)
        if (between < flip || isBelow)
          expect(findCheapestGoodEnough(candidates, scores, between)).toBe(chosen)
      }),
      { seed: 4 },
    )
  })
})
