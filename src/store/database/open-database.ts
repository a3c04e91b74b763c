import type { Kysely as KyselyType, Migration } from 'kysely'
import { StoreError } from '../../errors.ts'
import { CompiledQuery, Kysely, Migrator, SqliteDialect } from './kysely.ts'
import { loadSqlite, type SqliteDatabase, type SqliteStatement } from './load-sqlite.ts'
import { migrations } from './migrations/migrations.ts'
import type { Tables } from './tables.ts'

export type Database = KyselyType<Tables>

export type DatabaseOptions = {
  /** How long a statement waits for another process. Default: 2 s. */
  readonly busyTimeoutMs?: number
  /** Default: those of this package. */
  readonly migrations?: Readonly<Record<string, Migration>>
}

/** A batch and the pages of the indexes that it changes: with SQLite's 2 MB they are written several times. */
const cacheKibibytes = 16 << 10
/** 16 MB, so that a page which is written again and again goes to the database once. */
const checkpointPages = 4096

/**
 * Opens the database, creates it if there is none, and brings its schema up to date.
 *
 * @throws StoreError `store-too-new` for the schema of a later version; `store-corrupt`; `store-unavailable` if it cannot
 *   be opened; `store-locked`.
 */
export async function openDatabase(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const { busyTimeoutMs = 2000, migrations: all = migrations } = options
  const openSqlite = await loadSqlite()
  let file: SqliteDatabase | null = null
  try {
    file = openSqlite(path)
    file.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    // Before the first table, so that retention can give space back.
    file.exec('PRAGMA auto_vacuum = INCREMENTAL')
    file.exec('PRAGMA journal_mode = WAL')
    file.exec('PRAGMA synchronous = NORMAL')
    file.exec(`PRAGMA cache_size = -${cacheKibibytes}`)
    file.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: keepStatements(file) }) })
    await migrate(db, all, path)
    return db
  } catch (error) {
    file?.close()
    throw toStoreError(error, path)
  }
}

async function migrate(db: Database, all: Readonly<Record<string, Migration>>, path: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...all }) } })
  const known = (await migrator.getMigrations()).map(({ name }) => name)
  const foreign = (await executedMigrations(db)).filter((name) => !known.includes(name))
  if (foreign.length > 0)
    throw new StoreError(
      'store-too-new',
      `The store ${path} was written by a later version of routellm: it has the schema "${foreign.at(-1)}". Use that version, or another folder.`,
    )
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function executedMigrations(db: Database): Promise<readonly string[]> {
  const tables = await db.executeQuery<{ name: string }>(
    CompiledQuery.raw(`select name from sqlite_master where name = 'kysely_migration'`),
  )
  if (tables.rows.length === 0) return []
  const rows = await db.executeQuery<{ name: string }>(
    CompiledQuery.raw('select name from kysely_migration order by name'),
  )
  return rows.rows.map(({ name }) => name)
}

const emptyStatement = { reader: false, all: () => [], iterate: () => [].values() }

function runAll(file: SqliteDatabase, sql: string) {
  file.exec(sql)
  return { changes: 0, lastInsertRowid: 0 }
}

const keptStatements = 64

/** Statements that read or write rows are prepared once. */
function keepStatements(file: SqliteDatabase): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    exec: (sql) => file.exec(sql),
    close() {
      kept.clear()
      file.close()
    },
    prepare(sql) {
      // A statement without rows is stepped once, which would free one page only.
      if (sql.startsWith('pragma incremental_vacuum'))
        return { ...emptyStatement, run: () => runAll(file, sql) }
      if (!/^\s*(?:insert|select|update|delete)/.test(sql)) return file.prepare(sql)
      let statement = kept.get(sql)
      if (statement === undefined) {
        statement = dropOnError(file.prepare(sql), () => kept.delete(sql))
        if (kept.size >= keptStatements) kept.delete(kept.keys().next().value!)
        kept.set(sql, statement)
      }
      return statement
    },
  }
}

/** One that has failed may still hold a lock until it is gone. */
function dropOnError(statement: SqliteStatement, drop: () => void): SqliteStatement {
  const guard =
    <Result>(work: (parameters: readonly unknown[]) => Result) =>
    (parameters: readonly unknown[]): Result => {
      try {
        return work(parameters)
      } catch (error) {
        drop()
        throw error
      }
    }
  return {
    reader: statement.reader,
    all: guard((parameters) => statement.all(parameters)),
    run: guard((parameters) => statement.run(parameters)),
    iterate: (parameters) => statement.iterate(parameters),
  }
}

const busyCodes = /SQLITE_BUSY|SQLITE_LOCKED|database is locked/
const corruptCodes = /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/

/** The error of the database as one of the store, whose code says what it is. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = `${code} ${message}`
  if (busyCodes.test(text))
    return new StoreError(
      'store-locked',
      `The store ${path} is locked by another process (${message}). It is tried again.`,
      { cause: error },
    )
  if (corruptCodes.test(text))
    return new StoreError('store-corrupt', `The store ${path} is corrupted (${message}).`, { cause: error })
  return new StoreError('store-unavailable', `The store ${path} cannot be used (${message}).`, {
    cause: error,
  })
}
