import { expect, it } from 'vitest'
import { brokenPromise } from './broken-promise.ts'
import type { HeldOutRow } from './held-out-row.ts'

/** Sessions of two requests; of so many the weak model gets both and loses. */
function rows(sessions: number, lost: number): HeldOutRow[] {
  return Array.from({ length: 2 * sessions }, (_, index) => {
    const session = Math.floor(index / 2)
    const isLost = session < lost
    return {
      id: `r${index}`,
      session: `s${session}`,
      candidate: 0.5,
      inServiceStrong: !isLost,
      strong: { quality: 1, usd: 1 },
      weak: { quality: isLost ? 0 : 1, usd: 0.1 },
      weakLoses: isLost,
    }
  })
}

it('is shown if the lower limit of the loss is above what is allowed, by sessions', () => {
  const options = { maxLoss: 0.05, errorRate: 0.05, seed: 1 }
  expect(brokenPromise(rows(400, 40), options)).toBe(
    'the router in service loses 40 of 400 sessions, more than the 5 % that are allowed',
  )
  // 25 of 400 are 6.3 %: at 95 % the loss may be 4.3 %.
  expect(brokenPromise(rows(400, 25), options)).toBeNull()
  expect(brokenPromise(rows(400, 0), options)).toBeNull()
  expect(brokenPromise([], options)).toBeNull()
})
