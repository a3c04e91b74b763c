import { CompiledQuery, Kysely, SqliteDialect } from './kysely.ts'
import { loadSqlite } from './load-sqlite.ts'
import { migrations } from './migrations/migrations.ts'
import type { Database } from './open-database.ts'
import type { Tables } from './tables.ts'

/**
 * The database for queries only, which write nothing; null while its schema is not made yet.
 *
 * @param beforeStatement is called before each; what it throws is what the query throws.
 */
export async function openForReading(
  path: string,
  beforeStatement: () => void = () => {},
): Promise<Database | null> {
  const openSqlite = await loadSqlite()
  const file = openSqlite(path)
  file.exec('PRAGMA busy_timeout = 2000')
  file.exec('PRAGMA query_only = 1')
  const database: typeof file = {
    exec: (sql) => file.exec(sql),
    close: () => file.close(),
    prepare(sql) {
      beforeStatement()
      return file.prepare(sql)
    },
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  const made = await executedMigrations(db)
  if (Object.keys(migrations).every((name) => made.includes(name))) return db
  await db.destroy()
  return null
}

async function executedMigrations(db: Database): Promise<readonly string[]> {
  try {
    const { rows } = await db.executeQuery<{ name: string }>(
      CompiledQuery.raw('select name from kysely_migration'),
    )
    return rows.map(({ name }) => name)
  } catch {
    return []
  }
}
