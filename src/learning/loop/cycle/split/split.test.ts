import { describe, expect, it } from 'vitest'
import type { LabelledRequest } from '../../labelled-request.ts'
import type { LeftOut } from '../cycle-result.ts'
import { decidingRows } from './deciding-rows.ts'
import { splitRows } from './split-rows.ts'

const pair = { strong: 'large', weak: 'small' }
const row = (index: number, over: Partial<LabelledRequest> = {}): LabelledRequest => ({
  id: `r${index}`,
  session: `s${Math.floor(index / 3)}`,
  time: index,
  prompt: 'x',
  vector: null,
  task: null,
  key: null,
  scores: { large: 1, small: 0 },
  usd: { large: 2, small: 1 },
  source: 'feedback',
  propensity: null,
  weight: 1,
  strongWinRate: null,
  ...over,
})
const rows = (count: number, over: (index: number) => Partial<LabelledRequest> = () => ({})) =>
  Array.from({ length: count }, (_, index) => row(index, over(index)))

function decide(
  given: readonly LabelledRequest[],
  trustedKeys: readonly string[] = [],
  trustsUnnamed = true,
) {
  const left: LeftOut[] = []
  const kept = decidingRows(
    given,
    { pair, trustedKeys, trustsUnnamed, seed: 0 },
    (_, why) => void left.push(why),
  )
  return { kept, left }
}

describe('rows that decide', () => {
  it.each([
    ['untrusted', { source: 'implicit' }],
    ['untrusted', { key: 'web' }],
    ['one-outcome', { scores: { small: 1 } }],
    ['unpriced', { usd: { small: 1 } }],
  ] as const)('are not those that are %s: %j', (why, over) => {
    expect(decide([row(0, over)])).toEqual({ kept: [], left: [why] })
    expect(decide([row(0)]).kept).toHaveLength(1)
  })

  it('are those of trusted keys, shadow calls and people', () => {
    const given = [
      row(0, { key: 'web' }),
      row(1, { key: 'web', source: 'shadow' }),
      row(2, { key: 'web', source: 'person' }),
    ]
    expect(decide(given, ['web']).kept).toEqual(given)
    expect(decide(given).kept).toEqual(given.slice(1))
  })

  it('are those without the name of a key only if these are trusted', () => {
    const given = [row(0), row(1, { key: 'web' }), row(2, { source: 'shadow' })]
    expect(decide(given, ['web'], true)).toEqual({ kept: given, left: [] })
    expect(decide(given, ['web'], false)).toEqual({ kept: given.slice(1), left: ['untrusted'] })
  })

  it('are thinned to a uniform sample, whatever the order', () => {
    const given = rows(4_000, (index) => ({ source: 'shadow', propensity: index % 2 === 0 ? 0.1 : 0.4 }))
    const { kept, left } = decide(given)
    const likely = kept.filter(({ propensity }) => propensity === 0.4).length
    expect(kept.length - likely).toBe(2_000)
    // A quarter of 2,000, within four standard errors.
    expect(Math.abs(likely - 500)).toBeLessThan(4 * Math.sqrt(2_000 * 0.25 * 0.75))
    expect(left).toHaveLength(2_000 - likely)
    expect(new Set(decide(given.toReversed()).kept)).toEqual(new Set(kept))
  })

  it('have no key with more than a third, from three keys on', () => {
    const keyed = (counts: Readonly<Record<string, number>>) =>
      Object.entries(counts).flatMap(([key, count]) =>
        rows(count, (index) => ({ key, id: `${key}-${index}` })),
      )
    const keys = ['a', 'b', 'c']
    const { kept, left } = decide(keyed({ a: 900, b: 100, c: 100 }), keys)
    expect(kept.filter(({ key }) => key === 'a')).toHaveLength(100)
    expect(left).toHaveLength(800)
    expect(decide(keyed({ a: 900, b: 100 }), keys).kept).toHaveLength(1_000)
  })
})

describe('the split', () => {
  const given = rows(3_000, (index) => (index % 3 === 2 ? { source: 'implicit' } : {}))
  const { kept } = decide(given)
  const split = splitRows(given, kept, 0)
  const sessions = (part: readonly LabelledRequest[]) => new Set(part.map(({ session }) => session))

  it('has no session in two parts', () => {
    const parts = [split.training, split.calibration, split.comparison].map(sessions)
    expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(1_000)
    expect(new Set(parts.flatMap((part) => [...part])).size).toBe(1_000)
  })

  it('compares on newer sessions only, and on labels that decide', () => {
    const deciding = new Set(kept)
    for (const part of [split.calibration, split.comparison])
      for (const each of part) {
        expect(each.time).toBeGreaterThanOrEqual(600)
        expect(deciding.has(each)).toBe(true)
      }
    expect(sessions(split.comparison).size).toBeGreaterThan(300)
    expect(sessions(split.calibration).size).toBeGreaterThan(150)
  })

  it('keeps a session in its part as others come', () => {
    const more = rows(3_300)
    const later = splitRows(more, more, 0)
    const before = sessions(split.comparison)
    for (const session of sessions(later.calibration)) expect(before.has(session)).toBe(false)
  })
})
