import { expect, it } from 'vitest'
import type { LockedRouter } from '../lock-file.ts'
import { atThreshold } from './at-threshold.ts'

const now = Date.parse('2026-11-28T00:00:00Z')
const keepsPromise = (made: number, threshold: number) => threshold <= made
const at = (threshold: number, validUntil: string, sha256 = 'a'): LockedRouter => ({
  ...{ router: 'learned', artifact: 'artifacts/learned', sha256, threshold },
  certificate: { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil },
  evidence: { against: 'mf', apgr: 0.7, lost: 20 },
})
const untilOf = (threshold: number, known: readonly LockedRouter[]) =>
  atThreshold(at(0.9, '2099-01-01'), threshold, known, { keepsPromise }, now).certificate?.validUntil

it('takes the certificate of the nearest threshold that holds and is valid', () => {
  const known = [at(0.8, '2099-01-08'), at(0.6, '2099-01-06'), at(0.4, '2099-01-04')]
  expect(untilOf(0.5, known)).toBe('2099-01-06')
  expect(untilOf(0.7, known)).toBe('2099-01-08')
  expect(untilOf(0.5, [...known, at(0.55, '2026-11-28'), at(0.5, '2099-01-05', 'b')])).toBe('2099-01-06')
})

it('promises nothing by a certificate from its last day on', () => {
  expect(untilOf(0.5, [at(0.5, '2026-11-28')])).toBeUndefined()
  expect(untilOf(0.5, [at(0.5, '2026-11-29')])).toBe('2026-11-29')
  expect(atThreshold(at(0.5, '2026-11-28'), 0.5, [at(0.5, '2026-11-28')], { keepsPromise }, now)).toEqual({
    ...{ router: 'learned', artifact: 'artifacts/learned', sha256: 'a', threshold: 0.5 },
  })
})
