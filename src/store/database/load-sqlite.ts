import { StoreError } from '../../errors.ts'

/** The part of libsql's synchronous interface that is used. */
export type SqliteDatabase = {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): void
}

export type SqliteStatement = {
  /** Whether it returns rows. */
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>
}

export type OpenSqlite = (path: string) => SqliteDatabase

/**
 * SQLite: libsql, whose binaries are packages for most systems, or else that of Node 22.13 and later.
 *
 * @throws StoreError `store-unavailable` if there is neither.
 */
export async function loadSqlite(): Promise<OpenSqlite> {
  let problem: unknown
  try {
    const { default: Libsql } = await import('./libsql.ts')
    return (path) => replaceNuls(new Libsql(path) as unknown as SqliteDatabase)
  } catch (cause) {
    problem = cause
  }
  const openOwn = loadNodeSqlite()
  if (openOwn !== null) return openOwn
  throw new StoreError(
    'store-unavailable',
    `The store needs SQLite, and there is no binary of libsql for this system (${problem instanceof Error ? problem.message.split('\n')[0] : String(problem)}). Install the package @libsql/<system> that the message names, use Node 22.13 or later, or set \`store: off\`.`,
    { cause: problem },
  )
}

/**
 * The database with U+2400, the sign for NUL, in place of NUL in all texts that are written and asked for. libsql cuts a text off at a
 * NUL when it is read, so that an id that a client has sent would be another one.
 */
function replaceNuls(file: SqliteDatabase): SqliteDatabase {
  const replaceOne = (value: unknown) =>
    typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u2400') : value
  const replaceAll = (parameters: readonly unknown[]) =>
    parameters.some((value) => typeof value === 'string' && value.includes('\0'))
      ? parameters.map(replaceOne)
      : parameters
  return {
    exec: (sql) => file.exec(sql),
    close: () => file.close(),
    prepare(sql) {
      const statement = file.prepare(sql)
      return {
        get reader() {
          return statement.reader
        },
        all: (parameters) => statement.all(replaceAll(parameters)),
        run: (parameters) => statement.run(replaceAll(parameters)),
        iterate: (parameters) => statement.iterate(replaceAll(parameters)),
      }
    },
  }
}

/** Node's own SQLite; null if this Node has none. */
export function loadNodeSqlite(): OpenSqlite | null {
  const sqlite = findNodeSqlite()
  if (sqlite === null) return null
  return (path) => {
    const file = new sqlite.DatabaseSync(path)
    return replaceNuls({
      exec: (sql) => file.exec(sql),
      close: () => file.close(),
      prepare(sql) {
        const statement = file.prepare(sql)
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...parameters),
          run: (parameters) => statement.run(...parameters),
          iterate: (parameters) => statement.iterate(...parameters),
        }
      },
    })
  }
}

type NodeSqlite = {
  DatabaseSync: new (
    path: string,
  ) => {
    exec(sql: string): void
    close(): void
    prepare(sql: string): Omit<NodeStatement, 'reader'> & { columns(): unknown[] }
  }
}

type NodeStatement = {
  all(...parameters: readonly unknown[]): unknown[]
  run(...parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  iterate(...parameters: readonly unknown[]): IterableIterator<unknown>
}

function findNodeSqlite(): NodeSqlite | null {
  // Absent before Node 22.3, as is the module before 22.13; the types are those of Node 20.
  const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => unknown }
  const found = getBuiltinModule?.('node:sqlite')
  return found === undefined ? null : (found as NodeSqlite)
}
