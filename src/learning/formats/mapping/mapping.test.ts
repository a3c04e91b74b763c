import { describe, expect, it } from 'vitest'
import { parseColumnPaths, rowsOfPaths, valueAt } from './column-paths.ts'
import { proposeColumns } from './propose-columns.ts'
import { toMessages } from './turns.ts'

describe('a path', () => {
  const value = { a: { 'b.c': 1, list: [{ d: 'x' }, { d: 'y' }], json: '{"e": {"f": 2}}' }, 'a.z': 3 }
  it.each([
    ['a.b.c', 1],
    ['a.list.0.d', 'x'],
    ['a.list.-1.d', 'y'],
    ['a.json.e.f', 2],
    ['a.z', 3],
    ['a.constructor', undefined],
    ['a.list.length', undefined],
    ['b', undefined],
  ])('%s', (path, expected) => expect(valueAt(value, path)).toBe(expected))
})

it('the items of a list are rows, and the fields around them apply to each', () => {
  const paths = parseColumnPaths(['prompt=turns[].q', 'user=account.id', 'model=model'])
  const value = { account: { id: 7 }, turns: [{ q: 'one' }, { q: 'two' }, {}] }
  expect(rowsOfPaths(value, paths, { model: 'gpt-4o' })).toEqual([
    { prompt: 'one', user: 7, model: 'gpt-4o' },
    { prompt: 'two', user: 7, model: 'gpt-4o' },
    { user: 7, model: 'gpt-4o' },
  ])
  expect(rowsOfPaths({ account: { id: 7 } }, paths)).toEqual([])
})

describe('turns', () => {
  const messages = [
    { role: 'user', content: 'Where is it?' },
    { role: 'assistant', content: 'In Bern.' },
  ]
  it.each([
    [
      [
        { sender: 'customer', body: 'Where is it?' },
        { sender: 'desk-bot', body: 'In Bern.' },
      ],
    ],
    [
      [
        { at: 'noon', who: 'Human', said: 'Where is it?' },
        { at: 'one', who: 'AI', said: 'In Bern.' },
      ],
    ],
    [
      [
        { author: { role: 'user' }, text: 'Where is it?' },
        { author: { role: 'assistant' }, text: 'In Bern.' },
      ],
    ],
    [messages],
  ])('%#', (turns) => expect(toMessages(turns)).toEqual(messages))

  it('are no turns if nobody asks, or a word is no role', () => {
    expect(toMessages([{ sender: 'bot', body: 'Hello' }])).toBeUndefined()
    expect(
      toMessages([
        { sender: 'user', body: 'Hello' },
        { sender: 'Ann', body: 'Hi' },
      ]),
    ).toBeUndefined()
    expect(toMessages([{ product: 'user', price: 3 }])).toBeUndefined()
    expect(toMessages(['user'])).toBeUndefined()
  })
})

it('proposes nothing for rows without texts of words', () => {
  expect(
    proposeColumns([
      { id: 1, code: 'a-b', at: '2026-10-01 10:00:00' },
      { id: 2, code: 'a-c' },
    ]),
  ).toBeUndefined()
  expect(proposeColumns([])).toBeUndefined()
})

it('names the other paths that may hold the prompt', () => {
  const rows = [1, 2, 3].map((at) => ({
    one: `Some words ${at}`,
    other: `More words ${at}`,
    antwort: `An answer ${at}`,
  }))
  expect(proposeColumns(rows)).toEqual({ columns: ['prompt=one', 'answer=antwort'], otherPrompts: ['other'] })
})

it('looks at a bounded part of a row that is very wide, deep or long', () => {
  let visited = 0
  const counted = (row: object) =>
    new Proxy(row, {
      get(target, key, receiver) {
        visited++
        return Reflect.get(target, key, receiver)
      },
    })
  let deep: object = { text: 'Some words here' }
  for (let level = 0; level < 10_000; level++) deep = counted({ level: deep })
  const items = Array.from({ length: 10_000 }, (_, at) => counted({ text: `Some words ${at}` }))
  const wide = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, at) => [`column ${at}`, `Some words ${at}`]),
  )
  expect(proposeColumns([{ deep, items }, wide])?.columns).toHaveLength(1)
  expect(visited).toBeLessThan(200)
})
