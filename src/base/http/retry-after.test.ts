import { expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = () => Date.parse('2026-01-01T00:00:00Z')

it.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '2', 'retry-after-ms': '250' }, 250],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' }, 3000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-1x' }, undefined],
  [{}, undefined],
] as const)('%j: %s ms', (headers: Readonly<Record<string, string>>, expected) => {
  expect(retryAfterMs((name) => headers[name], now)).toBe(expected)
})
