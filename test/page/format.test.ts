import { expect, it } from 'vitest'
import {
  formatCount,
  formatMs,
  formatScore,
  formatShare,
  formatUsd,
  formatUsdInterval,
} from '../../web/ui/format.ts'

it('writes negative numbers with a minus, not a hyphen', () => {
  // With a word joiner, so that no line ends with the minus.
  expect(formatUsd(-3.2)).toBe('−\u2060$3.20')
  expect(formatUsdInterval(-3.2, [-4, 0.5])).toBe('−\u2060$3.20 (−4.00 to 0.50)')
  expect(formatCount(-1234)).toBe('−1,234')
  expect(formatShare(-0.42)).toBe('−42 %')
  expect(formatShare(-0.051)).toBe('−5.1 %')
  expect(formatMs(-1200)).toBe('−1.20 s')
  expect(formatScore(-0.25)).toBe('−0.250')
})

it('groups thousands as the platform does', () => {
  for (const count of [0, 999, 1000, 12_345, 999_999, 1_000_000, 9_999_999.4])
    expect(formatCount(count)).toBe(Math.round(count).toLocaleString('en'))
  expect([1234.5, 999_999.6, 1_234_567].map(formatUsd)).toEqual(['$1,235', '$1,000,000', '$1,234,567'])
})

it('has at most 59 seconds beside minutes', () => {
  expect(formatMs(59_900)).toBe('59.9 s')
  expect(formatMs(59_960)).toBe('1 min 0 s')
  expect(formatMs(719_700)).toBe('12 min 0 s')
})

it('writes no sign at what rounds to nothing', () => {
  expect(formatCount(-0.3)).toBe('0')
  expect(formatScore(-0.0001)).toBe('0.000')
  expect(formatShare(-0)).toBe('0 %')
  expect([0.0003, -0.0003].map(formatShare)).toEqual(['< 0.1 %', '> −0.1 %'])
})
