import { expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import type { ArmSession } from '../../../store/records/experiment-sessions.ts'
import { readEvidence } from './read-evidence.ts'

const plan = {
  ...{ treatmentShare: 0.5, plannedSessions: 400, mostUsdPerSession: 1, errorRate: 0.05 },
  success: [{ outcome: 'usd', of: 'difference', is: 'below', limit: 0 }],
} as const

it('is what was known after each part of the sessions, ends with all of them, and narrows', async () => {
  const random = createRandom(3)
  const sessions = Array.from({ length: 401 }, (_, index): ArmSession => {
    const arm = random.next() < 0.5 ? 'control' : 'treatment'
    const usd = index === 7 ? null : (arm === 'control' ? 0.6 : 0.3) + 0.1 * random.next()
    return { session: `s${index}`, arm, began: index * 1000, requests: 1, failed: 0, usd }
  })
  const points = await readEvidence(sessions, plan, () => null, new AbortController().signal)
  expect(points.length).toBeLessThanOrEqual(60)
  const [first, last] = [points[0]!, points.at(-1)!]
  expect(last.sessions.control + last.sessions.treatment).toBe(400)
  expect(last.time).toBe(400_000)
  const width = ({ differences: { usd } }: typeof first) => usd.interval[1] - usd.interval[0]
  expect(width(last)).toBeLessThan(width(first))
  expect(last.differences.usd.value).toBeCloseTo(-0.3, 1)
  expect(last.differences.usd.interval[1]).toBeLessThan(0)
  expect(last.differences.quality).toMatchObject({ value: null })
  expect(await readEvidence([], plan, () => null, new AbortController().signal)).toEqual([])
})
