import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { type OrderedLabel, separationOf, separationSentence } from './separation.ts'

const label = (strongWinRate: number, weakLoses: boolean, length = 5, requests?: number): OrderedLabel => ({
  prompt: 'x'.repeat(length),
  strongWinRate,
  weakLoses,
  ...(requests !== undefined && { requests }),
})

/** Lost labels have win rates higher by `lead` standard deviations, and prompts longer by `longer`. */
function drawn(count: number, lead: number, longer: number, seed: number): OrderedLabel[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const weakLoses = random.next() < 0.3
    const winRate = 1 / (1 + Math.exp(-(random.nextGaussian() + (weakLoses ? lead : 0))))
    return label(
      winRate,
      weakLoses,
      Math.round(100 + 20 * (random.nextGaussian() + (weakLoses ? longer : 0))),
    )
  })
}

describe('separationOf', () => {
  it('counts pairs, by hand: ties half, and repeated requests as often as they were drawn', () => {
    const labels = [
      ...Array.from({ length: 9 }, () => label(0.5, true)),
      label(0.9, true, 5, 11),
      ...Array.from({ length: 10 }, (_, row) => label(row < 5 ? 0.5 : 0.1, false)),
    ]
    // 9 of 20 lost requests beat 5 of 10 others and tie with 5; 11 of 20 beat all.
    expect(separationOf(labels)?.auc).toBeCloseTo((9 * 0.75 + 11) / 20, 12)
    expect(separationOf(labels)?.lengthAuc).toBeCloseTo(0.5, 12)
  })

  it('calls a router that gives every prompt the same win rate no better than chance, and not worse', () => {
    const constant = drawn(601, 0, 0, 3).map((each) => ({ ...each, strongWinRate: 0.3 }))
    expect(separationOf(constant)?.kind).toBe('chance')
  })

  it('has no answer for few labels of one side', () => {
    expect(separationOf(drawn(400, 1, 0, 1).filter(({ weakLoses }) => !weakLoses))).toBeUndefined()
    expect(separationOf([])).toBeUndefined()
  })

  it('finds with twenty labels that the order is the wrong way round, and says nothing else of so few', () => {
    const twenty = (lost: number, winRateOf: (row: number, weakLoses: boolean) => number) =>
      Array.from({ length: 20 }, (_, row) => label(winRateOf(row, row < lost), row < lost))
    for (const lost of [4, 7, 16]) {
      const reversed = separationOf(twenty(lost, (row, weakLoses) => (weakLoses ? 0.1 : 0.9) + row / 1000))
      expect(reversed).toMatchObject({ auc: 0, kind: 'worse-than-chance' })
      // Not a point: a random order of so few labels can be the reverse.
      expect(reversed!.interval[1]).toBeGreaterThan(0.1)
      expect(separationSentence(reversed, 'mf', 'small')).toContain(
        'the default orders your prompts the wrong way round',
      )
      expect(separationSentence(reversed, 'mine', 'small')).toContain(
        'it orders your prompts the wrong way round',
      )
      expect(
        separationOf(twenty(lost, (row, weakLoses) => (weakLoses ? 0.9 : 0.1) + row / 1000)),
      ).toBeUndefined()
      expect(separationOf(twenty(lost, (row) => (row * 7) % 20))).toBeUndefined()
    }
    expect(separationOf(twenty(3, (row) => row))).toBeUndefined()
  })

  it('covers the true area in about 95 of 100 samples', () => {
    // Φ(1 / √2): two normals, one standard deviation apart.
    const truth = 0.7602499
    let covered = 0
    for (let seed = 0; seed < 300; seed++) {
      const [low, high] = separationOf(drawn(200, 1, 0, seed))!.interval
      if (low <= truth && truth <= high) covered++
    }
    // Binomial(300, 0.95) is outside of 270 … 297 with a chance of about 0.3 %.
    expect(covered).toBeGreaterThanOrEqual(270)
    expect(covered).toBeLessThanOrEqual(298)
  })

  it.each([
    ['worse-than-chance', -0.7, 0, /^Do not use mf for this pair: .* worse than chance/],
    ['chance', 0, 0, /not better than chance/],
    ['not-above-length', 0.7, 0.8, /not shown to be better than the prompt's length/],
    ['separates', 1.2, 0, undefined],
  ] as const)('says %s', (kind, lead, longer, sentence) => {
    const separation = separationOf(drawn(600, lead, longer, 5))
    expect(separation?.kind).toBe(kind)
    const said = separationSentence(separation, 'mf', 'small')
    if (sentence === undefined) expect(said).toBeUndefined()
    else expect(said).toMatch(sentence)
  })

  it('does not blame the length for being itself', () => {
    const labels = drawn(600, 0, 1, 5).map((each) => ({ ...each, strongWinRate: each.prompt.length / 1000 }))
    expect(separationOf(labels)?.kind).toBe('separates')
  })
})
