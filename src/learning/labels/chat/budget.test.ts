import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBudget, type Reservation } from './budget.ts'

describe('createBudget', () => {
  it('grants what fits and refuses what does not', async () => {
    const budget = createBudget(10)
    const first = await budget.reserve(6)
    first?.settle(5)
    expect(budget.spentUsd).toBe(5)
    expect(await budget.reserve(5)).toBeDefined()
    expect(await createBudget(10, 5).reserve(6)).toBeUndefined()
  })

  it('lets a call wait for what others give back, in order', async () => {
    const budget = createBudget(10)
    const held = await budget.reserve(8)
    const order: string[] = []
    const large = budget.reserve(5).then((reservation) => order.push(`large ${reservation !== undefined}`))
    const small = budget.reserve(1).then((reservation) => order.push(`small ${reservation !== undefined}`))
    held?.settle(3)
    await Promise.all([large, small])
    expect(order).toEqual(['large true', 'small true'])
  })

  it('refuses the one that waited in vain, and everything after it, be it ever so cheap', async () => {
    const budget = createBudget(10)
    const held = await budget.reserve(8)
    const large = budget.reserve(5)
    const small = budget.reserve(2)
    held?.settle(8)
    expect(await large).toBeUndefined()
    expect(await small).toBeUndefined()
  })

  it('counts a reservation once, however often it is settled', async () => {
    const budget = createBudget(10)
    const held = await budget.reserve(2)
    held?.settle(1)
    held?.settle(1)
    expect(budget.spentUsd).toBe(1)
  })

  it('counts what was paid before', async () => {
    const budget = createBudget(10, 9.5)
    expect(budget.spentUsd).toBe(9.5)
    expect(await budget.reserve(1)).toBeUndefined()
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a cap of %d', (cap) => {
    expect(() => createBudget(cap)).toThrow(expect.objectContaining({ code: 'bad-max-cost' }))
  })

  it('is never exceeded, whatever is reserved and in whatever order it is settled', async () => {
    const calls = fc.array(
      fc.record({
        bound: fc.integer({ min: 0, max: 9 }),
        paid: fc.double({ min: 0, max: 1, noNaN: true }),
        first: fc.boolean(),
      }),
    )
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 0, max: 30 }), async (some, cap) => {
        const budget = createBudget(cap)
        const open: { reservation: Reservation; usd: number }[] = []
        const settleOne = (first: boolean) => {
          const one = first ? open.shift() : open.pop()
          one?.reservation.settle(one.usd)
        }
        const answers = some.map(({ bound, paid }) =>
          budget.reserve(bound).then((reservation) => {
            if (reservation !== undefined) open.push({ reservation, usd: Math.floor(bound * paid) })
          }),
        )
        for (const { first } of some) {
          await Promise.resolve()
          settleOne(first)
          expect(budget.spentUsd).toBeLessThanOrEqual(cap)
        }
        for (let left = some.length; left > 0; left--) {
          await new Promise((resolve) => setImmediate(resolve))
          settleOne(true)
        }
        await Promise.all(answers)
        expect(budget.spentUsd).toBeLessThanOrEqual(cap)
      }),
      { numRuns: 40 },
    )
  })
})
