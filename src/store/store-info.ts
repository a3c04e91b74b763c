import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database/open-database.ts'
import { listSegments } from './journal/segments.ts'
import { storePaths } from './paths.ts'

/** What a store has. */
export type StoreInfo = {
  readonly path: string
  readonly requests: number
  readonly feedback: number
  readonly sessions: number
  /** Dollars of all requests whose cost is known. */
  readonly usd: number
  /** Milliseconds since 1970; null without a request. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** Of the database, the journal and the texts together. */
  readonly bytes: number
  readonly journalBytes: number
  readonly textBytes: number
}

export async function readStoreInfo(db: Database, folder: string): Promise<StoreInfo> {
  const paths = storePaths(folder)
  const requests = await db
    .selectFrom('requests')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('cost_nanousd').as('cost'),
      fn.min<number | null>('time').as('first'),
      fn.max<number | null>('time').as('last'),
    ])
    .executeTakeFirstOrThrow()
  const count = async (table: 'feedback' | 'sessions') => {
    const row = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }
  const journalBytes = listSegments(paths.journal).reduce((sum, { bytes }) => sum + bytes, 0)
  const textBytes = folderBytes(paths.texts)
  const databaseBytes = ['', '-wal'].reduce((sum, suffix) => sum + fileBytes(paths.database + suffix), 0)
  return {
    path: folder,
    requests: Number(requests.count),
    feedback: await count('feedback'),
    sessions: await count('sessions'),
    usd: Number(requests.cost ?? 0) / 1e9,
    firstTime: requests.first,
    lastTime: requests.last,
    bytes: databaseBytes + journalBytes + textBytes,
    journalBytes,
    textBytes,
  }
}

function folderBytes(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + fileBytes(join(folder, name)), 0)
  } catch {
    return 0 // no texts are kept
  }
}

function fileBytes(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
