import { createRequire } from 'node:module'
import { StoreError } from '../../errors.ts'

/** The part of libsql's synchronous interface that is used. */
export type SqliteDatabase = {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): void
}

type SqliteStatement = {
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>
}

type SqliteConstructor = new (path: string) => SqliteDatabase

/** @throws StoreError `store-unavailable` on a system that libsql has no binary for. */
export function loadSqlite(): SqliteConstructor {
  try {
    return createRequire(import.meta.url)('libsql') as SqliteConstructor
  } catch (cause) {
    throw new StoreError(
      'store-unavailable',
      `The store needs the package libsql, which cannot be loaded on ${process.platform} ${process.arch} (${String(cause)}). Install it, or set \`store: off\`.`,
      { cause },
    )
  }
}
