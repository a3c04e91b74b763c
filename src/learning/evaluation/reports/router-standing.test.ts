import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { evaluate } from '../evaluate.ts'
import { reportText } from './report-table.ts'
import { standingNotes } from './router-standing.ts'

/** Routers whose win rates follow the gap between the models by `lead`, on prompts whose length does not. */
function evaluation(leads: readonly number[]) {
  const random = createRandom(8)
  const rows = Array.from({ length: 400 }, (_, index) => ({
    prompt: 'x'.repeat(1 + ((index * 7) % 40)) + index,
    strongScore: random.next() < 0.9 ? 100 : 0,
    weakScore: random.next() < 0.5 ? 100 : 0,
  }))
  return evaluate({
    benchmark: {
      name: 'rows',
      unit: 'percent',
      strongModel: 'big',
      weakModel: 'little',
      rows,
      contaminated: [],
    },
    routers: leads.map((lead, index) => ({
      name: `router-${index}`,
      winRates: rows.map(
        (row) => 0.5 + (lead * (row.strongScore - row.weakScore)) / 1000 + (random.next() - 0.5) / 2,
      ),
    })),
    samples: 200,
  })
}

describe('what an evaluation says of a router that is of no use', () => {
  it('is worse than chance if its interval is below 0.5, and it is not recommended', () => {
    const [note] = standingNotes(evaluation([-3]))
    expect(note).toMatch(/^Do not use router-0 for this pair: .* worse than chance/)
  })

  it('is not better than chance if its interval contains 0.5', () => {
    expect(standingNotes(evaluation([0]))).toEqual([
      expect.stringMatching(/^router-0 is not shown to be better than chance/),
    ])
  })

  it('is nothing of a router that beats chance and length', () => {
    expect(standingNotes(evaluation([3]))).toEqual([])
  })

  it('stands in the report', () => {
    expect(reportText(evaluation([3, -3]))).toContain('Do not use router-1')
  })

  it('says the same of a router whether length is named before it or after it', () => {
    const random = createRandom(3)
    const rows = Array.from({ length: 120 }, (_, index) => ({
      prompt: 'x'.repeat(1 + index),
      strongScore: 100,
      weakScore: random.next() < index / 120 ? 0 : 100,
    }))
    const benchmark = { name: 'rows', unit: 'percent', strongModel: 'big', weakModel: 'little' } as const
    const length = { name: 'length', winRates: rows.map((_, index) => index / 120) }
    const mine = { name: 'mine', winRates: rows.map((_, index) => (index + random.next() * 6) / 130) }
    const of = (...routers: (typeof mine)[]) =>
      standingNotes(evaluate({ benchmark: { ...benchmark, rows, contaminated: [] }, routers, samples: 200 }))
    expect(of(length, mine)).toEqual([
      'mine is not shown to be better than the length of the prompt on these rows.',
    ])
    expect(of(mine, length)).toEqual(of(length, mine))
  })
})
