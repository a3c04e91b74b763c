import { expect } from 'vitest'
import type { SoakReport } from './run-soak.ts'

/** Whatever the models did, this holds. */
export function expectSound(report: SoakReport, requests: number): void {
  const { verdicts } = report
  expect(report.problems).toEqual([])
  expect(report.records).toBe(requests)
  expect(report.inFlight).toBe(0)
  expect(report.openReservations).toBe(0)
  for (const { account, leftUsd, expectedUsd } of report.budgets)
    expect(leftUsd, account).toBeCloseTo(expectedUsd, 6)
  // All of it happened.
  expect(verdicts.whole).toBeGreaterThan(requests / 2)
  for (const [kind, count] of Object.entries(verdicts))
    if (kind !== 'dishonest') expect(count, kind).toBeGreaterThan(requests / 100)
  expect(report.fallbacks).toBeGreaterThan(requests / 100)
  // A short run may have no stream that is late, and no client that finds the queue full.
  const isShort = requests < 5000
  for (const [what, count] of Object.entries(report.happened))
    if (!isShort || (what !== 'hedge' && what !== 'overload')) expect(count, what).toBeGreaterThan(0)
}
