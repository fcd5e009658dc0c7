import type { CentreRules } from '#app/domain/centre/centre.ts'
import type { CentreId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type CentreRow = Row<'centre'>

/** How a centre works, as the table holds it. */
export type RuleColumns = Pick<
  CentreRow,
  'second_seat' | 'support_decided_by' | 'regular_decided_by' | 'assigned_by'
>

/** The rules a centre has set. */
export function rulesOf(row: RuleColumns): CentreRules {
  return {
    secondSeat: row.second_seat,
    supportDecidedBy: row.support_decided_by,
    regularDecidedBy: row.regular_decided_by,
    assignedBy: row.assigned_by,
  }
}

/** The same, as the table holds them. */
export function ruleColumns(rules: CentreRules): RuleColumns {
  return {
    second_seat: rules.secondSeat,
    support_decided_by: rules.supportDecidedBy,
    regular_decided_by: rules.regularDecidedBy,
    assigned_by: rules.assignedBy,
  }
}

/** A centre with its settings, or null. */
export async function findCentre(db: Db, id: CentreId): Promise<CentreRow | null> {
  const row = await db.selectFrom('centre').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/**
 * A centre whose settings stay as they are until the commit: the due day of a case is counted by the
 * targets that hold when it is stored (PostgreSQL: shared row lock; SQLite: one writer). Or null.
 */
export async function lockSettings(tx: Tx, id: CentreId): Promise<CentreRow | null> {
  const query = tx.selectFrom('centre').selectAll().where('id', '=', id)
  const row = await (engineOf(tx) === 'postgres' ? query.forShare() : query).executeTakeFirst()
  return row ?? null
}

/** Every centre, by name. */
export async function listCentres(db: Db): Promise<readonly CentreRow[]> {
  return db.selectFrom('centre').selectAll().orderBy('name').execute()
}

/** The centre with a code (`DN`), or null. */
export async function findCentreByCode(db: Db, code: string): Promise<CentreRow | null> {
  const row = await db.selectFrom('centre').selectAll().where('code', '=', code).executeTakeFirst()
  return row ?? null
}

/** Some centres, by name. */
export async function listCentresById(
  db: Db,
  ids: readonly CentreId[],
): Promise<readonly CentreRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('centre')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('name')
    .execute()
}

/** Names of centres, in the order of the names. */
export async function findCentreNames(
  db: Db,
  ids: readonly CentreId[],
): Promise<readonly string[]> {
  const rows = await listCentresById(db, ids)
  return rows.map(({ name }) => name)
}

/** The centre whose area holds a Gemeinde, or null. */
export async function centreOfMunicipality(db: Db, key: MunicipalityKey): Promise<CentreId | null> {
  const row = await db
    .selectFrom('centre_area')
    .select('centre_id')
    .where('municipality_key', '=', key)
    .executeTakeFirst()
  return row?.centre_id ?? null
}

/** The Gemeinden of a centre's area, by name. */
export async function listAreaOf(
  db: Db,
  centreId: CentreId,
): Promise<readonly Row<'municipality'>[]> {
  return db
    .selectFrom('centre_area')
    .innerJoin('municipality', 'municipality.key', 'centre_area.municipality_key')
    .selectAll('municipality')
    .where('centre_area.centre_id', '=', centreId)
    .orderBy('municipality.name')
    .execute()
}

/** Every Gemeinde, by key. */
export async function listMunicipalities(db: Db): Promise<readonly Row<'municipality'>[]> {
  return db.selectFrom('municipality').selectAll().orderBy('key').execute()
}

/** How many Gemeinden are known whose key begins so. */
export async function countMunicipalities(db: Db, prefix: string): Promise<number> {
  const { n } = await db
    .selectFrom('municipality')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('key', 'like', `${prefix}%` as MunicipalityKey)
    .executeTakeFirstOrThrow()
  return n
}

/** Whether a school lies in the centre's area. */
export async function isSchoolInArea(
  db: Db,
  centreId: CentreId,
  number: SchoolNumber,
): Promise<boolean> {
  const row = await db
    .selectFrom('school')
    .innerJoin('centre_area', 'centre_area.municipality_key', 'school.municipality_key')
    .select('school.number')
    .where('school.number', '=', number)
    .where('centre_area.centre_id', '=', centreId)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether some school in the centre's area has this owner (Schulträger). */
export async function isOwnerInArea(
  db: Db,
  centreId: CentreId,
  ownerNumber: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('centre_area')
    .innerJoin('school', 'school.municipality_key', 'centre_area.municipality_key')
    .select('school.number')
    .where('centre_area.centre_id', '=', centreId)
    .where('school.owner_number', '=', ownerNumber)
    .executeTakeFirst()
  return row !== undefined
}

/** Adds Gemeinden that are not known yet. */
export async function insertMunicipalities(
  tx: Tx,
  rows: readonly Row<'municipality'>[],
): Promise<void> {
  await tx
    .insertInto('municipality')
    .values([...rows])
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}

/** Adds a centre. */
export async function insertCentre(tx: Tx, row: CentreRow): Promise<void> {
  await tx.insertInto('centre').values(row).execute()
}

/** Adds Gemeinden to a centre's area. A Gemeinde of another centre trips the unique constraint. */
export async function insertArea(
  tx: Tx,
  centreId: CentreId,
  keys: readonly MunicipalityKey[],
): Promise<void> {
  await tx
    .insertInto('centre_area')
    .values(keys.map((key) => ({ centre_id: centreId, municipality_key: key })))
    .execute()
}

/** Centres that already hold one of the Gemeinden, with that Gemeinde's name. */
export async function findOverlaps(db: Db, keys: readonly MunicipalityKey[]) {
  return db
    .selectFrom('centre_area')
    .innerJoin('municipality', 'municipality.key', 'centre_area.municipality_key')
    .select(['centre_area.centre_id', 'municipality.name'])
    .where('centre_area.municipality_key', 'in', [...keys])
    .orderBy('municipality.key')
    .execute()
}

/** Changes a centre's settings; false when it was changed since `version` was read. */
export async function updateCentre(
  tx: Tx,
  id: CentreId,
  version: number,
  change: Partial<Omit<CentreRow, 'id' | 'version' | 'source'>>,
): Promise<boolean> {
  const changed = await tx
    .updateTable('centre')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return Number(changed.numUpdatedRows) === 1
}

/** A Gemeinde with its middle, or null. */
export async function findMunicipality(
  db: Db,
  key: MunicipalityKey,
): Promise<Row<'municipality'> | null> {
  const row = await db
    .selectFrom('municipality')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirst()
  return row ?? null
}
