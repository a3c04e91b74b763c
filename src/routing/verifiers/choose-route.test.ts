import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { sigmoid } from '../../base/math/sigmoid.ts'
import { type CascadeRoute, chooseRoute, expectEscalation } from './choose-route.ts'

const limits = { threshold: 0.4 }
/** The strong model's call costs 1. */
const outlook = (strongWinRate: number, ratio: number, separation = 1.2) => ({
  strongWinRate,
  separation,
  weakUsd: 1 / ratio,
  strongUsd: 1,
  weakSeconds: 4,
  strongSeconds: 1,
})

describe('chooseRoute', () => {
  it.each<[number, number, CascadeRoute]>([
    [0.01, 20, 'weak'],
    [0.3, 20, 'verified'],
    [0.97, 20, 'strong'],
    [0.3, 5, 'verified'],
    [0.3, 1.2, 'strong'],
    [0.05, 1.2, 'weak'],
  ])('a win rate of %d and prices of 1 : %d: %s', (winRate, ratio, route) =>
    expect(chooseRoute(outlook(winRate, ratio), limits).route).toBe(route),
  )

  it('does not take a cascade that loses in dollars: 1 : 1.2, whatever the prompt', () => {
    for (let percent = 0; percent <= 100; percent++)
      expect(chooseRoute(outlook(percent / 100, 1.2), limits).route, `${percent} %`).not.toBe('verified')
  })

  it('goes by the prompt alone if the verifier tells nothing', () => {
    for (let percent = 0; percent <= 100; percent++)
      expect(chooseRoute(outlook(percent / 100, 20, 0), limits).route).not.toBe('verified')
  })

  it('goes by the prompt alone if a price is not known', () => {
    const unpriced = { ...outlook(0.3, 20), strongUsd: null }
    expect(chooseRoute(unpriced, limits)).toMatchObject({
      route: 'weak',
      expected: { verified: { usd: null } },
    })
    expect(chooseRoute({ ...unpriced, strongWinRate: 0.4 }, limits).route).toBe('strong')
  })

  it('keeps the limit of seconds of an escalated answer', () => {
    expect(chooseRoute(outlook(0.3, 20), { ...limits, maxSeconds: 5 }).route).toBe('verified')
    expect(chooseRoute(outlook(0.3, 20), { ...limits, maxSeconds: 4.9 }).route).toBe('weak')
  })

  it('is by its own figures never dearer than the cheapest direct route', () => {
    const fraction = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(
        fraction,
        fraction,
        fc.double({ min: 1.01, max: 200, noNaN: true }),
        (winRate, threshold, ratio) => {
          const { route, expected } = chooseRoute(outlook(winRate, ratio), { threshold })
          const cost = (each: CascadeRoute) => expected[each].usd! + expected[each].loss / threshold
          expect(cost(route)).toBeLessThanOrEqual(Math.min(cost('weak'), cost('strong')) + 1e-9)
        },
      ),
      { seed: 13 },
    )
  })
})

describe('expectEscalation', () => {
  it('agrees with drawn answers', () => {
    const random = createRandom(1)
    const [winRate, separation, threshold] = [0.3, 1.2, 0.4]
    let escalated = 0
    let kept = 0
    const draws = 100_000
    for (let draw = 0; draw < draws; draw++) {
      const isWrong = random.next() < winRate
      const evidence = separation * (random.nextGaussian() + ((isWrong ? 1 : -1) * separation) / 2)
      const isEscalated = sigmoid(Math.log(winRate / (1 - winRate)) + evidence) >= threshold
      if (isEscalated) escalated++
      else if (isWrong) kept++
    }
    const { escalationRate, loss } = expectEscalation(winRate, separation, threshold)
    expect(escalationRate).toBeCloseTo(escalated / draws, 2)
    expect(loss).toBeCloseTo(kept / draws, 2)
  })

  it('is certain at the ends, and without separation', () => {
    expect(expectEscalation(0, 1, 0.4)).toEqual({ escalationRate: 0, loss: 0 })
    expect(expectEscalation(1, 1, 0.4)).toEqual({ escalationRate: 1, loss: 0 })
    expect(expectEscalation(0.3, 0, 0.4)).toEqual({ escalationRate: 0, loss: 0.3 })
  })
})
