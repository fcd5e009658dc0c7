import { DEFAULT_MIGRATION_TABLE, sql } from 'kysely'
import type { CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import { type Db, INSTALLATION } from '../schema.ts'

/** The newest migration that was run: the state of the schema. */
export async function newestMigration(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name desc limit 1`.execute(db)
  return rows[0]?.name ?? ''
}

/** Whether the trail's tables are there: not in a database that was never migrated. */
export async function hasTrail(db: Db): Promise<boolean> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  return ['centre', 'audit_entry', 'audit_seal'].every((name) => tables.includes(name))
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

/** The time of the trail's newest entry, whichever centre's; null: there is none. */
export async function newestEntryAt(db: Db): Promise<Instant | null> {
  const times = await entryTimes(db, 'max')
  return times.at(-1) ?? null
}

/** The time of the trail's oldest entry, whichever centre's; null: there is none. */
export async function oldestEntryAt(db: Db): Promise<Instant | null> {
  const times = await entryTimes(db, 'min')
  return times[0] ?? null
}

/** In order. Asked centre by centre, so that the index answers: the trail is long. */
async function entryTimes(db: Db, which: 'min' | 'max'): Promise<readonly Instant[]> {
  const centres = await db.selectFrom('centre').select('id').execute()
  const times: Instant[] = []
  for (const centreId of [INSTALLATION, ...centres.map(({ id }) => id)]) {
    const { at } = await db
      .selectFrom('audit_entry')
      .select(({ fn }) => fn.agg<Instant | null>(which, ['at']).as('at'))
      .where('centre_id', '=', centreId)
      .executeTakeFirstOrThrow()
    if (at !== null) times.push(at)
  }
  return times.sort()
}

/** Up to where a person last said that the trail is ahead of a clock that is right; null: nobody did. */
export async function trailAheadUntil(db: Db): Promise<Instant | null> {
  const confirmed = await db
    .selectFrom('audit_entry')
    .select('facts')
    .where('centre_id', '=', INSTALLATION)
    .where('event', '=', 'retention_clock_confirmed')
    .execute()
  const ahead = confirmed.flatMap(({ facts }) => {
    const { ahead: until } = JSON.parse(facts) as { readonly ahead?: Instant | null }
    return until === undefined || until === null ? [] : [until]
  })
  return ahead.toSorted().at(-1) ?? null
}

/** How many children a database holds, by centre. */
export async function childrenByCentre(db: Db): Promise<ReadonlyMap<CentreId, number>> {
  const rows = await db
    .selectFrom('child')
    .select(({ fn }) => ['centre_id', fn.countAll<number>().as('count')])
    .groupBy('centre_id')
    .execute()
  return new Map(rows.map(({ centre_id, count }) => [centre_id, Number(count)]))
}

/**
 * How much a database holds that only its keys can read: children, and entries of the trail, whose
 * chain is made with the root secret. Nothing where it was not migrated yet.
 */
export async function whatKeysOpened(
  db: Db,
): Promise<{ readonly children: number; readonly entries: number }> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  if (!tables.includes('child') || !tables.includes('audit_entry')) {
    return { children: 0, entries: 0 }
  }
  const children = [...(await childrenByCentre(db)).values()].reduce((sum, one) => sum + one, 0)
  const entry = await db.selectFrom('audit_entry').select('id').limit(1).executeTakeFirst()
  return { children, entries: entry === undefined ? 0 : 1 }
}
