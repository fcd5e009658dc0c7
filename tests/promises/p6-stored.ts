import { sql } from 'kysely'
import type { CentreId, FamilyId } from '#app/domain/ids.ts'
import { openRecord } from '#db/sealing/records.server.ts'
import { ABOUT_SOMEBODY, PERSONAL } from '#tests/db/plain-columns.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { type SealedRow, selectSealed } from '#tests/promises/sealed-rows.ts'
import type { Twin } from '#tests/promises/twins.ts'

/** Whose data are looked for. */
export type Subject = {
  readonly centreId: CentreId
  /** Every id and number that a row can name the child by. */
  readonly names: readonly string[]
  /** Null: the child alone. */
  readonly familyId: FamilyId | null
}

/** Sealed tables without a row of the child, each with its reason. */
export const NOT_OF_CHILDREN: Readonly<Record<string, string>> = {
  second_factor: 'of a member of staff',
  outbox: 'letters, which nobody sends yet; a mail to staff has no envelope',
}

/** The child with its family. */
export async function subjectOf({ database }: SharedWorld, { caseId }: Twin): Promise<Subject> {
  const { centre_id, family_id, ...names } = await database.db
    .selectFrom('pupil_case')
    .select(['centre_id', 'id', 'child_id', 'family_id', 'case_number'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return { centreId: centre_id, names: Object.values(names), familyId: family_id }
}

/** Every table of the database with an envelope. */
export async function sealedTables({ database }: SharedWorld): Promise<readonly string[]> {
  const tables = await database.db.introspection.getTables()
  return tables
    .filter(({ columns }) => columns.some(({ name }) => name === 'sealed'))
    .map(({ name }) => name)
    .sort()
}

/** Every field that is stored of the child, by its table, in the spelling of `FIELDS`. */
export async function storedFields(
  world: SharedWorld,
  subject: Subject,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const table of await sealedTables(world))
    found[table] = await sealedIn(world, table, subject)
  for (const table of Object.keys(ABOUT_SOMEBODY)) {
    found[table] = [...(found[table] ?? []), ...(await plainIn(world, table, subject))]
  }
  return Object.fromEntries(
    Object.entries(found).map(([table, fields]) => [table, [...new Set(fields)].sort()]),
  )
}

async function sealedIn(
  { database, keys }: SharedWorld,
  table: string,
  { centreId, names, familyId }: Subject,
): Promise<readonly string[]> {
  const all = await sql<Omit<SealedRow, 'table'>>`${sql.raw(selectSealed(table))}`.execute(
    database.db,
  )
  const paths: string[] = []
  for (const { id, sealed, kind, subject } of all.rows) {
    // a draft that is about no case has a key of its own; nobody else types here
    const isIts = kind === 'draft' || subject === familyId || names.includes(subject)
    const key = isIts ? await keys.find({ kind, centreId, id: subject }) : null
    if (key === null) continue
    const record = openRecord<unknown>(key, table, centreId, id, sealed)
    paths.push(...pathsOf(record, await placeOf(database, table, id)))
  }
  return paths
}

type Kept = SharedWorld['database']

/** What the fields of a record are called by: mostly its table. */
async function placeOf({ db }: Kept, table: string, id: string): Promise<string> {
  if (table === 'family_access') return 'access'
  if (table === 'draft') {
    const { form } = await db
      .selectFrom('draft')
      .select('form')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return `draft.${form}`
  }
  if (table !== 'case_event') return table
  const { event } = await db
    .selectFrom('case_event')
    .select('event')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return `reason.${OCCASIONS[event] ?? event}`
}

const OCCASIONS: Readonly<Record<string, string>> = {
  school_proposed: 'deviation',
  proposal_declined: 'decline',
  proposal_withdrawn: 'withdraw',
  proposal_sent_back: 'send_back',
  capacity_reported: 'no_place',
  assignment_taken_back: 'take_back',
  case_ended: 'end',
}

/** The personal columns that hold something in a row which names the child. */
async function plainIn(
  { database }: SharedWorld,
  table: string,
  { names, familyId }: Subject,
): Promise<readonly string[]> {
  const columns = Object.entries(ABOUT_SOMEBODY[table as keyof typeof ABOUT_SOMEBODY])
    .filter(([, why]) => (PERSONAL as readonly string[]).includes(why))
    .map(([column]) => column)
  if (columns.length === 0) return []
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
    database.db,
  )
  return rows
    .filter(
      (row) =>
        Object.values(row).some((value) => names.includes(String(value))) ||
        // of the family, and of no other child
        (familyId !== null && row['family_id'] === familyId && !('child_id' in row)),
    )
    .flatMap((row) => columns.filter((column) => row[column] !== null))
    .map((column) => `${table}.${column}`)
}

/** A draft is a list of what was typed: its form is the field. */
function pathsOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null || path.startsWith('draft.')) return [path]
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`))
}
