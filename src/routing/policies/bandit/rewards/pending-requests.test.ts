import { expect, it } from 'vitest'
import { createPendingRequests } from './pending-requests.ts'

const outcome = (id: string) => ({ id, model: 'm', task: null, usd: null, vector: () => null })

it('gives a request once, and forgets the oldest beyond its bound', () => {
  const pending = createPendingRequests(2)
  for (const id of ['a', 'b', 'b', 'c']) pending.add(outcome(id))
  expect(pending.take('a')).toBeUndefined()
  expect(pending.take('b')).toMatchObject({ id: 'b' })
  expect(pending.take('b')).toBeUndefined()
  pending.add(outcome('d'))
  expect(pending.take('c')).toMatchObject({ id: 'c' })
})
