import { describe, expect, it } from 'vitest'
import { coerceList, coerceNames, coerceObject } from './coerce.ts'
import { coerceCost, coerceNumber } from './coerce-number.ts'
import { coerceTime } from './coerce-time.ts'

describe('coerceTime', () => {
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
  ])('reads %s', (_, value) => expect(coerceTime(value)).toBe(time))

  it('reads a day, and nothing else', () => {
    expect(coerceTime('2026-10-01')).toBe(Date.UTC(2026, 9, 1))
    for (const value of ['yesterday', '', null, 3, '2026-13-45', {}])
      expect(coerceTime(value)).toBeUndefined()
  })
})

it('amounts are numbers of 0 or more, costs above 0', () => {
  expect([12, '12', ' 0.5 ', '$0.0031', '1e-5', 0, '0'].map(coerceNumber)).toEqual([
    12, 12, 0.5, 0.0031, 1e-5, 0, 0,
  ])
  for (const value of [-1, 'x', '', null, Number.NaN, Number.POSITIVE_INFINITY, [], true])
    expect(coerceNumber(value)).toBeUndefined()
  expect([0, '0', 0.1].map(coerceCost)).toEqual([undefined, undefined, 0.1])
})

it('objects and lists may be their JSON', () => {
  expect([
    coerceObject('{"a":1}'),
    coerceObject({ a: 1 }),
    coerceObject('{"a"'),
    coerceObject([]),
    coerceObject(null),
  ]).toEqual([{ a: 1 }, { a: 1 }, undefined, undefined, undefined])
  expect([coerceList('[1]'), coerceList([1]), coerceList('[1'), coerceList({})]).toEqual([
    [1],
    [1],
    undefined,
    undefined,
  ])
  expect([coerceNames('a, b'), coerceNames('["a",2]'), coerceNames(['a', '', null]), coerceNames(3)]).toEqual(
    [['a', 'b'], ['a', '2'], ['a'], []],
  )
})
