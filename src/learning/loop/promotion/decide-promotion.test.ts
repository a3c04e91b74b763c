import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../base/math/random.ts'
import { brokenPromise } from '../cycle/held-out/broken-promise.ts'
import { decidePromotion, type HeldOutSession } from './decide-promotion.ts'

/** The candidate's answers are as good as the others but for this fraction, and cost this many dollars in place of 2. */
function drawSessions(count: number, lost: number, usd: number, seed = 1): HeldOutSession[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const scale = Math.exp(random.nextGaussian() / 2)
    return {
      inService: { quality: 1, usd: 2 * scale },
      candidate: { quality: random.next() < lost ? 0 : 1, usd: usd * scale },
    }
  })
}

/** As good as the router in service, and on average as dear. */
function drawEquallyDear(random: Random): HeldOutSession[] {
  return Array.from({ length: 400 }, () => ({
    inService: { quality: 1, usd: 2 },
    candidate: { quality: 1, usd: 2 + random.nextGaussian() },
  }))
}

const answer = { quality: 1, usd: 1 }
const heldOutRow = { id: 'r', candidate: 0, inServiceStrong: false, strong: answer, weak: answer }

describe('decidePromotion', () => {
  it('promotes what is cheaper and as good, and says by how much', () => {
    const promotion = decidePromotion(drawSessions(3000, 0, 1))
    expect(promotion).toMatchObject({ promoted: true, sessions: 3000, quality: { value: 0 } })
    expect(promotion.usd.interval[1]).toBeLessThan(0)
    expect(promotion.why).toMatch(/cheaper by 1\.1 USD a session \(−\$1\.\d+ to −\$1\.\d+\).*3000 held-out/)
  })

  it('does not take a sample without a loss for a proof', () => {
    const { promoted, why, quality } = decidePromotion(drawSessions(200, 0, 1))
    expect([promoted, quality.value]).toEqual([false, 0])
    expect(quality.interval[0]).toBeLessThan(-0.02)
    expect(why).toContain('a loss of more than 0.02 of quality is not ruled out')
    expect(decidePromotion(drawSessions(200, 0, 1), { qualityMargin: 0.1 }).promoted).toBe(true)
  })

  it('promotes what is dearer if the router in service breaks its promise, unless quality may be lost', () => {
    const decide = (lost: number) =>
      decidePromotion(drawSessions(3000, lost, 3), { promiseBroken: 'the router in service loses too much' })
    expect(decide(0)).toMatchObject({ promoted: true })
    expect(decide(0).why).toMatch(
      /^The candidate is promoted because the router in service loses too much\. Its dollars differ by \+\$1/,
    )
    expect(decide(0.1)).toMatchObject({ promoted: false })
  })

  it('tests dollars with what the test of the promise leaves of the error rate', () => {
    const sessions = drawSessions(3000, 0, 1)
    const decide = (errorRate: number, promiseErrorRate: number) =>
      decidePromotion(sessions, { errorRate, promiseErrorRate })
    const [whole, part] = [decide(0.05, 0), decide(0.05, 0.01)]
    expect(part.usd.interval).toEqual(decide(0.04, 0).usd.interval)
    expect(part.usd.interval[1]).toBeGreaterThan(whole.usd.interval[1])
    expect(part.quality).toEqual(whole.quality)
    expect(() => decide(0.05, 0.05)).toThrow('promiseErrorRate')
  })

  it('promotes wrongly at most as often as the error rate says, the promise being tested too', () => {
    // As dear as the router in service, which loses exactly what it may: either test may be wrong.
    const [errorRate, promiseErrorRate, maxLoss] = [0.1, 0.05, 0.05]
    const random = createRandom(7)
    let wrong = 0
    const months = 1000
    for (let month = 0; month < months; month++) {
      const rows = Array.from({ length: 400 }, (_, index) => ({
        ...heldOutRow,
        session: `s${index}`,
        weakLoses: random.next() < maxLoss,
      }))
      const promiseBroken = brokenPromise(rows, { maxLoss, errorRate: promiseErrorRate, seed: 0 })
      const { promoted } = decidePromotion(drawEquallyDear(random), {
        ...{ errorRate, promiseErrorRate, promiseBroken, qualityMargin: 0.2 },
      })
      if (promoted) wrong++
    }
    // Within three standard errors; with the whole rate for each test it is about .17.
    expect(wrong / months).toBeLessThan(errorRate + 3 * Math.sqrt((errorRate * (1 - errorRate)) / months))
    expect(wrong).toBeGreaterThan(0)
  })

  it('names every reason against', () => {
    const { promoted, why } = decidePromotion(drawSessions(3000, 0.1, 2), {
      guaranteeMissing: '59 labels are needed',
    })
    expect(promoted).toBe(false)
    expect(why).toMatch(
      /^The candidate is not promoted: it has no guarantee \(59 labels are needed\); it is not shown to be cheaper \(.*\); a loss of more than 0.02 of quality is not ruled out \(the quality differs by −0\.\d+, −0\.\d+ to −0\.\d+\), on 3000/,
    )
  })

  it('asks for a guarantee whatever the comparison says', () => {
    const sessions = drawSessions(3000, 0, 1)
    expect(decidePromotion(sessions, { guaranteeMissing: null }).promoted).toBe(true)
    expect(decidePromotion(sessions, { guaranteeMissing: 'too few labels' }).promoted).toBe(false)
  })

  it('does not promote a router in its own place', () => {
    const { promoted, usd } = decidePromotion(drawSessions(3000, 0, 2))
    expect([promoted, usd.interval]).toEqual([false, [0, 0]])
  })

  it('is stricter with more attempts', () => {
    const sessions = drawSessions(500, 0.01, 1.5)
    const [once, nightly] = [1, 30].map((attempts) => decidePromotion(sessions, { attempts }))
    expect(nightly!.quality.interval[0]).toBeLessThan(once!.quality.interval[0])
    expect(nightly!.usd.interval[1]).toBeGreaterThan(once!.usd.interval[1])
  })

  it('refuses too few sessions and options that are none', () => {
    const code = expect.objectContaining({ code: 'invalid-promotion' })
    expect(() => decidePromotion(drawSessions(49, 0, 1))).toThrow('got 49')
    const sessions = drawSessions(60, 0, 1)
    for (const wrong of [{ qualityMargin: 5 }, { errorRate: 0 }, { attempts: 0 }])
      expect(() => decidePromotion(sessions, wrong)).toThrow(code)
    const unpriced = { inService: { quality: 1, usd: 1 }, candidate: { quality: 1, usd: Number.NaN } }
    expect(() => decidePromotion([...sessions, unpriced])).toThrow('session 60 are NaN and 1')
  })
})
