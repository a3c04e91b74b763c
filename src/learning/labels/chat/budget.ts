import { InvalidRequestError } from '../../../errors.ts'

/**
 * A cap in dollars over calls whose cost is known only afterwards. The largest possible cost of a call is reserved
 * before it is sent and settled when it has returned, so calls in flight cannot exceed the cap together.
 */
export type Budget = {
  readonly maxUsd: number
  /** The settled amount. */
  readonly spentUsd: number
  /**
   * Waits while the amount could still fit if calls in flight settle for less than they reserved. Serves calls in
   * order.
   *
   * @returns undefined if the amount does not fit with nothing in flight. After that nothing more is granted, so the
   * calls within the budget are the first ones and not the cheap ones.
   */
  reserve(usd: number): Promise<Reservation | undefined>
}

/** Part of a budget that nothing else can use until it is settled. */
export type Reservation = {
  /** Ends the reservation. @param usd the actual cost of the call; 0 if nothing was paid. */
  settle(usd: number): void
}

/**
 * @param alreadySpentUsd what earlier runs of the same job paid.
 * @throws InvalidRequestError `bad-max-cost` for a cap that is not an amount of dollars.
 */
export function createBudget(maxUsd: number, alreadySpentUsd = 0): Budget {
  if (!(maxUsd >= 0 && Number.isFinite(maxUsd)))
    throw new InvalidRequestError(
      'bad-max-cost',
      `A cost cap of ${maxUsd} dollars makes no sense; give 0 or more.`,
    )
  const reserved = new Set<{ readonly usd: number }>()
  const waiting: { readonly usd: number; readonly answer: (reservation?: Reservation) => void }[] = []
  let spentUsd = alreadySpentUsd
  let isExhausted = false

  function serveWaiting(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      let heldUsd = 0
      for (const { usd } of reserved) heldUsd += usd
      if (isExhausted) next.answer()
      else if (spentUsd + heldUsd + next.usd <= maxUsd) next.answer(hold(next.usd))
      else if (reserved.size > 0) return
      else {
        isExhausted = true
        next.answer()
      }
      waiting.shift()
    }
  }

  function hold(usd: number): Reservation {
    const held = { usd }
    reserved.add(held)
    return {
      settle(paidUsd) {
        if (!reserved.delete(held)) return
        spentUsd += paidUsd
        serveWaiting()
      },
    }
  }

  return {
    maxUsd,
    get spentUsd() {
      return spentUsd
    },
    reserve: (usd) =>
      new Promise((answer) => {
        waiting.push({ usd, answer })
        serveWaiting()
      }),
  }
}
