import { CompiledQuery } from './kysely.ts'
import type { Database } from './open-database.ts'
import type { Tables } from './tables.ts'

type RowWriterOptions = {
  readonly table: keyof Tables
  readonly columns: readonly string[]
  /** Of which no two rows have the same. */
  readonly key: readonly string[]
  /** What becomes of a row whose key is there: these columns are added to those of the row, and others stay. */
  readonly added?: readonly string[]
  /** These columns replace those of the row. */
  readonly replaced?: readonly string[]
}

/** Rows of one statement. */
const groupSizes = [64, 16, 4, 1]

/**
 * Writes many rows by few statements. Kysely writes each statement once: that takes longer than running it.
 *
 * @returns a function of a database and rows, each with the values of `columns`, that resolves to how many rows were
 *   inserted or changed.
 */
export function createRowWriter(
  options: RowWriterOptions,
): (db: Database, rows: readonly (readonly unknown[])[]) => Promise<number> {
  // By dialect; a transaction has the adapter of its database.
  const statements = new WeakMap<object, Map<number, string>>()

  function findStatement(db: Database, rows: number): string {
    const { adapter } = db.getExecutor()
    let ofDialect = statements.get(adapter)
    if (ofDialect === undefined) {
      ofDialect = new Map()
      statements.set(adapter, ofDialect)
    }
    let sql = ofDialect.get(rows)
    if (sql === undefined) {
      sql = compileInsert(db, options, rows)
      ofDialect.set(rows, sql)
    }
    return sql
  }

  return async (db, rows) => {
    let changed = 0
    let at = 0
    for (const size of groupSizes)
      for (; rows.length - at >= size; at += size) {
        const parameters: unknown[] = []
        for (let index = at; index < at + size; index++)
          for (const value of rows[index]!) parameters.push(value)
        const query = CompiledQuery.raw(findStatement(db, size), parameters)
        const { numAffectedRows = 0n } = await db.executeQuery(query)
        changed += Number(numAffectedRows)
      }
    return changed
  }
}

/** The parts of kysely's builders that are used with names of columns that only exist at run time. */
type Inserting = {
  columns(names: readonly string[]): Inserting
  values(rows: readonly object[]): Inserting
  onConflict(build: (conflict: Conflicting) => unknown): Inserting
  compile(): { readonly sql: string }
}
type Conflicting = {
  columns(names: readonly string[]): {
    doNothing(): unknown
    doUpdateSet(build: (row: Expressions) => object): unknown
  }
}
type Expressions = {
  (left: string, operator: '+', right: unknown): unknown
  ref(name: string): unknown
}

function compileInsert(db: Database, options: RowWriterOptions, rows: number): string {
  const { table, columns, key, added = [], replaced = [] } = options
  const row = Object.fromEntries(columns.map((column) => [column, 0]))
  const insert = db.insertInto(table) as unknown as Inserting
  return insert
    .columns(columns)
    .values(Array.from({ length: rows }, () => row))
    .onConflict((conflict) => {
      const found = conflict.columns(key)
      if (added.length + replaced.length === 0) return found.doNothing()
      return found.doUpdateSet((expressions) => ({
        ...Object.fromEntries(
          added.map((name) => [
            name,
            expressions(`${table}.${name}`, '+', expressions.ref(`excluded.${name}`)),
          ]),
        ),
        ...Object.fromEntries(replaced.map((name) => [name, expressions.ref(`excluded.${name}`)])),
      }))
    })
    .compile().sql
}
