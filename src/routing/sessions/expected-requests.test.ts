import { expect, it } from 'vitest'
import { createRequestCounts } from './expected-requests.ts'

it('begins at the prior and moves to the mean of what it sees, apart for agents', () => {
  const counts = createRequestCounts()
  expect([counts.expected(true), counts.expected(false)]).toEqual([20, 4])
  for (let conversation = 0; conversation < 20; conversation++) {
    counts.addConversation(true)
    for (let request = 0; request < 60; request++) counts.addRequest(true)
  }
  // (20 · 20 + 1,200) / (20 + 20)
  expect(counts.expected(true)).toBe(40)
  expect(counts.expected(false)).toBe(4)
  for (let conversation = 0; conversation < 1e5; conversation++) counts.addConversation(false)
  expect(counts.expected(false)).toBe(1)
})
