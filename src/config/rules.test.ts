import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../errors.ts'
import { conditionKeys } from '../routing/routers/rules/conditions.ts'
import { createRulesRouter } from '../routing/routers/rules/router.ts'
import { parseConfig } from './parse-config.ts'
import { knownKeysAt } from './schema/json-schema.ts'

const file = (rules: string) => `version: 1
routers:
  mine:
    kind: rules
    rules:
      - { code: true, strongWinRate: 0.9 }
      - ${rules}
`

function messageOf(text: string): string {
  try {
    parseConfig(text, 'f.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no error'
}

describe('rules in routellm.yaml', () => {
  it('are read as they stand, and make a router', () => {
    const config = parseConfig(
      file(`{ name: hard, any: [{ maths: true }, { keywords: [prove] }], not: { languages: [de] }, strongWinRate: 0.8 }
    otherwise: 0.3`),
      'f.yaml',
    )
    expect(config.routers).toEqual([
      {
        name: 'mine',
        kind: 'rules',
        rules: [
          { code: true, strongWinRate: 0.9 },
          {
            name: 'hard',
            any: [{ maths: true }, { keywords: ['prove'] }],
            not: { languages: ['de'] },
            strongWinRate: 0.8,
          },
        ],
        otherwise: 0.3,
      },
    ])
    expect(config.auto).toEqual({ kind: 'router-default', router: 'mine' })
    const [spec] = config.routers
    if (spec?.kind !== 'rules') throw new Error('not a rules router')
    const router = createRulesRouter(spec)
    expect(router.strongWinRate({ text: 'Prove it.', system: '' })).toBeCloseTo(0.8, 3)
    expect(router.strongWinRate({ text: 'Hi', system: '' })).toBeCloseTo(0.3, 3)
  })

  it('say the kind by themselves', () => {
    const text = file('{ maths: true, strongWinRate: 1 }').replace('    kind: rules\n', '')
    expect(parseConfig(text, 'f.yaml').routers[0]?.kind).toBe('rules')
  })

  it.each<[what: string, rule: string, ...says: string[]]>([
    [
      'an unknown key',
      '{ keyword: [a], strongWinRate: 1 }',
      'f.yaml:7: routers.mine.rules[1].keyword: unknown key "keyword". Did you mean "keywords"?',
    ],
    [
      'an unknown key within any',
      '{ any: [{ code: true }, { math: true }], strongWinRate: 1 }',
      'routers.mine.rules[1].any[1].math: unknown key "math". Did you mean "maths"?',
    ],
    [
      'an unknown key within not',
      '{ not: { language: [de] }, strongWinRate: 1 }',
      'routers.mine.rules[1].not.language: unknown key "language". Did you mean "languages"?',
    ],
    [
      'no win rate',
      '{ code: true }',
      'f.yaml:7: routers.mine.rules[1].strongWinRate: missing; expected number',
    ],
    [
      'a percentage',
      '{ code: true, strongWinRate: 80 }',
      'rules[1].strongWinRate: 80 is too large: at most 1',
    ],
    ['a negative win rate', '{ code: true, strongWinRate: -1 }', 'rules[1].strongWinRate: -1 is too small'],
    ['no number', '{ code: true, strongWinRate: .nan }', 'rules[1].strongWinRate: null does not fit'],
    [
      'no condition',
      '{ name: x, strongWinRate: 1 }',
      'routers.mine.rules[1]: {"name":"x","strongWinRate":1} has no condition',
      'give one of minCharacters, maxCharacters, tags',
    ],
    ['an empty not', '{ not: {}, strongWinRate: 1 }', 'rules[1].not: {} is empty; give one of'],
    ['an empty any', '{ any: [], strongWinRate: 1 }', 'rules[1].any: [] is too small'],
    ['an empty list', '{ keywords: [], strongWinRate: 1 }', 'rules[1].keywords: [] is too small: at least 1'],
    [
      'a blank keyword',
      '{ keywords: [a, " "], strongWinRate: 1 }',
      'rules[1].keywords[1]: " " must be a word',
    ],
    ['a number as keyword', '{ keywords: [7], strongWinRate: 1 }', 'rules[1].keywords[0]: 7 does not fit'],
    [
      'no list',
      '{ tags: strong, strongWinRate: 1 }',
      'rules[1].tags: "strong" does not fit: expected a list',
    ],
    [
      'a tag in brackets',
      '{ tags: ["[a]"], strongWinRate: 1 }',
      'rules[1].tags[0]: "[a]" must be of letters, digits',
    ],
    [
      'half a character',
      '{ minCharacters: 1.5, strongWinRate: 1 }',
      'rules[1].minCharacters: 1.5 does not fit',
    ],
    [
      'a negative length',
      '{ maxCharacters: -1, strongWinRate: 1 }',
      'rules[1].maxCharacters: -1 is too small',
    ],
    ['a word for a switch', '{ code: maybe, strongWinRate: 1 }', 'rules[1].code: "maybe" does not fit'],
    [
      'an unknown language',
      '{ languages: [german], strongWinRate: 1 }',
      'rules[1].languages[0]: "german" does not fit: expected "ar" or',
    ],
    [
      'a broken pattern',
      '{ patterns: ["(a"], strongWinRate: 1 }',
      'f.yaml:7: routers.mine.rules[1].patterns[0]: "(a" is refused: not a regular expression',
    ],
    [
      'a pattern that looks around',
      '{ patterns: [ok, "a(?=b)"], strongWinRate: 1 }',
      'rules[1].patterns[1]: "a(?=b)" is refused: the pattern /a(?=b)/ looks around',
    ],
    ['unknown flags', '{ patterns: [/a/g], strongWinRate: 1 }', 'the flags "g" of /a/ are not of i, m and s'],
    ['a rule that is a word', 'strong', 'routers.mine.rules[1]: "strong" does not fit: expected a mapping'],
  ])('%s', (_what, rule, ...says) => {
    for (const part of says) expect(messageOf(file(rule))).toContain(part)
  })

  it('have every key in their page, and an example there that is read', () => {
    const page = readFileSync(new URL('../../docs/routers/rules.md', import.meta.url), 'utf8')
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''
    expect(parseConfig(example, 'f.yaml').routers[0]).toMatchObject({ rules: { length: 4 } })
    const keys = knownKeysAt(['routers', 'mine', 'rules', 0])
    expect(keys.toSorted()).toEqual([...conditionKeys, 'any', 'not', 'name', 'strongWinRate'].toSorted())
    for (const key of [...keys, 'otherwise']) expect(page).toContain(`| \`${key}\` |`)
  })
})
