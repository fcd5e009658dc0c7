import { sql } from 'kysely'
import type { CentreId, ChildId } from '#app/domain/ids.ts'
import { engineOf } from '../open.server.ts'
import type { Db } from '../schema.ts'

/** The end of a centre's chain over the trail: what an anchor outside keeps. */
export type ChainHead = { readonly centreId: CentreId; readonly seq: number; readonly hmac: string }

/** What a database holds, in figures: a copy of it must hold the same. */
export type Inventory = {
  /** The newest migration it has. */
  readonly schema: string
  readonly counts: Readonly<Record<string, number>>
  readonly heads: readonly ChainHead[]
}

/** Counts every table and reads the ends of the chains. */
export async function takeInventory(db: Db): Promise<Inventory> {
  const counts: Record<string, number> = {}
  for (const table of await tablesOf(db)) {
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from ${sql.table(table)}`.execute(db)
    counts[table] = Number(rows[0]?.n ?? 0)
  }
  return { schema: (await migrationsOf(db)).at(-1) ?? '', counts, heads: await chainHeads(db) }
}

/** The migrations a database has, oldest first. */
async function migrationsOf(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** The last link of every centre's chain. */
export async function chainHeads(db: Db): Promise<readonly ChainHead[]> {
  const rows = await db
    .selectFrom('audit_seal')
    .innerJoin(
      (last) =>
        last
          .selectFrom('audit_seal')
          .select(({ fn }) => ['centre_id', fn.max('seq').as('seq')])
          .groupBy('centre_id')
          .as('last'),
      (join) =>
        join
          .onRef('last.centre_id', '=', 'audit_seal.centre_id')
          .onRef('last.seq', '=', 'audit_seal.seq'),
    )
    .select(['audit_seal.centre_id', 'audit_seal.seq', 'audit_seal.hmac'])
    .orderBy('audit_seal.centre_id')
    .execute()
  return rows.map(({ centre_id, seq, hmac }) => ({ centreId: centre_id, seq: Number(seq), hmac }))
}

/** Some children, at random. */
export async function someChildren(
  db: Db,
  limit: number,
): Promise<readonly { readonly centreId: CentreId; readonly id: ChildId }[]> {
  const rows = await db
    .selectFrom('child')
    .select(['centre_id', 'id'])
    .orderBy(sql`random()`)
    .limit(limit)
    .execute()
  return rows.map(({ centre_id, id }) => ({ centreId: centre_id, id }))
}

/** Children or families of all centres behind `after`, in chunks. */
export async function listSubjects(
  db: Db,
  table: 'child' | 'family',
  after: string,
  limit: number,
): Promise<readonly { readonly centreId: CentreId; readonly id: string }[]> {
  const rows = await db
    .selectFrom(table)
    .select(['centre_id', 'id'])
    .where('id', '>', after as never)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ centre_id, id }) => ({ centreId: centre_id, id }))
}

async function tablesOf(db: Db): Promise<readonly string[]> {
  const isPostgres = engineOf(db) === 'postgres'
  const { rows } = await (isPostgres
    ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
    : sql<{ name: string }>`select name from sqlite_master
        where type = 'table' and name not like 'sqlite_%'`
  ).execute(db)
  return rows.map(({ name }) => name).toSorted()
}
