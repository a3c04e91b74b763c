import type { Kysely } from 'kysely'

type TableOptions = {
  /** Names with types: `bigint`, `real` or `text`, with `?` for a column that may be null. */
  readonly columns: string
  /** Absent: a number in the order of insertion, `seq`, which is never used again. */
  readonly primaryKey?: readonly string[]
  readonly unique?: readonly string[]
  /** Columns with an index each. */
  readonly indexes?: readonly string[]
}

/** Creates a table with the types that SQLite and Postgres share. */
export async function createTable(db: Kysely<unknown>, name: string, options: TableOptions): Promise<void> {
  const { columns, primaryKey, unique, indexes = [] } = options
  let table = db.schema.createTable(name)
  if (primaryKey === undefined)
    table = table.addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
  for (const column of columns.trim().split(/\s*\n\s*|,\s*/)) {
    const [columnName = '', type = ''] = column.split(' ')
    const isOptional = type.endsWith('?')
    table = table.addColumn(columnName, toDataType(type.replace('?', '')), (definition) =>
      isOptional ? definition : definition.notNull(),
    )
  }
  let keyed = table as unknown as Keyed
  if (primaryKey !== undefined) keyed = keyed.addPrimaryKeyConstraint(`${name}_key`, primaryKey)
  if (unique !== undefined) keyed = keyed.addUniqueConstraint(`${name}_unique`, unique)
  await keyed.execute()
  for (const column of indexes)
    await db.schema.createIndex(`${name}_${column}`).on(name).column(column).execute()
}

/** Adds columns, which may be null. @param columns as of a table: `experiment text?, arm text?`. */
export async function addColumns(db: Kysely<unknown>, table: string, columns: string): Promise<void> {
  for (const column of columns.trim().split(/\s*\n\s*|,\s*/)) {
    const [name = '', type = ''] = column.split(' ')
    await db.schema
      .alterTable(table)
      .addColumn(name, toDataType(type.replace('?', '')))
      .execute()
  }
}

/** The part of kysely's builder that is used with names of columns that only exist at run time. */
type Keyed = {
  addPrimaryKeyConstraint(name: string, columns: readonly string[]): Keyed
  addUniqueConstraint(name: string, columns: readonly string[]): Keyed
  execute(): Promise<void>
}

function toDataType(type: string): 'bigint' | 'real' | 'text' {
  if (type === 'bigint' || type === 'real' || type === 'text') return type
  throw new Error(`a migration names the type "${type}"; it must be bigint, real or text`)
}
