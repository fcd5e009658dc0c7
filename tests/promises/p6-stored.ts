import { openReason } from '#db/queries/case.server.ts'
import type { Sealed } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey, familyKey, openRecord } from '#db/sealing/records.server.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import type { Twin } from '#tests/promises/twins.ts'

/** Columns of a case and an appointment that are ids, the stage with its dates, or machinery (0015). */
const NOT_PERSONAL =
  /^(id|.*_id|sealed|version|stage.*|.*_on|(planned_)?first_day|due_on|hold_until|can_admit_at|close_reason|school_number|state)$/
/** Dates that are personal all the same, and what the interview holds too. */
const PERSONAL = ['registered_on']
const SAID_TWICE = ['grade', 'form']

/** Every field that is stored of the child, in the spelling of `FIELDS`; the marked one has them all. */
export async function storedFields(
  { database: { db }, keys }: SharedWorld,
  { caseId }: Twin,
): Promise<readonly string[]> {
  const row = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const ofChild = await childKey(db, keys, row.centre_id, row.child_id)
  const ofFamily = await familyKey(db, keys, row.centre_id, row.family_id)
  const opened = (table: string, key: SubjectKey, rows: readonly SealedRow[]) =>
    rows.flatMap(({ id, sealed }) =>
      pathsOf(
        openRecord<unknown>(key, table, row.centre_id, id, sealed),
        table === 'family_access' ? 'access' : table,
      ),
    )
  const of = (table: 'child' | 'family' | 'interview', id: string) =>
    db
      .selectFrom(table)
      .select(['id', 'sealed'])
      .where('id', '=', id as never)
      .execute()
  const ofCase = (table: 'review' | 'family_access') =>
    db.selectFrom(table).select(['id', 'sealed']).where('case_id', '=', caseId).execute()
  const ofAppointments = await db
    .selectFrom('appointment')
    .selectAll()
    .where('family_id', '=', row.family_id)
    .execute()
  const events = await db
    .selectFrom('case_event')
    .selectAll()
    .where('case_id', '=', caseId)
    .execute()
  const found = [
    ...opened('child', ofChild, await of('child', row.child_id)),
    ...opened('family', ofFamily, await of('family', row.family_id)),
    ...opened('interview', ofChild, await of('interview', caseId)),
    ...opened('review', ofChild, await ofCase('review')),
    ...opened('family_access', ofChild, await ofCase('family_access')),
    ...opened('appointment', ofFamily, ofAppointments),
    ...ofAppointments.flatMap((one) => pathsOf(personal(one), 'appointment')),
    ...events.flatMap((event) => reasonPaths(event.event, openReason(ofChild, event))),
    ...pathsOf(personal(row), 'pupil_case'),
  ]
  return [...new Set(found)].sort()
}

type SealedRow = { readonly id: string; readonly sealed: Sealed }

function reasonPaths(event: string, reason: object | null): readonly string[] {
  return reason === null ? [] : pathsOf(reason, `reason.${OCCASIONS[event] ?? event}`)
}

const OCCASIONS: Readonly<Record<string, string>> = {
  school_proposed: 'deviation',
  proposal_declined: 'decline',
  proposal_withdrawn: 'withdraw',
  proposal_sent_back: 'send_back',
}

function personal(row: object): object {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => PERSONAL.includes(name) || !NOT_PERSONAL.test(name))
      .filter(([name]) => !SAID_TWICE.includes(name)),
  )
}

function pathsOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${path}.${name}`))
}
