import { expect, it } from 'vitest'
import { createRequestCounts } from './expected-requests.ts'

it('begins at the prior and moves to what it sees, apart for agents', () => {
  const counts = createRequestCounts()
  // 20 conversations end and 18 turns change in 400 requests.
  expect(counts.expected(true)).toEqual({ requests: 400 / 38, changeShare: 18 / 38 })
  expect(counts.expected(false)).toEqual({ requests: 80 / 38, changeShare: 18 / 38 })
  for (let conversation = 0; conversation < 20; conversation++) {
    for (let request = 0; request < 60; request++) {
      counts.add({ hasTools: true, isFirst: request === 0, isChange: request === 30 && conversation < 2 })
    }
  }
  // 400 + 1,200 requests, 20 + 20 conversations, 18 + 2 changes
  expect(counts.expected(true)).toEqual({ requests: 1600 / 60, changeShare: 20 / 60 })
  expect(counts.expected(false).requests).toBe(80 / 38)
  for (let each = 0; each < 1e5; each++) counts.add({ hasTools: false, isFirst: true, isChange: false })
  expect(counts.expected(false).requests).toBeCloseTo(1, 2)
})
