import { describe, expect, it } from 'vitest'
import { amountOf, costOf, listOf, namesOf, objectOf, timeOf } from './loose-fields.ts'

describe('timeOf', () => {
  const time = Date.UTC(2026, 9, 1, 8, 15, 30)
  it.each<[string, unknown]>([
    ['ISO 8601', '2026-10-01T08:15:30Z'],
    ['an offset', '2026-10-01T10:15:30+02:00'],
    ['a short offset', '2026-10-01 08:15:30+00'],
    ['no zone, which is UTC', '2026-10-01 08:15:30'],
    ['microseconds', '2026-10-01 08:15:30.000000 UTC'],
    ['seconds since 1970', time / 1000],
    ['milliseconds', time],
    ['microseconds since 1970', time * 1000],
    ['seconds as text', String(time / 1000)],
    ['a date object', new Date(time)],
  ])('reads %s', (_, value) => expect(timeOf(value)).toBe(time))

  it('reads a day, and nothing else', () => {
    expect(timeOf('2026-10-01')).toBe(Date.UTC(2026, 9, 1))
    for (const value of ['yesterday', '', null, 3, '2026-13-45', {}]) expect(timeOf(value)).toBeUndefined()
  })
})

it('amounts are numbers of 0 or more, costs above 0', () => {
  expect([12, '12', ' 0.5 ', '$0.0031', '1e-5', 0, '0'].map(amountOf)).toEqual([
    12, 12, 0.5, 0.0031, 1e-5, 0, 0,
  ])
  for (const value of [-1, 'x', '', null, Number.NaN, Number.POSITIVE_INFINITY, [], true])
    expect(amountOf(value)).toBeUndefined()
  expect([0, '0', 0.1].map(costOf)).toEqual([undefined, undefined, 0.1])
})

it('objects and lists may be their JSON', () => {
  expect([objectOf('{"a":1}'), objectOf({ a: 1 }), objectOf('{"a"'), objectOf([]), objectOf(null)]).toEqual([
    { a: 1 },
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ])
  expect([listOf('[1]'), listOf([1]), listOf('[1'), listOf({})]).toEqual([[1], [1], undefined, undefined])
  expect([namesOf('a, b'), namesOf('["a",2]'), namesOf(['a', '', null]), namesOf(3)]).toEqual([
    ['a', 'b'],
    ['a', '2'],
    ['a'],
    [],
  ])
})
