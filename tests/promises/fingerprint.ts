import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Deps } from '#app/services/context.server.ts'

/** Written by whoever looks or tries, without changing anything: sessions' clocks and try counters. */
const NO_EFFECT: Readonly<Record<string, readonly string[]>> = {
  session: ['last_seen_at'],
  family_session: ['last_seen_at'],
}
const LEFT_OUT = ['rate_limit', 'kysely_migration', 'kysely_migration_lock']

type Kept = Pick<Deps, 'database'>

/** The rows of every table as text, in order. */
export async function rowsOf(
  { database }: Kept,
  without: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows: tables } = await (database.engine === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`
    : sql<{
        name: string
      }>`select tablename as name from pg_tables where schemaname = 'public' order by 1`
  ).execute(database.db)
  const content = new Map<string, readonly string[]>()
  for (const { name } of tables) {
    if (LEFT_OUT.includes(name) || without.includes(name)) continue
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database.db)
    const lines = rows.map((row) => JSON.stringify(row, (key, value) => kept(name, key, value)))
    content.set(name, lines.sort())
  }
  return content
}

/** The content of every table as one hash each: equal means that nothing was written at all. */
export async function fingerprint(
  world: Kept,
  without: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const hashes: Record<string, string> = {}
  for (const [name, lines] of await rowsOf(world, without)) {
    hashes[name] = `${lines.length} ${createHash('sha256').update(lines.join('\n')).digest('hex')}`
  }
  return hashes
}

function kept(table: string, column: string, value: unknown): unknown {
  return NO_EFFECT[table]?.includes(column) ? null : value
}
