import { InvalidRequestError } from '../../../../errors.ts'

/**
 * A cap in dollars over calls whose cost is known only afterwards: the most that a call can cost is reserved before
 * it is sent and settled when it has come back, so that calls in flight cannot exceed the cap together.
 */
export type Budget = {
  readonly maxUsd: number
  /** What is settled. */
  readonly spentUsd: number
  /**
   * Waits while the amount would fit once calls in flight have been settled for less than they reserved; in the
   * order of the calls.
   *
   * @returns undefined where it does not fit with nothing in flight. From then on nothing more is granted: what is
   *   done within the budget is then what came first, and not what was cheap.
   */
  reserve(usd: number): Promise<Reservation | undefined>
}

/** Part of a budget that nothing else can use until it is settled. */
export type Reservation = {
  /** Ends the reservation. @param usd what the call did cost; 0 where nothing was paid. */
  settle(usd: number): void
}

/**
 * @param alreadySpentUsd what earlier runs of the same job paid.
 * @throws InvalidRequestError `bad-max-cost` for a cap that is no amount of dollars.
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
