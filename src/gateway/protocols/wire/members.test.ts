import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { removeMember, renameMember } from './members.ts'

const removed = (text: string) => removeMember(Buffer.from(text), 'gone')?.toString() ?? null

describe('removeMember', () => {
  it.each([
    ['the first', '{"gone":{"a":[1,2]}, "kept": 1.0}', '{"kept": 1.0}'],
    ['one between others', '{"a":1,"gone":"x, }", "b":2}', '{"a":1,"b":2}'],
    ['the last', ' { "a":1 , "gone" : true }\n', ' { "a":1 }\n'],
    ['the only one', '{ "gone":null }', '{}'],
    ['one named twice', '{"gone":1,"a":"gone","gone":2}', '{"a":"gone"}'],
    ['an escaped name', '{"a":1,"g\\u006fne":2}', '{"a":1}'],
    ['none', '{"a":{"gone":1},"b":"\\"gone\\":1"}', null],
  ])('%s', (_which, text, expected) => {
    expect(removed(text)?.replaceAll(' }', '}') ?? null).toBe(expected?.replaceAll(' }', '}') ?? null)
  })

  it('property: every other member stays as it was', () => {
    const members = fc.dictionary(fc.constantFrom('a', 'gone', 'b', 'c"', 'd,'), fc.jsonValue())
    fc.assert(
      fc.property(members, fc.constantFrom(undefined, 1), (object, space) => {
        const text = JSON.stringify(object, null, space)
        const { gone, ...rest } = JSON.parse(text)
        const found = removed(text)
        if (gone === undefined) expect(found).toBeNull()
        else expect(JSON.parse(found!)).toEqual(rest)
      }),
      { seed: 14, numRuns: 300 },
    )
  })
})

describe('renameMember', () => {
  it.each([
    ['{"old": 1.0,"b":"old"}', '{"new": 1.0,"b":"old"}'],
    ['{"a":{"old":1},"o\\u006cd":"x"}', '{"a":{"old":1},"new":"x"}'],
    ['{"a":1}', '{"a":1}'],
  ])('%s', (text, expected) => {
    expect(renameMember(Buffer.from(text), 'old', 'new').toString()).toBe(expected)
  })
})
