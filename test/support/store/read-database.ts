import { createRequire } from 'node:module'
import { join } from 'node:path'

type Libsql = new (
  path: string,
) => {
  prepare(sql: string): { all(...parameters: unknown[]): Record<string, unknown>[] }
  exec(sql: string): void
  close(): void
}

export const Libsql = createRequire(import.meta.url)('libsql') as Libsql

/** Rows of a store's database that no server uses. */
export function readRows(folder: string, sql: string): Record<string, unknown>[] {
  const db = new Libsql(join(folder, '.routellm', 'store.db'))
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}
