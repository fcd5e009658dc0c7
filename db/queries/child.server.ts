import { sql } from 'kysely'
import type { CentreId, ChildId, FamilyId } from '#app/domain/ids.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'

/** The advisory lock that puts commits touching children in one order on PostgreSQL. */
const CHILD_CHANGES = 2_026_112_2

/**
 * From here to the commit no other transaction changes a child: whoever checks for duplicates and
 * then inserts sees all that came before. SQLite has one writer anyway.
 */
export async function lockChildChanges(tx: Tx): Promise<void> {
  if (engineOf(tx) === 'postgres') {
    await sql`select pg_advisory_xact_lock(${CHILD_CHANGES})`.execute(tx)
  }
}

/**
 * Says to every process that a child changed; its name index reads on from its position. Returns the
 * number of the change.
 */
export async function noteChildChange(
  tx: Tx,
  centreId: CentreId,
  childId: ChildId,
): Promise<number> {
  await lockChildChanges(tx)
  const { seq } = await tx
    .insertInto('child_change')
    .columns(['centre_id', 'child_id', 'seq'])
    .expression((eb) =>
      eb
        .selectFrom('child_change')
        .select(({ fn, val, lit }) => [
          val(centreId).as('centre_id'),
          val(childId).as('child_id'),
          sql<number>`${fn.coalesce(fn.max('seq'), lit(0))} + 1`.as('seq'),
        ]),
    )
    .returning('seq')
    .executeTakeFirstOrThrow()
  return Number(seq)
}

/** The number of the newest change; 0 when there is none. */
export async function lastChildChange(db: Db): Promise<number> {
  const { last } = await db
    .selectFrom('child_change')
    .select((eb) => eb.fn.coalesce(eb.fn.max('seq'), eb.lit(0)).as('last'))
    .executeTakeFirstOrThrow()
  return Number(last)
}

/** Changes after a position, oldest first. */
export async function listChildChanges(
  db: Db,
  after: number,
): Promise<readonly Row<'child_change'>[]> {
  return db.selectFrom('child_change').selectAll().where('seq', '>', after).orderBy('seq').execute()
}

/** A child's sealed record with the ids of its cases, as the name index reads it. */
export type IndexedChild = Pick<Row<'child'>, 'centre_id' | 'id' | 'sealed'>

/** Children in the order of their keys, a page at a time. */
export async function listChildrenAfter(
  db: Db,
  after: { readonly centreId: string; readonly id: string },
  limit: number,
): Promise<readonly IndexedChild[]> {
  return (
    db
      .selectFrom('child')
      .select(['centre_id', 'id', 'sealed'])
      // one comparison of pairs: with "or" SQLite walks the key from its beginning, page after page
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('centre_id', 'id'),
          '>',
          tuple(after.centreId as CentreId, after.id as ChildId),
        ),
      )
      .orderBy('centre_id')
      .orderBy('id')
      .limit(limit)
      .execute()
  )
}

/** Some children's sealed records. */
export async function listChildren(
  db: Db,
  centreId: CentreId,
  ids: readonly ChildId[],
): Promise<readonly IndexedChild[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('child')
    .select(['centre_id', 'id', 'sealed'])
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...ids])
    .execute()
}

/** The children of some families, their sealed records. */
export async function listChildrenOfFamilies(
  db: Db,
  centreId: CentreId,
  familyIds: readonly FamilyId[],
): Promise<readonly Pick<Row<'child'>, 'id' | 'family_id' | 'sealed'>[]> {
  if (familyIds.length === 0) return []
  return db
    .selectFrom('child')
    .select(['id', 'family_id', 'sealed'])
    .where('centre_id', '=', centreId)
    .where('family_id', 'in', [...familyIds])
    .execute()
}

/** Some families, their sealed records. */
export async function listFamilies(
  db: Db,
  centreId: CentreId,
  ids: readonly FamilyId[],
): Promise<readonly Pick<Row<'family'>, 'id' | 'sealed'>[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('family')
    .select(['id', 'sealed'])
    .where('centre_id', '=', centreId)
    .where('id', 'in', [...ids])
    .execute()
}

/** A child's row, or null. */
export async function findChild(
  db: Db,
  centreId: CentreId,
  id: ChildId,
): Promise<Row<'child'> | null> {
  const row = await db
    .selectFrom('child')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** A family's row, or null. */
export async function findFamily(
  db: Db,
  centreId: CentreId,
  id: FamilyId,
): Promise<Row<'family'> | null> {
  const row = await db
    .selectFrom('family')
    .selectAll()
    .where('centre_id', '=', centreId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Adds a family. */
export async function insertFamily(tx: Tx, family: Row<'family'>): Promise<void> {
  await tx.insertInto('family').values(family).execute()
}

/** Adds a child; the change is noted for the name index in the same transaction. Returns its number. */
export async function insertChild(tx: Tx, child: Row<'child'>): Promise<number> {
  await tx.insertInto('child').values(child).execute()
  return noteChildChange(tx, child.centre_id, child.id)
}

/** Which of the subjects have a row: the rest of the keys are left over from something interrupted. */
export async function subjectsWithRows(
  db: Db,
  kind: 'child' | 'family' | 'account' | 'draft',
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom(kind)
    .select('id')
    .where('id', 'in', [...ids] as never[])
    .execute()
  return new Set(rows.map(({ id }) => id))
}
