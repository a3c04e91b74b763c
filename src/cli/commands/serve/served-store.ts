import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../../config/config.ts'
import { demoSource, isDemonstration } from '../../../config/demo.ts'
import type { Ledger } from '../../../gateway/accounts/ledger.ts'
import { createMemoryLedger } from '../../../gateway/accounts/memory/memory-ledger.ts'
import type { ServerLog } from '../../../server/inference/exchange-context.ts'
import type { StoreReader } from '../../../store/reader/store-reader.ts'
import type { Store } from '../../../store/store.ts'

/** The store of a server, and the ledger that begins with what it has. */
export type ServedStore = {
  readonly store: Store
  readonly reader: StoreReader
  readonly ledger: Ledger
  /** Lets the budgets of an account begin with what it has spent until now, as the store has it. */
  refreshSpending(account: string): Promise<void>
  /** Whether it is removed with the server. */
  readonly isTemporary: boolean
  close(): Promise<void>
}

/**
 * The store of the configuration; null if it keeps none. A demonstration that nobody has configured keeps its requests in a
 * temporary folder: whoever tries the program in some folder finds it unchanged.
 */
export async function openServedStore(config: Config, log: ServerLog): Promise<ServedStore | null> {
  const { store: settings } = config
  if (settings === null) return null
  const [{ openStore }, { createStoreReader }, { keepPrepared }, { createSpending }] = await Promise.all([
    import('../../../store/open-store.ts'),
    import('../../../store/reader/store-reader.ts'),
    import('../../../store/reader/keep-prepared.ts'),
    import('../../../store/spending.ts'),
  ])
  const isTemporary = config.source === demoSource && isDemonstration(config.providers)
  const folder = isTemporary ? await mkdtemp(join(tmpdir(), 'routellm-demo-')) : settings.folder
  const { text, days = null, bytes = null, journalBytes } = settings
  const store = openStore({ folder, text, days, bytes, journalBytes, log })
  const spent = hasDollarBudgets(config) ? await store.readSpending() : []
  if (spent === null)
    log.warn({ folder }, 'the store does not say what was spent before; budgets begin with nothing spent')
  let findSpent = createSpending(spent ?? [])
  const ledger = createMemoryLedger(Date.now, (account, period) => findSpent(account, period))
  const reader = createStoreReader({ folder })
  const stopPreparing = keepPrepared(reader)
  return {
    store,
    reader,
    ledger,
    async refreshSpending(account) {
      const now = await store.readSpending()
      if (now === null) return
      findSpent = createSpending(now)
      ledger.forget(account)
    },
    isTemporary,
    async close() {
      stopPreparing()
      await Promise.all([reader.close(), store.close()])
      if (isTemporary) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What the server says when it starts. */
export function formatStore(served: ServedStore | null): string {
  if (served === null) return 'Store: off; requests are not kept.'
  const { folder } = served.store
  return served.isTemporary
    ? `Store: a temporary folder, ${folder}, because nothing is configured; it is removed at the end.`
    : `Store: ${folder} (--no-store keeps nothing).`
}

function hasDollarBudgets({ server: { keys, limits }, shadow, labels }: Config): boolean {
  return (
    shadow !== null ||
    labels !== null ||
    limits.usdPerDay !== undefined ||
    keys.some(({ usdPerDay, usdPerMonth }) => usdPerDay !== undefined || usdPerMonth !== undefined)
  )
}
