import type { Database } from '../database/open-database.ts'
import type { RequestEntry } from '../entries/entry.ts'
import { toDay, toNanoUsd } from './request-row.ts'

type AccountUsage = { requests: number; tokens: number; nanoUsd: number }

/** Adds requests that are new to what their accounts have used on each day. */
export async function addAccountUsage(db: Database, entries: readonly RequestEntry[]): Promise<void> {
  const days = new Map<number, Map<string, AccountUsage>>()
  for (const entry of entries) {
    const day = toDay(entry.time)
    let accounts = days.get(day)
    if (accounts === undefined) {
      accounts = new Map()
      days.set(day, accounts)
    }
    addTo(accounts, 'gateway', entry)
    if (entry.key !== null) addTo(accounts, `key:${entry.key}`, entry)
  }
  for (const [day, accounts] of days)
    for (const [account, usage] of accounts) await addAccountDay(db, account, day, usage)
}

/** Adds to what an account has used on a day. */
export async function addAccountDay(
  db: Database,
  account: string,
  day: number,
  { requests, tokens, nanoUsd }: AccountUsage,
): Promise<void> {
  await db
    .insertInto('accounts')
    .values({ account, day, requests, tokens, charged_nanousd: nanoUsd })
    .onConflict((conflict) =>
      conflict.columns(['account', 'day']).doUpdateSet((row) => ({
        requests: row('accounts.requests', '+', row.ref('excluded.requests')),
        tokens: row('accounts.tokens', '+', row.ref('excluded.tokens')),
        charged_nanousd: row('accounts.charged_nanousd', '+', row.ref('excluded.charged_nanousd')),
      })),
    )
    .execute()
}

function addTo(
  accounts: Map<string, AccountUsage>,
  account: string,
  { tokens, chargedUsd }: RequestEntry,
): void {
  let usage = accounts.get(account)
  if (usage === undefined) {
    usage = { requests: 0, tokens: 0, nanoUsd: 0 }
    accounts.set(account, usage)
  }
  usage.requests++
  usage.tokens += (tokens?.input ?? 0) + (tokens?.output ?? 0)
  usage.nanoUsd += toNanoUsd(chargedUsd ?? 0)
}
