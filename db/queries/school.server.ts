import type { CentreId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { OperatingKey, School } from '#app/domain/school/school.ts'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import { type Db, INSTALLATION, type Row, type Tx } from '../schema.ts'

/** 26 columns a row: far below the 32,766 parameters SQLite binds (PostgreSQL: 65,535). */
const ROWS_AT_ONCE = 500

/** Digits of a municipality key: a prefix covers all from `05358000` to `05358999`. */
const KEY_DIGITS = 8

/** A school with this number, or null. */
export async function findSchool(db: Db, number: SchoolNumber): Promise<School | null> {
  const row = await db
    .selectFrom('school')
    .selectAll()
    .where('number', '=', number)
    .executeTakeFirst()
  return row === undefined ? null : toSchool(row)
}

/** Every stored school, by number. */
export async function listSchools(db: Db): Promise<readonly School[]> {
  const rows = await db.selectFrom('school').selectAll().orderBy('number').execute()
  return rows.map(toSchool)
}

/** The schools with these numbers, by number; numbers nobody has stored are left out. */
export async function listSchoolsByNumber(
  db: Db,
  numbers: readonly SchoolNumber[],
): Promise<readonly School[]> {
  if (numbers.length === 0) return []
  const rows = await db
    .selectFrom('school')
    .selectAll()
    .where('number', 'in', [...numbers])
    .orderBy('number')
    .execute()
  return rows.map(toSchool)
}

/** What the schools with these numbers are called, by number. */
export async function listSchoolNames(
  db: Db,
  numbers: readonly SchoolNumber[],
): Promise<readonly Pick<School, 'number' | 'shortName'>[]> {
  if (numbers.length === 0) return []
  return db
    .selectFrom('school')
    .select(['number', 'short_name as shortName'])
    .where('number', 'in', [...numbers])
    .orderBy('number')
    .execute()
}

/** The schools in Gemeinden whose key begins with one of the prefixes, by number. */
export async function listSchoolsInArea(
  db: Db,
  prefixes: readonly string[],
): Promise<readonly School[]> {
  if (prefixes.length === 0) return []
  const rows = await db
    .selectFrom('school')
    .selectAll()
    .where((eb) =>
      eb.or(
        prefixes.map((prefix) =>
          eb.between(
            'municipality_key',
            prefix.padEnd(KEY_DIGITS, '0') as MunicipalityKey,
            prefix.padEnd(KEY_DIGITS, '9') as MunicipalityKey,
          ),
        ),
      ),
    )
    .orderBy('number')
    .execute()
  return rows.map(toSchool)
}

/** The schools in the Gemeinden of a centre, by number. */
export async function listSchoolsOfCentre(db: Db, centreId: CentreId): Promise<readonly School[]> {
  const rows = await db
    .selectFrom('centre_area')
    .innerJoin('school', 'school.municipality_key', 'centre_area.municipality_key')
    .selectAll('school')
    .where('centre_area.centre_id', '=', centreId)
    .orderBy('school.number')
    .execute()
  return rows.map(toSchool)
}

/** What a list or a choice of schools needs to know before it shows one of them. */
export type SchoolLabel = Pick<
  School,
  'number' | 'form' | 'shortName' | 'status' | 'statusOn' | 'delistedOn'
>

/**
 * The schools in the Gemeinden of a centre, six of their 26 columns: a page of a list shows 25 of
 * them. Roughly by name, those of one name by number; whoever shows them
 * sorts as German does.
 */
export async function listSchoolLabels(
  db: Db,
  centreId: CentreId,
): Promise<readonly SchoolLabel[]> {
  const rows = await db
    .selectFrom('centre_area')
    .innerJoin('school', 'school.municipality_key', 'centre_area.municipality_key')
    .select(['number', 'form', 'short_name', 'school.status', 'status_on', 'delisted_on'])
    .where('centre_area.centre_id', '=', centreId)
    .orderBy('short_name')
    .orderBy('number')
    .execute()
  return rows.map(toLabel)
}

/** Where the stored schools with a postcode lie: their mean stands for its middle. */
export async function listSchoolsWithPostcode(
  db: Db,
  postcode: string,
): Promise<readonly Pick<School, 'postcode' | 'east' | 'north'>[]> {
  return db
    .selectFrom('school')
    .select(['postcode', 'east', 'north'])
    .where('postcode', '=', postcode)
    .execute()
}

/**
 * Locks a school until the commit: of two people who enter seats for it at once, one waits here
 * (PostgreSQL: row lock; SQLite: one writer). Null when it is not stored.
 */
export async function lockSchool(tx: Tx, number: SchoolNumber): Promise<School | null> {
  const query = tx.selectFrom('school').selectAll().where('number', '=', number)
  const locked = engineOf(tx) === 'postgres' ? query.forNoKeyUpdate() : query
  const row = await locked.executeTakeFirst()
  return row === undefined ? null : toSchool(row)
}

/** Adds schools, or replaces all that is stored of them. */
export async function saveSchools(tx: Tx, schools: readonly School[]): Promise<void> {
  for (let start = 0; start < schools.length; start += ROWS_AT_ONCE) {
    await tx
      .insertInto('school')
      .values(schools.slice(start, start + ROWS_AT_ONCE).map(toSchoolRow))
      .onConflict((conflict) =>
        conflict.column('number').doUpdateSet((eb) => ({
          source: eb.ref('excluded.source'),
          form: eb.ref('excluded.form'),
          name_1: eb.ref('excluded.name_1'),
          name_2: eb.ref('excluded.name_2'),
          name_3: eb.ref('excluded.name_3'),
          short_name: eb.ref('excluded.short_name'),
          district: eb.ref('excluded.district'),
          postcode: eb.ref('excluded.postcode'),
          town: eb.ref('excluded.town'),
          street: eb.ref('excluded.street'),
          phone_prefix: eb.ref('excluded.phone_prefix'),
          phone: eb.ref('excluded.phone'),
          fax_prefix: eb.ref('excluded.fax_prefix'),
          fax: eb.ref('excluded.fax'),
          email: eb.ref('excluded.email'),
          homepage: eb.ref('excluded.homepage'),
          legal_form: eb.ref('excluded.legal_form'),
          owner_number: eb.ref('excluded.owner_number'),
          municipality_key: eb.ref('excluded.municipality_key'),
          status: eb.ref('excluded.status'),
          status_on: eb.ref('excluded.status_on'),
          epsg: eb.ref('excluded.epsg'),
          east: eb.ref('excluded.east'),
          north: eb.ref('excluded.north'),
          delisted_on: eb.ref('excluded.delisted_on'),
        })),
      )
      .execute()
  }
}

/** When a school list was last taken over, and what the trail says of it (JSON of counts); or null. */
export async function findLastImport(
  db: Db,
): Promise<{ readonly at: Instant; readonly facts: string } | null> {
  const row = await db
    .selectFrom('audit_entry')
    .select(['at', 'facts'])
    .where('centre_id', '=', INSTALLATION)
    .where('event', '=', 'schools_imported')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

function toLabel(
  row: Pick<
    Row<'school'>,
    'number' | 'form' | 'short_name' | 'status' | 'status_on' | 'delisted_on'
  >,
): SchoolLabel {
  return {
    number: row.number,
    form: row.form,
    shortName: row.short_name,
    // only saveSchools writes this column, and a School has no other keys
    status: row.status as OperatingKey,
    statusOn: row.status_on,
    delistedOn: row.delisted_on,
  }
}

function toSchool(row: Row<'school'>): School {
  return {
    ...toLabel(row),
    source: row.source,
    names: [row.name_1, row.name_2, row.name_3],
    districtOffice: row.district,
    postcode: row.postcode,
    town: row.town,
    street: row.street,
    phone: { areaCode: row.phone_prefix, number: row.phone },
    fax: { areaCode: row.fax_prefix, number: row.fax },
    email: row.email,
    homepage: row.homepage,
    legalForm: row.legal_form,
    ownerNumber: row.owner_number,
    municipality: row.municipality_key,
    epsg: row.epsg,
    east: row.east,
    north: row.north,
  }
}

function toSchoolRow(school: School): Row<'school'> {
  return {
    number: school.number,
    source: school.source,
    form: school.form,
    name_1: school.names[0],
    name_2: school.names[1],
    name_3: school.names[2],
    short_name: school.shortName,
    district: school.districtOffice,
    postcode: school.postcode,
    town: school.town,
    street: school.street,
    phone_prefix: school.phone.areaCode,
    phone: school.phone.number,
    fax_prefix: school.fax.areaCode,
    fax: school.fax.number,
    email: school.email,
    homepage: school.homepage,
    legal_form: school.legalForm,
    owner_number: school.ownerNumber,
    municipality_key: school.municipality,
    status: school.status,
    status_on: school.statusOn,
    epsg: school.epsg,
    east: school.east,
    north: school.north,
    delisted_on: school.delistedOn,
  }
}
