import { DEFAULT_MIGRATION_TABLE, sql } from 'kysely'
import { engineOf } from '../open.server.ts'
import type { Db } from '../schema.ts'

/** The newest migration that was run: the state of the schema. */
export async function newestMigration(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name desc limit 1`.execute(db)
  return rows[0]?.name ?? ''
}

/** How large the database is, in bytes, without what waits to be folded into its file. */
export async function databaseBytes(db: Db): Promise<number> {
  const size =
    engineOf(db) === 'postgres'
      ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
      : sql<{ bytes: number }>`select page_count * page_size as bytes
          from pragma_page_count, pragma_page_size`
  const { rows } = await size.execute(db)
  return Number(rows[0]?.bytes ?? 0)
}
