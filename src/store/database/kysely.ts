// The only file that loads kysely: the build replaces it by a bundle of these parts.
export { CompiledQuery, Kysely, Migrator, SqliteDialect } from 'kysely'
