import QuickLRU from 'quick-lru'
import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { storePaths } from '../paths.ts'
import { type FactFile, type FactFiles, openFactFiles } from './fact-files.ts'
import { createFactWriter } from './fact-writer.ts'
import { type Facts, groupRows } from './facts.ts'
import { createKeptSums, type KeptSums } from './kept-sums.ts'
import { countBytes, type GroupSaving } from './sum-facts.ts'

export type FactGroup = {
  /** Its number: its first request has the `seq` of it times `groupRows`. */
  readonly group: number
  /** The first and the last time of its requests; null: others may still be added to it. */
  readonly times: Pick<FactFile, 'from' | 'to'> | null
  /** Of its requests that were changed after they were kept: the status by the place. */
  readonly statuses: ReadonlyMap<number, number>
  facts(): Promise<Facts>
}

/** The facts of requests, each taken from the database once. */
export type FactCache = {
  /** Those with all requests of a time, in the order in which they were kept. They may have others too. */
  groups(db: Database, from: number, to: number): AsyncGenerator<FactGroup>
  /**
   * Writes the files that are missing, the newest first.
   *
   * @param forMs begins no other group after so long.
   * @returns whether no file is missing any more.
   */
  prepare(db: Database, forMs: number): Promise<boolean>
  /** No request that is older is in the database: facts of such may still be in `groups`. */
  findOldest(db: Database): Promise<number | null>
  /** Savings of whole groups, of the database that was asked last. They are kept for longer than facts. */
  readonly savings: KeptSums<GroupSaving>
}

/** Some 70 MB: of a million requests. */
const mostInMemory = 64
/** The sums of a million requests take some 8 MB for each question. */
const mostSavingBytes = 1 << 25
/** After which the memory of facts is given back. */
const idleMs = 60_000

/** One of each store, for as long as the thread runs. */
const caches = new Map<string, FactCache>()

/** @param folder of the store. */
export function findFactCache(folder: string): FactCache {
  const found = caches.get(folder) ?? createFactCache(storePaths(folder).savings)
  caches.set(folder, found)
  return found
}

/** @param folder of the files. */
export function createFactCache(folder: string): FactCache {
  const memory = new QuickLRU<number, Facts>({ maxSize: mostInMemory })
  const savings = createKeptSums(mostSavingBytes, countBytes)
  let writer = createFactWriter()
  /** Of its own, because a writer remembers the group that is not full yet. */
  let preparing = createFactWriter()
  let of: string | null = null
  let timer: NodeJS.Timeout | undefined

  /** Forgets what it has of another database. */
  async function identify(db: Database): Promise<string> {
    const { rows } = await query<{ timestamp: string }>(
      db,
      `select timestamp from kysely_migration where name = '0001-first'`,
    )
    const database = String(Date.parse(rows[0]?.timestamp ?? ''))
    if (database !== of) {
      of = database
      memory.clear()
      savings.clear()
      writer = createFactWriter()
      preparing = createFactWriter()
    }
    return database
  }

  async function readFull(db: Database, files: FactFiles, file: FactFile): Promise<Facts> {
    const { group } = file
    let facts = memory.get(group) ?? files.read(file)
    if (facts === null) {
      files.remove(file)
      facts = await writer.read(db, group)
      if (facts.rows > 0) files.write(group, facts)
    }
    memory.set(group, facts)
    return facts
  }

  async function* groups(db: Database, from: number, to: number): AsyncGenerator<FactGroup> {
    clearTimeout(timer)
    const files = openFactFiles(folder, await identify(db))
    const [first, last] = await findAll(db)
    const known = listKnown(files, first)
    const amended = await readAmended(db)
    let bounds: readonly [number, number] | null = null
    for (let group = first; group <= last; group++) {
      const file = known.get(group)
      const statuses = amended.get(group) ?? new Map<number, number>()
      if (file !== undefined) {
        const facts = () => readFull(db, files, file)
        if (file.to >= from && file.from < to) yield { group, times: file, statuses, facts }
        continue
      }
      // What the last one has so far is remembered by the writer.
      if (group < last) {
        bounds ??= await findBounds(db, from, to)
        if (group < bounds[0] || group > bounds[1]) continue
      }
      const facts = await writer.read(db, group)
      if (facts.rows === 0) continue
      if (group < last) {
        memory.set(group, facts)
        files.write(group, facts)
      }
      yield { group, times: null, statuses, facts: () => Promise.resolve(facts) }
    }
    timer = setTimeout(() => memory.clear(), idleMs).unref()
  }

  async function prepare(db: Database, forMs: number): Promise<boolean> {
    const files = openFactFiles(folder, await identify(db))
    const [first, last] = await findAll(db)
    const known = listKnown(files, first)
    const until = performance.now() + forMs
    for (let group = last - 1; group >= first; group--) {
      if (known.has(group)) continue
      if (performance.now() > until) return false
      const facts = await preparing.read(db, group)
      if (facts.rows > 0) files.write(group, facts)
    }
    return true
  }

  return {
    groups,
    prepare,
    savings,
    async findOldest(db) {
      const { rows } = await query<{ time: number | null }>(db, 'select min(time) as time from requests')
      return rows[0]?.time ?? null
    },
  }
}

/** The files by their groups. Those of groups before the first one are removed. */
function listKnown(files: FactFiles, first: number): ReadonlyMap<number, FactFile> {
  const known = new Map<number, FactFile>()
  for (const file of files.list()) {
    if (file.group < first) files.remove(file)
    else known.set(file.group, file)
  }
  return known
}

/** The first and the last group; the last one is not full. */
async function findAll(db: Database): Promise<readonly [number, number]> {
  const { rows } = await query<{ low: number | null; high: number | null }>(
    db,
    // Each by itself, because SQLite goes through all rows for both at once.
    'select (select min(seq) from requests) as low, (select max(seq) from requests) as high',
  )
  return [toGroup(rows[0]?.low) ?? 1, toGroup(rows[0]?.high) ?? 0]
}

/** The first and the last group that has requests of a time. */
async function findBounds(db: Database, from: number, to: number): Promise<readonly [number, number]> {
  const { rows } = await query<{ low: number | null; high: number | null }>(
    db,
    'select min(seq) as low, max(seq) as high from requests where time >= ? and time < ?',
    [from, to],
  )
  return [toGroup(rows[0]?.low) ?? 1, toGroup(rows[0]?.high) ?? 0]
}

async function readAmended(db: Database): Promise<ReadonlyMap<number, Map<number, number>>> {
  const rows = await db.selectFrom('amended_requests').selectAll().execute()
  const groups = new Map<number, Map<number, number>>()
  for (const { seq, status } of rows) {
    const group = Math.floor(seq / groupRows)
    const statuses = groups.get(group) ?? new Map<number, number>()
    groups.set(group, statuses.set(seq - group * groupRows, status))
  }
  return groups
}

function toGroup(seq: number | null | undefined): number | null {
  return seq === null || seq === undefined ? null : Math.floor(seq / groupRows)
}

function query<Row>(db: Database, sql: string, parameters: readonly unknown[] = []) {
  return db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]))
}
