import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../errors.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { defaultRules } from './default-rules.ts'
import { createRulesRouter } from './router.ts'
import type { Condition, Rule } from './rule.ts'

const certain = (condition: Condition): Rule => ({ ...condition, strongWinRate: 1 })

/** Whether a text fulfils one condition. */
function fulfils(condition: Rule | Condition, text: string, system = ''): boolean {
  const router = createRulesRouter({ rules: [{ strongWinRate: 1, ...condition }], otherwise: 0 })
  return router.strongWinRate({ text, system }) === 1
}

describe('a rules router', () => {
  it('takes the first rule that matches; the order decides', () => {
    const long: Rule = { name: 'long', minCharacters: 10, strongWinRate: 0.8 }
    const french: Rule = { name: 'French', languages: ['fr'], strongWinRate: 0.3 }
    const prompt = promptFromText('Quelle est la capitale de la France ?')
    expect(createRulesRouter({ rules: [long, french] }).strongWinRate(prompt)).toBeCloseTo(0.8, 3)
    expect(createRulesRouter({ rules: [french, long] }).strongWinRate(prompt)).toBeCloseTo(0.3, 3)
    expect(
      createRulesRouter({ rules: [french, long], otherwise: 0.1 }).strongWinRate(promptFromText('Hi')),
    ).toBeCloseTo(0.1, 3)
  })

  it('is the first match of any list, for any prompt, and always a win rate', () => {
    const conditions = fc.constantFrom<Condition>(
      { minCharacters: 4 },
      { maxCharacters: 6 },
      { keywords: ['a'] },
      { patterns: ['^b|c$'] },
      { code: true },
      { maths: false },
      { languages: ['unknown', 'en'] },
      { tags: ['x'] },
    )
    const rules = fc.array(fc.tuple(conditions, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 6 })
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '1'), maxLength: 8 }),
    )
    fc.assert(
      fc.property(rules, texts, fc.constantFrom('', '[x]'), (list, text, system) => {
        const prompt = { text, system }
        const router = createRulesRouter({
          rules: list.map(([condition, strongWinRate]) => ({ ...condition, strongWinRate })),
          otherwise: 0.25,
        })
        const first = list.find(([condition]) => fulfils(condition, text, system))
        const winRate = router.strongWinRate(prompt)
        const ofRule = first?.[1] ?? 0.25
        // Length adds at most 0.0001.
        expect(winRate).toBeGreaterThanOrEqual(ofRule)
        expect(winRate).toBeLessThanOrEqual(Math.min(1, ofRule + 1e-4))
        expect(router.explain(prompt).strongWinRate).toBe(winRate)
        for (const { effect } of router.explain(prompt).contributions) expect(effect).toBeTypeOf('number')
      }),
      { numRuns: 300, seed: 11 },
    )
  })

  it('says which rule matched, by its name or in its conditions', () => {
    const router = createRulesRouter({
      rules: [
        { name: 'forced', tags: ['tier:strong'], strongWinRate: 1 },
        {
          minCharacters: 5,
          any: [{ code: true }, { keywords: ['SQL', 'join'], maths: false }],
          not: { languages: ['de', 'fr'] },
          strongWinRate: 0.75,
        },
      ],
      otherwise: 0.4,
    })
    expect(router.explain({ text: 'x', system: 'Be terse. [Tier:STRONG]' })).toEqual({
      strongWinRate: 1,
      contributions: [
        { feature: 'rule 1 (forced)', value: 1, effect: expect.closeTo(9.21, 2) },
        { feature: 'length (breaks ties)', value: 1, effect: 0 },
      ],
      reason: 'rule 1 (forced) is the first of 2 that matches',
    })
    const words =
      'rule 2 (at least 5 characters and (code or (one of the keywords SQL, join and no maths)) and not language de or fr)'
    const { contributions, reason } = router.explain(promptFromText('What is a left join for?'))
    expect(contributions[0]).toEqual({ feature: words, value: 2, effect: expect.closeTo(Math.log(3), 12) })
    expect(reason).toBe(`${words} is the first of 2 that matches`)
    expect(router.explain(promptFromText('Hi there'))).toMatchObject({
      strongWinRate: expect.closeTo(0.4, 3),
      reason: 'none of the 2 rules matches',
    })
  })

  it('needs no configuration', () => {
    const router = createRulesRouter()
    const winRate = (text: string, system = '') => router.strongWinRate({ text, system })
    const hard = winRate('Prove that there are infinitely many prime numbers.')
    const plain = winRate('Tell me something about the history of the city of Ghent in Flanders.')
    const greeting = winRate('Hello!')
    expect(hard).toBeGreaterThan(plain)
    expect(plain).toBeGreaterThan(greeting)
    expect(winRate('Hello!', 'You are kind. [tier:strong]')).toBe(1)
    expect(winRate('Prove it. [tier:weak]')).toBeCloseTo(hard, 3)
    expect(defaultRules.every(({ name }) => name !== undefined)).toBe(true)
  })

  it('comes to an end with any prompt: 8 MB, and texts made to be slow', () => {
    const router = createRulesRouter({
      rules: [
        certain({ patterns: ['(a+)+$', '(\\w+\\s?)+!$', '/(x|xx|xxx)*y/i'], languages: ['fr'] }),
        certain({ keywords: ['aab', 'a b'], maths: true, code: true, tags: ['x'] }),
      ],
      otherwise: 0.5,
    })
    const units = [
      'a',
      'x',
      'word ',
      '1 ',
      '$1',
      '`(',
      '<a ',
      ' ',
      'a = ',
      '\n',
      '[x',
      'é',
      '😀',
      '(',
      'a.',
      '1+1 ',
    ]
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(8e6 / unit.length))
      expect(router.strongWinRate({ text, system: text }), JSON.stringify(unit)).toBeCloseTo(0.5, 3)
    }
  })
})

describe('conditions', () => {
  it('length counts UTF-16 units, both ends included', () => {
    expect(fulfils({ minCharacters: 3, maxCharacters: 4 }, 'abc')).toBe(true)
    expect(fulfils({ minCharacters: 3, maxCharacters: 4 }, '😀😀')).toBe(true)
    expect(fulfils({ minCharacters: 3 }, 'ab')).toBe(false)
    expect(fulfils({ maxCharacters: 4 }, 'abcde')).toBe(false)
  })

  it.each([
    [['prove'], 'PROVE it', true],
    [['prove'], 'proven', false],
    [['prove'], 'im_prove', false],
    [['prove'], 'Can you “prove” it?', true],
    [['step by step'], 'Go step\n  by\tSTEP.', true],
    [['step by step'], 'step by steps', false],
    [['c++'], 'in C++, please', true],
    [['naïve'], 'a nai\u0308ve idea', true],
    [['证明'], '请证明这个定理', true],
    [['straße'], 'Die STRAẞE', true],
    [['a'], 'aaa ab ba', false],
    [['nothing', 'joy'], 'joy', true],
  ])('keywords %j in %j: %s', (keywords, text, holds) => {
    expect(fulfils({ keywords }, text)).toBe(holds)
  })

  it.each([
    ['/^\\s*(fix|debug)\\b/i', '  FIX this', true],
    ['^fix', 'FIX this', false],
    ['\\d{4}-\\d\\d', 'on 2024-05', true],
    ['a/b', 'the path a/b', true],
  ])('pattern %s on %j: %s', (pattern, text, holds) => {
    expect(fulfils({ patterns: [pattern] }, text)).toBe(holds)
  })

  it('read the beginning and the end of a long text', () => {
    const middle = 'x '.repeat(10_000)
    expect(fulfils({ keywords: ['needle'] }, `needle ${middle}`)).toBe(true)
    expect(fulfils({ patterns: ['needle$'] }, `${middle} needle`)).toBe(true)
    expect(fulfils({ patterns: ['^x'] }, `${middle}x`)).toBe(true)
    expect(fulfils({ keywords: ['needle'] }, `${middle} needle ${middle}`)).toBe(false)
  })

  it('tags are those of the system prompt, whole', () => {
    expect(fulfils({ tags: ['cheap'] }, 'Hi', 'Answer.\n[CHEAP]')).toBe(true)
    expect(fulfils({ tags: ['cheap'] }, 'Hi [cheap]', 'Answer.')).toBe(false)
    expect(fulfils({ tags: ['cheap'] }, 'Hi', '[cheaper] [not cheap]')).toBe(false)
  })

  it('all that is given must hold; any needs one; not turns around', () => {
    expect(fulfils({ minCharacters: 3, keywords: ['a'] }, 'a b c')).toBe(true)
    expect(fulfils({ minCharacters: 9, keywords: ['a'] }, 'a b c')).toBe(false)
    const rule = {
      any: [{ keywords: ['a'] }, { maxCharacters: 1 }],
      not: { keywords: ['b'] },
      strongWinRate: 1,
    }
    expect(fulfils(rule, 'a c')).toBe(true)
    expect(fulfils(rule, 'c')).toBe(true)
    expect(fulfils(rule, 'cd')).toBe(false)
    expect(fulfils(rule, 'a b')).toBe(false)
  })
})

describe('createRulesRouter refuses', () => {
  const broken = (rule: unknown) => () =>
    createRulesRouter({ rules: [certain({ code: true }), rule as Rule] })
  it.each<[string, unknown, RegExp]>([
    ['an unknown key', { keyword: ['a'], strongWinRate: 1 }, /^rules\[1\]\.keyword: unknown key.*"keywords"/],
    [
      'an unknown key of any',
      { any: [{ tag: ['a'] }], strongWinRate: 1 },
      /rules\[1\]\.any\[0\]\.tag.*"tags"/,
    ],
    ['a win rate of 2', { code: true, strongWinRate: 2 }, /rules\[1\]\.strongWinRate is 2: a win rate/],
    ['no win rate', { code: true }, /rules\[1\]\.strongWinRate is undefined/],
    ['NaN', { code: true, strongWinRate: Number.NaN }, /rules\[1\]\.strongWinRate is null/],
    ['no condition', { strongWinRate: 1 }, /rules\[1\] is .*no condition.*give one of minCharacters/],
    ['an empty not', { not: {}, strongWinRate: 1 }, /rules\[1\]\.not is \{\}: a condition belongs there/],
    ['an empty any', { any: [], strongWinRate: 1 }, /rules\[1\]\.any is \[\]/],
    ['an empty list', { tags: [], strongWinRate: 1 }, /rules\[1\]\.tags is \[\]: a list of at least one/],
    ['no list', { keywords: 'a', strongWinRate: 1 }, /rules\[1\]\.keywords is "a": a list/],
    [
      'a blank keyword',
      { keywords: ['a', ' '], strongWinRate: 1 },
      /rules\[1\]\.keywords\[1\] is " ": a word/,
    ],
    ['a tag in brackets', { tags: ['[a]'], strongWinRate: 1 }, /rules\[1\]\.tags\[0\] is "\[a\]": letters/],
    [
      'a language by name',
      { languages: ['german'], strongWinRate: 1 },
      /languages\[0\] is "german": there are ar/,
    ],
    ['half a character', { minCharacters: 0.5, strongWinRate: 1 }, /minCharacters is 0.5: a whole number/],
    ['a word for a switch', { maths: 'yes', strongWinRate: 1 }, /rules\[1\]\.maths is "yes": true or false/],
    ['a broken pattern', { patterns: ['('], strongWinRate: 1 }, /patterns\[0\]: not a regular expression/],
    ['no rule', 'strong', /rules\[1\] is "strong": a mapping with the keys/],
  ])('%s', (_what, rule, message) => {
    expect(broken(rule)).toThrow(ConfigError)
    expect(broken(rule)).toThrow(message)
  })

  it('a win rate of 1.5 where no rule matches', () => {
    expect(() => createRulesRouter({ otherwise: 1.5 })).toThrow(/otherwise is 1.5/)
  })
})
