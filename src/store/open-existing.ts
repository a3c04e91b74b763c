import { existsSync, mkdirSync } from 'node:fs'
import { StoreError } from '../errors.ts'
import { type Database, openDatabase } from './database/open-database.ts'
import { ingestJournal } from './ingest/ingest.ts'
import { listSegments } from './journal/segments.ts'
import { storePaths } from './paths.ts'
import { openTextFiles } from './texts/text-files.ts'
import { rollUp } from './totals/roll-up.ts'

/**
 * The database of a folder with all that its journal holds, while a server may be using both.
 *
 * @param mayCreate whether one is made if there is none.
 * @throws StoreError `store-missing` if there is none; what `openDatabase` throws.
 */
export async function openExistingStore(folder: string, mayCreate = false): Promise<Database> {
  const paths = storePaths(folder)
  if (mayCreate) mkdirSync(folder, { recursive: true, mode: 0o700 })
  else if (!existsSync(paths.database) && listSegments(paths.journal).length === 0) throw missingStore(folder)
  const db = await openDatabase(paths.database, { busyTimeoutMs: 10_000 })
  try {
    await ingestJournal(db, {
      journalFolder: paths.journal,
      now: Date.now,
      texts: openTextFiles(paths.texts),
    })
    await rollUp(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function missingStore(folder: string): StoreError {
  return new StoreError(
    'store-missing',
    `There is no store in ${folder}. A server makes it with its first request; --config names the configuration whose store is meant.`,
    { param: '--config' },
  )
}
