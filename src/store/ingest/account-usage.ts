import type { Database } from '../database/open-database.ts'
import { createRowWriter } from '../database/row-writer.ts'
import type { ParsedRequest } from '../entries/parse-entry.ts'
import { columnAt as at, type RequestValues } from '../entries/request-columns.ts'

type AccountUsage = { requests: number; tokens: number; nanoUsd: number }

const writeAccounts = createRowWriter({
  table: 'accounts',
  columns: ['account', 'day', 'requests', 'tokens', 'charged_nanousd'],
  key: ['account', 'day'],
  added: ['requests', 'tokens', 'charged_nanousd'],
})

/** Adds requests that are new to what their accounts have used on each day. */
export async function addAccountUsage(db: Database, requests: readonly ParsedRequest[]): Promise<void> {
  const days = new Map<number, Map<string, AccountUsage>>()
  for (const { values } of requests) {
    const day = values[at.day] as number
    let accounts = days.get(day)
    if (accounts === undefined) {
      accounts = new Map()
      days.set(day, accounts)
    }
    addTo(accounts, 'gateway', values)
    const key = values[at.key]
    if (key !== null) addTo(accounts, `key:${key}`, values)
  }
  const rows = [...days].flatMap(([day, accounts]) =>
    [...accounts].map(([account, { requests, tokens, nanoUsd }]) => [
      account,
      day,
      requests,
      tokens,
      nanoUsd,
    ]),
  )
  await writeAccounts(db, rows)
}

/** Adds to what an account has used on a day. */
export async function addAccountDay(
  db: Database,
  account: string,
  day: number,
  { requests, tokens, nanoUsd }: AccountUsage,
): Promise<void> {
  await writeAccounts(db, [[account, day, requests, tokens, nanoUsd]])
}

function addTo(accounts: Map<string, AccountUsage>, account: string, values: RequestValues): void {
  let usage = accounts.get(account)
  if (usage === undefined) {
    usage = { requests: 0, tokens: 0, nanoUsd: 0 }
    accounts.set(account, usage)
  }
  usage.requests++
  usage.tokens +=
    ((values[at.input_tokens] as number | null) ?? 0) + ((values[at.output_tokens] as number | null) ?? 0)
  usage.nanoUsd += (values[at.charged_nanousd] as number | null) ?? 0
}
