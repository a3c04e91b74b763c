import { expect, it } from 'vitest'
import type { AuditReport } from '../audit-report.ts'
import type { ThresholdLine } from '../savings/threshold-lines.ts'
import { savingsChart } from './savings-chart.ts'

const line = (weakShare: number, mark: ThresholdLine['mark'] = null): ThresholdLine => ({
  threshold: weakShare / 2,
  mark,
  weakShare,
  weakRequests: 100 * weakShare,
  savedUsd: 10 * weakShare,
  savedUsdInterval: [8 * weakShare, 12 * weakShare],
  savedShare: weakShare / 2,
  savedShareInterval: [weakShare / 3, weakShare],
  savedUsdPerMonth: null,
  savedUsdPerMonthInterval: null,
  loss: null,
})

it.each([
  [0.62, 0.64],
  [0.2, 0.21],
  [0.99, 1],
  [0, 0.01],
  [0.5, 0.5],
])('writes the labels of marks at %f and %f above each other, within the drawing', (one, other) => {
  const thresholds = [line(one, 'simple'), line(other, 'guarantee')]
  const report = { curve: [line(0), line(1)], thresholds } as unknown as AuditReport
  const size = { width: 360, height: 270 }
  const baselines = [...savingsChart(report, size).matchAll(/class="mark" x="[\d.]+" y="([\d.-]+)"/g)].map(
    ([, y]) => Number(y),
  )
  expect(baselines).toHaveLength(2)
  expect(Math.abs(baselines[0]! - baselines[1]!)).toBeGreaterThanOrEqual(15)
  for (const baseline of baselines) {
    expect(baseline).toBeGreaterThan(8)
    expect(baseline).toBeLessThan(size.height)
  }
})
