import type { RequestEntry } from '../../../src/store/entries/entry.ts'
import { openJournal } from '../../../src/store/journal/journal.ts'
import { openExistingStore } from '../../../src/store/open-existing.ts'
import { storePaths } from '../../../src/store/paths.ts'

/** Makes a store with these requests, as a server would: through the journal. */
export async function seedStore(folder: string, entries: readonly RequestEntry[]): Promise<void> {
  const journal = openJournal({
    folder: storePaths(folder).journal,
    maxBytes: 1 << 30,
    maxWaitingBytes: 1 << 26,
    retryAfterMs: 1000,
    now: Date.now,
    onAppended: () => {},
    warn: (_fields, message) => {
      throw new Error(message)
    },
  })
  for (const entry of entries) journal.append(JSON.stringify(entry))
  journal.close()
  const db = await openExistingStore(folder, true)
  await db.destroy()
}
