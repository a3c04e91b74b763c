import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import type { RequestEntry } from '../entries/entry.ts'
import { type RequestRow, requestColumns, type TextPlace, toRequestValues } from './request-row.ts'

const rowsOfStatement = 25
const statements = new WeakMap<Database, Map<number, string>>()

/** Inserts requests; one that is there already stays as it is. @returns how many are new. */
export async function insertRequests(
  db: Database,
  entries: readonly RequestEntry[],
  textOf: (entry: RequestEntry) => TextPlace | null,
): Promise<number> {
  let inserted = 0
  for (let at = 0; at < entries.length; at += rowsOfStatement) {
    const group = entries.slice(at, at + rowsOfStatement)
    const parameters = group.flatMap((entry) => toRequestValues(entry, textOf(entry)))
    const { numAffectedRows = 0n } = await db.executeQuery(
      CompiledQuery.raw(statementFor(db, group.length), parameters),
    )
    inserted += Number(numAffectedRows)
  }
  return inserted
}

/** Kysely writes the statement for so many rows once: writing it takes longer than running it. */
function statementFor(db: Database, rows: number): string {
  let ofDatabase = statements.get(db)
  if (ofDatabase === undefined) {
    ofDatabase = new Map()
    statements.set(db, ofDatabase)
  }
  let sql = ofDatabase.get(rows)
  if (sql === undefined) {
    const row = Object.fromEntries(requestColumns.map((column) => [column, 0])) as unknown as RequestRow
    sql = db
      .insertInto('requests')
      .columns(requestColumns)
      .values(Array.from({ length: rows }, () => row))
      .onConflict((conflict) => conflict.columns(['id', 'day']).doNothing())
      .compile().sql
    ofDatabase.set(rows, sql)
  }
  return sql
}
