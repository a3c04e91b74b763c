import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizedText, textIdentity } from '../../base/text/text-identity.ts'
import { createPromptGroups } from '../rows/prompt-groups.ts'
import { createSplit, parseSplitParts } from './split.ts'

const placed = (value: unknown) => ({ line: 1, place: 'x line 1', value })

describe('normalizedText', () => {
  it.each([
    ['  What is\t2 + 2?\n', 'what is 2 + 2'],
    ['“Ｗhat”, is: 2 + 2 ?!', 'what is 2 + 2'],
    ['ﬁrst (second)', 'first second'],
    ['3-4', '3-4'],
    ['???', '???'],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(normalizedText(text)).toBe(expected)
  })

  it('stays as it is the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalizedText(normalizedText(text))).toBe(normalizedText(text))
      }),
      { seed: 1 },
    )
  })
})

it('textIdentity is the first 53 bits of the SHA-256', () => {
  // sha256('') = e3b0c44298fc1c14…
  expect(textIdentity('')).toBe(Number(0xe3b0c44298fc1c14n >> 11n))
})

describe('createPromptGroups', () => {
  it('puts a synthetic variation with its origin, and any other row with an origin by its prompt', () => {
    const { groupOf } = createPromptGroups()
    const origin = groupOf(placed({ prompt: 'How many eggs?' }))
    const variation = { prompt: 'What is the number of eggs?', origin: 'how many eggs' }
    expect(groupOf(placed({ ...variation, synthetic: true }))).toBe(origin)
    expect(groupOf(placed(variation))).not.toBe(origin)
  })

  it('puts near-identical prompts into one group', () => {
    const { groupOf } = createPromptGroups()
    expect(groupOf(placed({ prompt: 'Why?  Tell me.' }))).toBe(groupOf(placed({ prompt: 'why tell ME' })))
    expect(groupOf(placed({ prompt: 'why' }))).not.toBe(groupOf(placed({ prompt: 'who' })))
  })

  it('joins rows through a column, through prompts, and through chains of both, in any order', () => {
    const rows = [
      { prompt: 'a', group: 1 },
      { prompt: 'b', group: 1 },
      { prompt: 'B!', group: 'two' },
      { prompt: 'c', group: 'two' },
      { prompt: 'd', group: '' },
      { prompt: 'e' },
    ].map(placed)
    const groupsOf = (order: readonly (typeof rows)[number][]) => {
      const groups = createPromptGroups('group')
      for (const row of order) groups.add(row)
      return rows.map(groups.groupOf)
    }
    const [a, b, b2, c, d, e] = groupsOf(rows)
    expect(new Set([a, b, b2, c]).size).toBe(1)
    expect(new Set([a, d, e]).size).toBe(3)
    expect(groupsOf(rows.toReversed())).toEqual(groupsOf(rows))
  })

  it('refuses a row without a prompt, and a column that is no text or number', () => {
    expect(() => createPromptGroups().groupOf(placed({}))).toThrow(/x line 1 needs a string in "prompt"/)
    expect(() => createPromptGroups('g').add(placed({ prompt: 'p', g: [] }))).toThrow(
      /x line 1 needs a text or number in "g"/,
    )
  })
})

describe('createSplit', () => {
  const parts = parseSplitParts('train=0.7, test=0.2')

  it('gives parts their shares but for chance, the rest to none', () => {
    const partOf = createSplit(parts, 3)
    const counts = new Map<string | undefined, number>()
    for (let group = 0; group < 20_000; group++)
      counts.set(partOf(group), (counts.get(partOf(group)) ?? 0) + 1)
    // Four standard deviations of a binomial are at most 260.
    expect(Math.abs(counts.get('train')! - 14_000)).toBeLessThan(260)
    expect(Math.abs(counts.get('test')! - 4000)).toBeLessThan(230)
    expect(Math.abs(counts.get(undefined)! - 2000)).toBeLessThan(170)
  })

  it('puts a group into the same part for the same seed, and elsewhere for another', () => {
    const of = (seed: number) => Array.from({ length: 200 }, (_, group) => createSplit(parts, seed)(group))
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })

  it('leaves nothing out where decimals add up to 1', () => {
    const partOf = createSplit(parseSplitParts('a=0.1,b=0.2,c=0.7'), 0)
    for (let group = 0; group < 2000; group++) expect(partOf(group)).toBeDefined()
  })

  it.each(['', 'train', 'train=0', 'train=1.5', 'a=0.6,b=0.6', 'a=0.1,A=0.1', '../x=0.5', 'a=0.5;b=0.5'])(
    'refuses the parts %j',
    (text) => {
      expect(() => parseSplitParts(text)).toThrow(/cannot be read: .* train=0\.8,test=0\.2/)
    },
  )
})
