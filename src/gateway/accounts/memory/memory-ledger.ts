import type { Account } from '../account.ts'
import type { Estimate, Ledger, Refusal, Reservation } from '../ledger.ts'
import { AccountState, type OpenAmounts } from './account-state.ts'

/**
 * A ledger in the memory of one process, which begins empty. It answers at once, in constant time, and keeps some 2 KB for
 * each account that was ever used.
 *
 * @param now milliseconds since 1970.
 */
export function createMemoryLedger(now: () => number): Ledger {
  const states = new Map<string, AccountState>()

  function stateOf({ id }: Account): AccountState {
    let state = states.get(id)
    if (state === undefined) {
      state = new AccountState(now())
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
    pace(accounts) {
      let pace = 1
      const time = now()
      for (const account of accounts) pace = Math.max(pace, stateOf(account).pace(account, time))
      return pace
    },
    reserve(accounts, estimate) {
      const refusal = findRefusal(accounts, estimate)
      if (refusal !== null) return refusal
      const time = now()
      const parts = accounts.map((account) => {
        const state = stateOf(account)
        return { state, amounts: state.reserve(account, estimate, time) }
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

type ReservedPart = { readonly state: AccountState; readonly amounts: OpenAmounts }

function createReservation(parts: readonly ReservedPart[], now: () => number): Reservation {
  let isOpen = true
  return {
    kind: 'reserved',
    settle(usage) {
      if (!isOpen) return
      isOpen = false
      const time = now()
      for (const { state, amounts } of parts) state.settle(amounts, usage, time)
    },
  }
}
