import type { CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type AuditEntryRow = Row<'audit_entry'>

/** Centres whose trail has entries that are not chained yet. */
export async function centresToSeal(db: Db): Promise<readonly CentreId[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .leftJoin('audit_seal', (join) =>
      join
        .onRef('audit_seal.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_seal.entry_id', '=', 'audit_entry.id'),
    )
    .select('audit_entry.centre_id')
    .where('audit_seal.seq', 'is', null)
    .distinct()
    .execute()
  return rows.map(({ centre_id }) => centre_id)
}

/** Centres that have a trail or a chain over one. */
export async function centresWithTrail(db: Db): Promise<readonly CentreId[]> {
  const entries = await db.selectFrom('audit_entry').select('centre_id').distinct().execute()
  const seals = await db.selectFrom('audit_seal').select('centre_id').distinct().execute()
  return [...new Set([...entries, ...seals].map(({ centre_id }) => centre_id))]
}

/** Whether an entry from before `before` is not chained. */
export async function unsealedBefore(
  db: Db,
  centreId: CentreId,
  before: Instant,
): Promise<boolean> {
  const row = await db
    .selectFrom('audit_entry')
    .leftJoin('audit_seal', (join) =>
      join
        .onRef('audit_seal.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_seal.entry_id', '=', 'audit_entry.id'),
    )
    .select('audit_entry.id')
    .where('audit_entry.centre_id', '=', centreId)
    .where('audit_entry.at', '<', before)
    .where('audit_seal.seq', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The last link of a centre's chain; null before the first. */
export async function lastSeal(db: Db, centreId: CentreId): Promise<Row<'audit_seal'> | null> {
  const row = await db
    .selectFrom('audit_seal')
    .selectAll()
    .where('centre_id', '=', centreId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** One link of a centre's chain, or null. */
export async function findSeal(
  db: Db,
  centreId: CentreId,
  seq: number,
): Promise<Row<'audit_seal'> | null> {
  const row = await db
    .selectFrom('audit_seal')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row ?? null
}

/** Entries of a centre that are not chained yet, in their order, with the cases they name. */
export async function entriesToSeal(db: Db, centreId: CentreId, limit: number) {
  const entries = await db
    .selectFrom('audit_entry')
    .leftJoin('audit_seal', (join) =>
      join
        .onRef('audit_seal.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_seal.entry_id', '=', 'audit_entry.id'),
    )
    .selectAll('audit_entry')
    .where('audit_entry.centre_id', '=', centreId)
    .where('audit_seal.seq', 'is', null)
    .orderBy('audit_entry.id')
    .limit(limit)
    .execute()
  return withCases(db, centreId, entries)
}

/**
 * The chain of a centre behind a number (null: from its beginning, whatever number that bears), each
 * link with its entry; null where it is gone, or stands there more than once.
 */
export async function listSeals(db: Db, centreId: CentreId, after: number | null, limit: number) {
  const seals = await db
    .selectFrom('audit_seal')
    .selectAll()
    .where('centre_id', '=', centreId)
    .$if(after !== null, (query) => query.where('seq', '>', after ?? 0))
    .orderBy('seq')
    .limit(limit)
    .execute()
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', 'in', ['', ...seals.map(({ entry_id }) => entry_id)])
    .execute()
  const entries = new Map<string, Awaited<ReturnType<typeof withCases>>[number] | null>()
  for (const entry of await withCases(db, centreId, rows)) {
    entries.set(entry.id, entries.has(entry.id) ? null : entry)
  }
  return seals.map((link) => ({ link, entry: entries.get(link.entry_id) ?? null }))
}

/** How many links a centre's chain has up to a number; more than that number, where one was slipped in. */
export async function countSeals(db: Db, centreId: CentreId, upTo: number): Promise<number> {
  const { n } = await db
    .selectFrom('audit_seal')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('centre_id', '=', centreId)
    .where('seq', '<=', upTo)
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Adds links to a chain. */
export async function insertSeals(tx: Tx, links: readonly Row<'audit_seal'>[]): Promise<void> {
  if (links.length > 0)
    await tx
      .insertInto('audit_seal')
      .values([...links])
      .execute()
}

/**
 * The cases of entries that follow each other. Asked for by the stretch their ids lie in: with a list
 * of ids SQLite walks through all cases of the centre each time.
 */
async function withCases(db: Db, centreId: CentreId, entries: readonly AuditEntryRow[]) {
  const ids = entries.map(({ id }) => id).toSorted()
  const [first, last] = [ids[0] ?? '', ids.at(-1) ?? '']
  const rows = await db
    .selectFrom('audit_case')
    .select(['entry_id', 'case_id'])
    .where('centre_id', '=', centreId)
    .where('entry_id', '>=', first)
    .where('entry_id', '<=', last)
    .orderBy('entry_id')
    .orderBy('case_id')
    .execute()
  const cases = new Map<string, string[]>()
  for (const { entry_id, case_id } of rows) {
    const named = cases.get(entry_id) ?? []
    named.push(case_id)
    cases.set(entry_id, named)
  }
  return entries.map((entry) => ({ ...entry, caseIds: cases.get(entry.id) ?? [] }))
}
