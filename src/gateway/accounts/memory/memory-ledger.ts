import type { Account } from '../account.ts'
import type { BudgetPace, DollarEstimate, Estimate, Ledger, Refusal, Reservation } from '../ledger.ts'
import { AccountState, type OpenAmounts, type RaisedDollars } from './account-state.ts'
import type { Period } from './periods.ts'

/** The dollars that an account has spent in a period of days, from before the ledger began. */
export type FindSpent = (account: string, period: Period) => number

export type MemoryLedger = Ledger & {
  /** Asks `findSpent` again when the account is next used: its budget is new, and was not counted before. */
  forget(account: string): void
}

/**
 * A ledger in the memory of one process. Minutes begin empty. It answers at once, in constant time, and keeps some 2 KB for
 * each account that was ever used.
 *
 * @param now milliseconds since 1970.
 * @param findSpent what days and months begin with. Default: nothing.
 */
export function createMemoryLedger(now: () => number, findSpent: FindSpent = () => 0): MemoryLedger {
  const states = new Map<string, AccountState>()

  function stateOf({ id }: Account): AccountState {
    let state = states.get(id)
    if (state === undefined) {
      state = new AccountState(now(), (period) => findSpent(id, period))
      states.set(id, state)
    }
    return state
  }

  function findRefusal(accounts: readonly Account[], estimate: Estimate): Refusal | null {
    const time = now()
    for (const account of accounts) {
      const refusal = stateOf(account).findRefusal(account, estimate, time)
      if (refusal !== null) return refusal
    }
    return null
  }

  return {
    findRefusal,
    forget: (account) => void states.delete(account),
    pace(accounts) {
      let highest: BudgetPace | null = null
      const time = now()
      for (const account of accounts) {
        const pace = stateOf(account).pace(account, time)
        if (pace !== null && (highest === null || pace.factor > highest.factor)) highest = pace
      }
      return highest
    },
    reserve(accounts, estimate) {
      const refusal = findRefusal(accounts, estimate)
      if (refusal !== null) return refusal
      const time = now()
      const parts = accounts.map((account) => {
        const state = stateOf(account)
        return { account, state, amounts: state.reserve(account, estimate, time) }
      })
      return createReservation(parts, now)
    },
    leftUsd(accounts) {
      let least: number | null = null
      const time = now()
      for (const account of accounts) {
        const left = stateOf(account).leftUsd(account, time)
        if (left !== null && (least === null || left < least)) least = left
      }
      return least
    },
  }
}

type ReservedPart = { readonly account: Account; readonly state: AccountState; readonly amounts: OpenAmounts }

function createReservation(parts: readonly ReservedPart[], now: () => number): Reservation {
  let isOpen = true

  /** For each part; null if one of them has too few dollars left. */
  function findRaises(estimate: DollarEstimate): readonly RaisedDollars[] | null {
    const time = now()
    const raises: RaisedDollars[] = []
    for (const { account, state, amounts } of parts) {
      const raised = state.findRaise(account, amounts, estimate, time)
      if (raised === null) return null
      raises.push(raised)
    }
    return raises
  }

  return {
    kind: 'reserved',
    canRaise: (estimate) => isOpen && findRaises(estimate) !== null,
    raise(estimate) {
      const raises = isOpen ? findRaises(estimate) : null
      if (raises === null) return false
      for (const [index, { state, amounts }] of parts.entries()) state.raise(amounts, raises[index]!)
      return true
    },
    settle(usage) {
      if (!isOpen) return
      isOpen = false
      const time = now()
      for (const { state, amounts } of parts) state.settle(amounts, usage, time)
    },
  }
}
