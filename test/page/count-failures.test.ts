import { expect, it } from 'vitest'
import { countFailures } from '../../web/views/overview/count-failures.ts'

const failed = (status: number, requests: number) => ({ kind: 'failed' as const, status, requests })

it('tells what failed from what was refused to clients and from clients that left, with all in the sum', () => {
  const failures = [
    failed(503, 13),
    failed(402, 1),
    failed(429, 5),
    failed(400, 2),
    failed(403, 1),
    failed(499, 4),
    { kind: 'rescued' as const, fallback: 'upstream-error', requests: 23 },
  ]
  expect(countFailures(failures)).toEqual({ failed: 14, refused: 8, left: 4 })
})
