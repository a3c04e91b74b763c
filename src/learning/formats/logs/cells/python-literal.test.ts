import { describe, expect, it } from 'vitest'
import { coerceList, coerceObject } from './coerce.ts'
import { parsePythonLiteral } from './python-literal.ts'

describe('parsePythonLiteral', () => {
  it.each<[string, unknown]>([
    [`[{'role': 'user', 'content': "What's that?"}]`, [{ role: 'user', content: "What's that?" }]],
    [
      `{'a': True, 'b': None, 'c': -1.5, 'd': nan, 'e': ('x', 2,)}`,
      { a: true, b: null, c: -1.5, d: null, e: ['x', 2] },
    ],
    [`array([{'message.role': 'user'}], dtype=object)`, [{ 'message.role': 'user' }]],
    [
      String.raw`['tab\there', 'caf\xe9', 'it\'s', '\U0001f600', '\d']`,
      ['tab\there', 'café', "it's", '😀', String.raw`\d`],
    ],
    [`[[{'a': []}], {}]`, [[{ a: [] }], {}]],
  ])('%s', (text, value) => expect(parsePythonLiteral(text)).toEqual(value))

  it.each(['[draft] {this', "{'a': datetime.datetime(2026, 1, 1)}", "['open", 'plain', "['a' 'b']", "{'a'}"])(
    'is none: %s',
    (text) => expect(parsePythonLiteral(text)).toBeUndefined(),
  )

  it('reads a megabyte', () => {
    expect(parsePythonLiteral(`['${"\\'".repeat(500_000)}']`)).toEqual(["'".repeat(500_000)])
    expect(parsePythonLiteral(`['${'a'.repeat(1_000_000)}`)).toBeUndefined()
  })
})

it('objects and lists of a log may be printed by Python', () => {
  expect(coerceList(`[{'role': 'user'}]`)).toEqual([{ role: 'user' }])
  expect(coerceObject(`{'role': 'user'}`)).toEqual({ role: 'user' })
  expect(coerceList(`{'role': 'user'}`)).toBeUndefined()
})
