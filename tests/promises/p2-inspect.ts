import { sql } from 'kysely'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { type Database, openDatabase } from '#db/open.server.ts'
import type { Kek } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyFile, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import type { Stored } from '#tests/promises/check-history.ts'
import { filesOf } from '#tests/promises/file-world.ts'

/** Data and keys as a process of its own would open them after the others have gone. */
export type Opened = { readonly database: Database; readonly keys: KeyStore }

type Place = {
  readonly dataDir: string
  readonly kek: Kek
  readonly env: Readonly<Record<string, string>>
}

/** Opens the data of a world that was left, looks, and closes it again. */
export async function lookInto<T>(
  { dataDir, kek, env }: Place,
  look: (opened: Opened) => Promise<T>,
): Promise<T> {
  const files = filesOf(dataDir)
  const url = env['DATABASE_URL'] ?? null
  const database = openDatabase({ url, file: files.data })
  const keys = url === null ? openKeyFile(files.keys, kek) : openKeyPostgres(url, kek)
  try {
    return await look({ database, keys })
  } finally {
    await database.close()
    await keys.close()
  }
}

/**
 * What must hold in every database at rest, whatever happened before (promises.md, end of §2); names
 * what does not.
 */
export async function violations({
  database,
}: Pick<Opened, 'database'>): Promise<readonly string[]> {
  const found: string[] = []
  for (const [what, query] of Object.entries({
    ...RULES,
    ...((await hasLedger(database)) ? RULES_OF_THE_LEDGER : {}),
    ...(ENGINE_RULES[database.engine] ?? {}),
  })) {
    const { rows } = await sql.raw<Record<string, unknown>>(query).execute(database.db)
    for (const row of rows) found.push(`${what}: ${JSON.stringify(row)}`)
  }
  return found
}

async function hasLedger({ db }: Database): Promise<boolean> {
  const tables = await db.introspection.getTables()
  const entries = tables.find(({ name }) => name === 'seat_entry')
  return entries?.columns.some(({ name }) => name === 'seat_number') === true
}

/** Each query gives the rows that break its rule. */
const RULES: Readonly<Record<string, string>> = {
  'the stage is that of the newest step': `
    select c.id, c.stage from pupil_case c where c.stage <> (
      select e.stage from case_event e
      where e.centre_id = c.centre_id and e.case_id = c.id and e.stage is not null
      order by e.id desc limit 1)`,
  'a case has its history': `
    select c.id from pupil_case c where not exists (
      select 1 from case_event e where e.centre_id = c.centre_id and e.case_id = c.id)`,
  'what happened to a case stands in the trail': `
    select e.case_id, e.event from case_event e where not exists (
      select 1 from audit_case ac
      join audit_entry a on a.centre_id = ac.centre_id and a.id = ac.entry_id
      where ac.centre_id = e.centre_id and ac.case_id = e.case_id and a.event = e.event)`,
  'a child is registered once': `
    select ac.case_id from audit_case ac
    join audit_entry a on a.centre_id = ac.centre_id and a.id = ac.entry_id
    where a.event = 'case_registered' group by ac.case_id having count(*) <> 1`,
  'a child has its case, and a change that tells of it': `
    select c.id from child c
    where not exists (select 1 from pupil_case p where p.centre_id = c.centre_id and p.child_id = c.id)
    or not exists (select 1 from child_change h where h.centre_id = c.centre_id and h.child_id = c.id)`,
  'who is proposed has one live seat, who waits has none': `
    select c.id, c.stage from pupil_case c
    where c.stage in ('proposed', 'assigned', 'admitted', 'attending') and not exists (
      select 1 from seat_entry s where s.centre_id = c.centre_id and s.id = c.seat_entry_id
      and s.case_id = c.id and (s.state <> 'released'
        -- the hold ran out and the seat was wanted; that the child waits is written down later
        or (c.stage = 'proposed' and s.released_at >= c.hold_until)))
    union all
    select c.id, c.stage from pupil_case c
    -- who learns in the regular class has a rule of its own
    where c.stage not in ('proposed', 'assigned', 'admitted', 'attending', 'regular_class', 'completed')
    and exists (
      select 1 from seat_entry s where s.centre_id = c.centre_id and s.case_id = c.id
      and s.state <> 'released')`,
  'no pool has more than its seats': `
    select p.id from seat_pool p join seat_entry s on s.centre_id = p.centre_id and s.pool_id = p.id
    where s.state <> 'released' group by p.id, p.seats having count(*) > p.seats`,
  'a command has its answer': "select id from command where result = ''",
  'a message goes out once for an event': `
    select event_id from outbox group by event_id, channel having count(*) > 1`,
}

/** Rules about columns that a database of the first release does not have yet. */
const RULES_OF_THE_LEDGER: Readonly<Record<string, string>> = {
  'a regular place for later comes with a support place': `
    select r.id from seat_entry r where r.kind = 'regular' and r.state <> 'released' and not exists (
      select 1 from seat_entry s where s.centre_id = r.centre_id and s.case_id = r.case_id
      and s.kind = 'support' and s.state = r.state)
    and not exists (
      select 1 from pupil_case c where c.centre_id = r.centre_id and c.id = r.case_id
      and c.stage in ('regular_class', 'completed'))`,
  'who learns in the regular class has no other place than a regular one': `
    select s.id from seat_entry s join pupil_case c on c.centre_id = s.centre_id and c.id = s.case_id
    where c.stage in ('regular_class', 'completed')
    and not (s.state = 'released' or (s.state = 'taken' and s.kind = 'regular'))`,
  'on a seat sits one child': `
    select pool_id, seat_number from seat_entry where state <> 'released'
    group by centre_id, pool_id, seat_number having count(*) > 1`,
}

const ENGINE_RULES: Readonly<
  Partial<Record<Database['engine'], Readonly<Record<string, string>>>>
> = {
  sqlite: {
    'the file is whole': "select * from pragma_integrity_check where integrity_check <> 'ok'",
    'what is pointed at is there': 'select * from pragma_foreign_key_check',
  },
}

/** Cases with their child, in the order in which they were committed. */
function casesInOrder({ database }: Opened) {
  return database.db
    .selectFrom('pupil_case')
    .innerJoin('child_change', (join) =>
      join
        .onRef('child_change.centre_id', '=', 'pupil_case.centre_id')
        .onRef('child_change.child_id', '=', 'pupil_case.child_id'),
    )
    .select(['pupil_case.id', 'pupil_case.centre_id', 'pupil_case.child_id'])
    .orderBy('child_change.seq')
    .execute()
}

/** All children, opened with their keys, and the trail: to hold a history against. @throws without a key. */
export async function storedIn(opened: Opened, seats: number): Promise<Stored> {
  const { database, keys } = opened
  const children: { readonly key: string; readonly caseId: CaseId }[] = []
  for (const { id, centre_id, child_id } of await casesInOrder(opened)) {
    const { familyName } = await readChild(
      database.db,
      keys,
      centre_id as CentreId,
      child_id as ChildId,
    )
    children.push({ key: familyName, caseId: id })
  }
  const trail = await database.db
    .selectFrom('audit_entry')
    .innerJoin('audit_case', (join) =>
      join
        .onRef('audit_case.centre_id', '=', 'audit_entry.centre_id')
        .onRef('audit_case.entry_id', '=', 'audit_entry.id'),
    )
    .select(['event', 'case_id as caseId', 'request_id as requestId'])
    .orderBy('audit_entry.at')
    .orderBy('audit_entry.id')
    .execute()
  return { children, trail, seats }
}

/** Ids of keys that no row was sealed with: what a registration that was cut off leaves. */
export async function keysWithoutRow({ database, keys }: Opened): Promise<readonly string[]> {
  const rows = await Promise.all([
    database.db.selectFrom('child').select('id').execute(),
    database.db.selectFrom('family').select('id').execute(),
  ])
  const sealed = new Set(rows.flat().map(({ id }) => String(id)))
  const all = await keys.olderThan('9999-12-31T00:00:00.000Z', '', 1_000_000)
  return all.map(({ id }) => String(id)).filter((id) => !sealed.has(id))
}
