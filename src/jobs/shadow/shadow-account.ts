import type { Account } from '../../gateway/accounts/account.ts'
import type { Estimate, Ledger } from '../../gateway/accounts/ledger.ts'
import { shadowAccount } from '../../gateway/shadow/shadow-pair.ts'

/** The dollars that shadow calls may cost a day. */
export type ShadowAccount = {
  /** Whether nothing is left of the day. */
  isSpent(): boolean
  /** @returns null if what is left of the day is less than the call is expected to cost. */
  reserve(estimate: Estimate): Promise<ReservedCall | null>
}

export type ReservedCall = {
  settle(usd: number): void
}

const least: Estimate = { tokens: 0, usd: 1e-9, leastUsd: 1e-9 }

/** @param of what the dollars are charged to. Default: shadow calls. */
export function createShadowAccount(
  ledger: Ledger,
  usdPerDay: number,
  of: Pick<Account, 'id' | 'label'> = { id: shadowAccount, label: 'shadow calls' },
): ShadowAccount {
  const account: Account = {
    ...of,
    requestsPerMinute: null,
    tokensPerMinute: null,
    usdPerDay,
    usdPerMonth: null,
    isPaced: false,
  }
  return {
    isSpent: () => ledger.findRefusal([account], least) !== null,
    async reserve(estimate) {
      // Not the least that it may cost: no client waits, so the cap comes first.
      const strict = { ...estimate, leastUsd: estimate.usd ?? 0 }
      const reserved = await ledger.reserve([account], strict)
      if (reserved.kind === 'refused') return null
      return {
        settle: (usd) => reserved.settle({ tokens: 0, usd }),
      }
    },
  }
}
