import type { ClientKey, GatewayLimits } from '../../config/config.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import { type Account, gatewayAccountId, hasDollarBudget } from './account.ts'
import type { Ledger } from './ledger.ts'
import { type KeyTerms, RequestAccount } from './request-account.ts'

/** The keys of a gateway and its own limits, with what they have used. */
export type Accounts = {
  /**
   * @param key null for a request without a key, or with one that has no name.
   * @returns null if nothing limits the request.
   */
  open(key: ClientKey | null): RequestAccount | null
  /** What is left of the dollars of each key that has a budget, and of the gateway under the empty name. */
  leftUsd(): readonly (readonly [key: string, usd: number])[]
}

export type AccountParts = {
  readonly keys: readonly ClientKey[]
  readonly limits: GatewayLimits
  readonly ledger: Ledger
  /** Tells how long replies of a model are. */
  readonly observed: ObservedCalls
}

export function createAccounts({ keys, limits, ledger, observed }: AccountParts): Accounts {
  const gateway = findGatewayAccount(limits)
  const shared = isLimited(gateway) ? [gateway] : []
  const terms = new Map(keys.map((key) => [key.name, createTerms(key)]))
  const keyless: KeyTerms = { ...unrestricted, accounts: shared }

  function createTerms(key: ClientKey): KeyTerms {
    const account = toKeyAccount(key)
    return {
      name: key.name,
      models: key.models === undefined ? null : new Set(key.models),
      policies: key.policies === undefined ? null : new Set(key.policies),
      region: key.region ?? null,
      tags: key.tags ?? [],
      accounts: isLimited(account) ? [account, ...shared] : shared,
    }
  }

  const budgets = [
    ...keys.map((key) => [key.name, toKeyAccount(key)] as const),
    ['', gateway] as const,
  ].filter(([, account]) => hasDollarBudget(account))

  return {
    open(key) {
      const found = (key === null ? undefined : terms.get(key.name)) ?? keyless
      return isFree(found) ? null : new RequestAccount(found, ledger, observed)
    },
    leftUsd: () =>
      budgets.flatMap(([name, account]) => {
        const usd = ledger.leftUsd([account])
        return usd === null ? [] : [[name, usd] as const]
      }),
  }
}

const unrestricted = { name: null, models: null, policies: null, region: null, tags: [] } as const

/** The account of the gateway as a whole. */
export function findGatewayAccount(limits: GatewayLimits): Account {
  return {
    id: gatewayAccountId,
    label: 'this gateway',
    requestsPerMinute: null,
    tokensPerMinute: null,
    usdPerDay: limits.usdPerDay ?? null,
    usdPerMonth: null,
    isPaced: limits.pacing,
  }
}

export function toKeyAccount(key: ClientKey): Account {
  return {
    id: `key:${key.name}`,
    label: `the key "${key.name}"`,
    requestsPerMinute: key.requestsPerMinute ?? null,
    tokensPerMinute: key.tokensPerMinute ?? null,
    usdPerDay: key.usdPerDay ?? null,
    usdPerMonth: key.usdPerMonth ?? null,
    isPaced: key.pacing,
  }
}

function isLimited(account: Account): boolean {
  return account.requestsPerMinute !== null || account.tokensPerMinute !== null || hasDollarBudget(account)
}

function isFree({ models, policies, region, tags, accounts }: KeyTerms): boolean {
  return models === null && policies === null && region === null && tags.length === 0 && accounts.length === 0
}
