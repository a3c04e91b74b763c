import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { clopperPearsonUpper } from '../../base/math/statistics/proportion.ts'
import { type Guarantee, type GuaranteeLabel, guaranteedThreshold } from './guarantee.ts'

const promise = { maxLoss: 0.05, confidence: 0.95 }

/** Labels at 0, 1/n, 2/n, …, of which the given ones lose. */
const ladder = (n: number, losing: readonly number[]): GuaranteeLabel[] =>
  Array.from({ length: n }, (_, i) => ({ strongWinRate: i / n, weakLoses: losing.includes(i) }))

describe('guaranteedThreshold', () => {
  it('stops at the first loss too many', () => {
    // P(Binomial(100, .05) ≤ 1) = .037, ≤ 2 = .118: one loss passes, so the second one goes to the strong model.
    const guarantee = guaranteedThreshold(ladder(100, [10, 40, 60]), promise)
    expect(guarantee).toEqual({
      possible: true,
      threshold: 0.4,
      bound: clopperPearsonUpper(1, 100, 0.95),
      losses: 1,
      labels: 100,
      independentLabels: 100,
      strongCallFraction: 0.6,
    })
  })

  it('lets the weak model have everything where there are too few losses to matter', () => {
    expect(guaranteedThreshold(ladder(100, [30]), promise)).toMatchObject({
      threshold: 1,
      strongCallFraction: 0,
      losses: 1,
    })
  })

  it('sends tied win rates the same way: a tie with the loss too many is strong', () => {
    const tied = ladder(100, [10, 40]).map((label) => ({
      ...label,
      strongWinRate: Math.floor(label.strongWinRate * 4) / 4,
    }))
    // Below .25 one loss, below .5 two.
    expect(guaranteedThreshold(tied, promise)).toMatchObject({
      threshold: 0.25,
      losses: 1,
      strongCallFraction: 0.75,
    })
  })

  it('prints a threshold of few digits that decides as the exact one does', () => {
    const random = createRandom(3)
    for (let round = 0; round < 200; round++) {
      const labels = Array.from({ length: 80 }, () => ({
        strongWinRate: round % 2 === 0 ? random.next() : 0.5 + random.next() / 1e7,
        weakLoses: random.next() < 0.1,
      })).toSorted((one, other) => one.strongWinRate - other.strongWinRate)
      labels[0]!.weakLoses = false
      const guarantee = possible(guaranteedThreshold(labels, promise))
      const losing = labels.filter(({ weakLoses }) => weakLoses).map(({ strongWinRate }) => strongWinRate)
      // P(Binomial(80, .05) ≤ 0) = .0165, ≤ 1 = .086: none passes, so the first loss is the exact threshold.
      const exact = Math.min(1, ...losing)
      expect(guarantee.threshold).toBeLessThanOrEqual(exact)
      expect(weakCalls(labels, guarantee.threshold)).toBe(weakCalls(labels, exact))
      expect(String(guarantee.threshold).length).toBeLessThanOrEqual(round % 2 === 0 ? 8 : 15)
    }
  })

  it('says how many labels it takes where even no loss would not do', () => {
    // .95^58 = .0510, .95^59 = .0485
    expect(guaranteedThreshold(ladder(58, []), promise)).toEqual({
      possible: false,
      reason: 'too-few-labels',
      labels: 58,
      independentLabels: 58,
      labelsNeeded: 59,
    })
    expect(guaranteedThreshold([], promise)).toMatchObject({ labels: 0, labelsNeeded: 59 })
    expect(guaranteedThreshold(ladder(59, []), promise)).toMatchObject({ possible: true, threshold: 1 })
  })

  it('reckons with the losses among the lowest win rates', () => {
    // Ties of 50: 2 losses in 100 below the first threshold, where 1 would pass.
    const labels = ladder(100, [3, 20]).map((label) => ({
      ...label,
      strongWinRate: Math.floor(label.strongWinRate * 2) / 2,
    }))
    const guarantee = guaranteedThreshold(labels, promise)
    expect(guarantee).toMatchObject({ possible: false, reason: 'too-few-labels' })
    const { labelsNeeded } = guarantee as { labelsNeeded: number }
    // 2 % of so many pass, and of one fewer do not.
    expect(clopperPearsonUpper(Math.ceil(0.02 * labelsNeeded), labelsNeeded, 0.95)).toBeLessThanOrEqual(0.05)
    expect(clopperPearsonUpper(Math.ceil(0.02 * (labelsNeeded - 1)), labelsNeeded - 1, 0.95)).toBeGreaterThan(
      0.05,
    )
  })

  it('says so where no number of labels helps: the lowest win rates lose too often by themselves', () => {
    const constant = ladder(100, [1, 5, 9, 20, 30, 70]).map((label) => ({ ...label, strongWinRate: 0.5 }))
    expect(guaranteedThreshold(constant, promise)).toEqual({
      possible: false,
      reason: 'router',
      labels: 100,
      independentLabels: 100,
      labelsNeeded: null,
    })
  })

  it('never calls "no call of the weak model" a possibility', () => {
    const sureOfTheStrong = ladder(100, []).map((label) => ({ ...label, strongWinRate: 1 }))
    expect(guaranteedThreshold(sureOfTheStrong, promise)).toMatchObject({ possible: false })
  })

  it('counts no loss at a win rate of 1, which is strong at any threshold', () => {
    const labels = [...ladder(100, []), { strongWinRate: 1, weakLoses: true }]
    expect(guaranteedThreshold(labels, promise)).toMatchObject({ threshold: 1, losses: 0 })
  })

  it('counts repeated prompts both ways and keeps to the stricter', () => {
    const grouped = (n: number, losing: readonly number[]) =>
      ladder(n, losing).map((label, i) => ({ ...label, group: String(i) }))
    // Each of 50 prompts judged ten times: 500 rows without loss would pass, 50 prompts do not.
    const repeated = Array.from({ length: 10 }, () => grouped(50, [])).flat()
    expect(guaranteedThreshold(repeated, promise)).toMatchObject({
      possible: false,
      labels: 500,
      independentLabels: 50,
      labelsNeeded: 59,
    })
    // One prompt that is asked all the time and lost: one in 100 prompts, and 3 in 102 rows.
    const prompts = grouped(100, [10])
    const popular = [...prompts, prompts[10]!, prompts[10]!]
    expect(guaranteedThreshold(prompts, promise)).toMatchObject({ threshold: 1 })
    const guarantee = possible(guaranteedThreshold(popular, promise))
    expect(guarantee.threshold).toBeLessThanOrEqual(0.1)
  })

  it('for requests to come is stricter, the less the fewer they are not', () => {
    const labels = ladder(
      1000,
      [...Array(200).keys()].map((i) => 5 * i),
    )
    const inTheLongRun = possible(guaranteedThreshold(labels, promise))
    const shares = [100, 1000, 100_000].map((requests) => {
      const guarantee = possible(guaranteedThreshold(labels, { ...promise, requests }))
      expect(guarantee.bound).toBeLessThanOrEqual(0.05)
      return guarantee.strongCallFraction
    })
    expect(shares[0]).toBeGreaterThan(shares[1]!)
    expect(shares[1]).toBeGreaterThan(shares[2]!)
    expect(shares[2]).toBeCloseTo(inTheLongRun.strongCallFraction, 2)
  })

  it('refuses percentages with a hint, and what is no promise or win rate', () => {
    expect(() => guaranteedThreshold([], { maxLoss: 5, confidence: 0.95 })).toThrow('Did you mean 0.05?')
    expect(() => guaranteedThreshold([], { maxLoss: 0.05, confidence: 95 })).toThrow('Did you mean 0.95?')
    for (const [options, code] of [
      [{ maxLoss: 0 }, 'invalid-max-loss'],
      [{ maxLoss: Number.NaN }, 'invalid-max-loss'],
      [{ confidence: 1 }, 'invalid-confidence'],
      [{ requests: 0.5 }, 'invalid-requests'],
    ] as const)
      expect(() => guaranteedThreshold([], { ...promise, ...options })).toThrow(
        expect.objectContaining({ code }),
      )
    for (const strongWinRate of [-0.1, 1.1, Number.NaN])
      expect(() => guaranteedThreshold([{ strongWinRate, weakLoses: false }], promise)).toThrow(
        expect.objectContaining({ code: 'invalid-win-rate' }),
      )
  })
})

describe('whatever the labels', () => {
  const label = fc.record({
    strongWinRate: fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 5 }).map((i) => i / 5),
    ),
    weakLoses: fc.boolean().chain((b) => (b ? fc.boolean() : fc.constant(false))),
    group: fc.integer({ min: 0, max: 300 }).map(String),
  })
  const labels = fc.array(label, { minLength: 30, maxLength: 200 })
  const fraction = fc.double({ min: 0.01, max: 0.6, noNaN: true })
  /** All strong where nothing is possible. */
  const strongShare = (given: readonly GuaranteeLabel[], maxLoss: number, confidence: number) => {
    const guarantee = guaranteedThreshold(given, { maxLoss, confidence })
    return guarantee.possible ? guarantee.strongCallFraction : 1
  }

  it('raising the loss allowed never raises the share of strong calls', () => {
    fc.assert(
      fc.property(labels, fraction, fraction, (given, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(strongShare(given, high, 0.9)).toBeLessThanOrEqual(strongShare(given, low, 0.9))
      }),
      { seed: 1 },
    )
  })

  it('being more confident is never cheaper', () => {
    fc.assert(
      fc.property(labels, fraction, fraction, (given, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(strongShare(given, 0.2, high)).toBeGreaterThanOrEqual(strongShare(given, 0.2, low))
      }),
      { seed: 1 },
    )
  })

  it('more labels without loss never make the threshold stricter', () => {
    fc.assert(
      fc.property(labels, labels, (given, more) => {
        const before = guaranteedThreshold(given, { maxLoss: 0.15, confidence: 0.9 })
        fc.pre(before.possible)
        const harmless = more.map((each, i) => ({ ...each, weakLoses: false, group: `new ${i}` }))
        const after = possible(
          guaranteedThreshold([...given, ...harmless], { maxLoss: 0.15, confidence: 0.9 }),
        )
        expect(weakCalls(given, after.threshold)).toBeGreaterThanOrEqual(weakCalls(given, before.threshold))
      }),
      { seed: 1 },
    )
  })

  it('the bound is kept, and the order of the labels does not matter', () => {
    fc.assert(
      fc.property(labels, fraction, (given, maxLoss) => {
        const guarantee = guaranteedThreshold(given, { maxLoss, confidence: 0.9 })
        if (guarantee.possible) expect(guarantee.bound).toBeLessThanOrEqual(maxLoss + 1e-12)
        expect(guaranteedThreshold(given.toReversed(), { maxLoss, confidence: 0.9 })).toEqual(guarantee)
      }),
      { seed: 1 },
    )
  })
})

describe('where the truth is known, the loss exceeds what was allowed', () => {
  const replications = 2000
  const level = 0.05
  const noise = Math.sqrt((level * (1 - level)) / replications)

  // P(the weak one loses | win rate s) = s / 2, s uniform: the true loss at t is t² / 4.
  it.each([
    ['continuous win rates', (s: number) => s],
    ['tied win rates', (s: number) => Math.floor(s * 20) / 20],
  ])('in at most 5 %% of replications: %s', (_, scored) => {
    const random = createRandom(11)
    let violations = 0
    for (let replication = 0; replication < replications; replication++) {
      const labels = drawn(random, 300).map((each) => ({
        ...each,
        strongWinRate: scored(each.strongWinRate),
      }))
      const guarantee = guaranteedThreshold(labels, { maxLoss: 0.1, confidence: 1 - level })
      if (!guarantee.possible) continue
      // Requests at win rates scored below the threshold go to the weak model.
      const edge =
        scored(0.123) === 0.123 ? guarantee.threshold : Math.ceil(guarantee.threshold * 20 - 1e-9) / 20
      if (edge ** 2 / 4 > 0.1) violations++
    }
    expect(violations / replications).toBeLessThanOrEqual(level + 3 * noise)
    // And not for being useless: the exact level of 300 labels is .046.
    if (scored(0.123) === 0.123) expect(violations / replications).toBeGreaterThan(0.02)
  })

  it('among the next requests in at most 5 % of replications, where the long-run threshold breaks it more often', () => {
    const random = createRandom(12)
    const violations = { longRun: 0, nextRequests: 0 }
    for (let replication = 0; replication < replications; replication++) {
      const labels = drawn(random, 300)
      const requests = drawn(random, 200)
      for (const [kind, promised] of [
        ['longRun', {}],
        ['nextRequests', { requests: 200 }],
      ] as const) {
        const guarantee = guaranteedThreshold(labels, { maxLoss: 0.1, confidence: 1 - level, ...promised })
        if (!guarantee.possible) continue
        const lost = requests.filter(
          ({ strongWinRate, weakLoses }) => weakLoses && strongWinRate < guarantee.threshold,
        )
        if (lost.length / 200 > 0.1) violations[kind]++
      }
    }
    expect(violations.nextRequests / replications).toBeLessThanOrEqual(level + 3 * noise)
    expect(violations.longRun / replications).toBeGreaterThan(0.1)
  })
})

function drawn(random: ReturnType<typeof createRandom>, count: number): GuaranteeLabel[] {
  return Array.from({ length: count }, () => {
    const strongWinRate = random.next()
    return { strongWinRate, weakLoses: random.next() < strongWinRate / 2 }
  })
}

function possible(guarantee: Guarantee) {
  if (!guarantee.possible) throw new Error(JSON.stringify(guarantee))
  return guarantee
}

function weakCalls(labels: readonly GuaranteeLabel[], threshold: number): number {
  return labels.filter(({ strongWinRate }) => strongWinRate < threshold).length
}
