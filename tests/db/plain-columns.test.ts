import { expect, test } from 'vitest'
import { openMemory } from '#db/open.server.ts'

/** Why a column of a child, a family or a case may be read without a key. */
const WHY = {
  // the closed list of decision 0008
  id: 'ids',
  stage: 'stage and its dates',
  registered: 'date of Meldung',
  arrival: 'month of arrival',
  grade: 'grade',
  form: 'form',
  nationality: 'nationality',
  language: 'language',
  municipality: 'municipality',
  place: 'school and pool ids',
  number: 'case number',
  version: 'version',
  // beside it, each for the reason that decision 0015 gives
  beginning: '0015: when an appointment begins',
  due: '0015: the day a case is due',
  hold: '0015: how long a seat is held',
  answer: '0015: that a proposed school has said yes',
  outcome: '0015: whether a stage’s appointment took place',
  history: '0015: what happened, in whose role, recorded when',
  ledger: '0015: state of a seat entry',
  access: '0015: hashes, tries and times of a family’s access',
  trail: '0015: the trail names ids, dates, counts and codes',
  erasure: '0022: what became of a child that is gone, by ids, days, counts and codes',
  lock: '0022: until when nobody erases a case',
  draft: '0026: that a person began a form, which, and when; never what',
  machinery: '0015: state of the program’s own work',
  sealed: 'an envelope',
} as const

type Why = keyof typeof WHY

/** Every column of every table that has rows about a child, a family or a case. */
const ABOUT_SOMEBODY: Readonly<Record<string, Readonly<Record<string, Why>>>> = {
  family: {
    centre_id: 'id',
    id: 'id',
    sealed: 'sealed',
    version: 'version',
    created_at: 'history',
  },
  child: {
    ...{ centre_id: 'id', id: 'id', family_id: 'id', sealed: 'sealed', version: 'version' },
    created_at: 'history',
  },
  pupil_case: {
    ...{ centre_id: 'id', id: 'id', child_id: 'id', family_id: 'id', counsellor_id: 'id' },
    ...{ case_number: 'number', registered_on: 'registered', arrival_month: 'arrival' },
    ...{ grade: 'grade', form: 'form', nationality: 'nationality', language: 'language' },
    ...{ municipality_key: 'municipality', version: 'version' },
    ...{ school_number: 'place', pool_id: 'place', seat_entry_id: 'place' },
    ...{ stage: 'stage', stage_since: 'stage', appointment_on: 'stage', counselled_on: 'stage' },
    ...{ proposed_on: 'stage', assigned_on: 'stage', admitted_on: 'stage', first_day: 'stage' },
    ...{ planned_first_day: 'stage', last_review_on: 'stage', next_review_on: 'stage' },
    ...{ ended_on: 'stage', close_reason: 'stage' },
    ...{ due_on: 'due', hold_until: 'hold', can_admit_at: 'answer' },
  },
  case_event: {
    ...{ centre_id: 'id', id: 'id', case_id: 'id', account_id: 'id', school_number: 'place' },
    ...{ stage: 'stage', valid_on: 'stage', sealed: 'sealed' },
    ...{ event: 'history', recorded_at: 'history', role: 'history' },
  },
  interview: {
    ...{ centre_id: 'id', id: 'id', sealed: 'sealed', version: 'version' },
    ...{ finished_at: 'history', changed_at: 'history' },
  },
  review: { centre_id: 'id', id: 'id', case_id: 'id', held_on: 'stage', sealed: 'sealed' },
  appointment: {
    ...{ centre_id: 'id', id: 'id', family_id: 'id', sealed: 'sealed' },
    ...{ starts_at: 'beginning', state: 'outcome' },
  },
  appointment_case: { centre_id: 'id', appointment_id: 'id', case_id: 'id', outcome: 'outcome' },
  seat_entry: {
    ...{ centre_id: 'id', id: 'id', pool_id: 'place', case_id: 'id', hold_until: 'hold' },
    ...{ state: 'ledger', made_at: 'ledger', released_at: 'ledger' },
  },
  family_access: {
    ...{ centre_id: 'id', id: 'id', case_id: 'id', sealed: 'sealed' },
    ...{ code_hash: 'access', pin_hash: 'access', created_at: 'access', tries: 'access' },
    ...{ locked_at: 'access', revoked_at: 'access' },
  },
  family_session: {
    ...{ centre_id: 'id', id: 'id', access_id: 'id' },
    ...{ created_at: 'access', last_seen_at: 'access', absolute_end: 'access', ended_at: 'access' },
  },
  audit_entry: {
    ...{ centre_id: 'id', id: 'id', account_id: 'id', at: 'trail', role: 'trail' },
    ...{ action: 'trail', event: 'trail', request_id: 'trail', facts: 'trail' },
  },
  audit_case: { centre_id: 'id', entry_id: 'id', case_id: 'id' },
  audit_seal: { centre_id: 'id', seq: 'trail', entry_id: 'id', prev: 'trail', hmac: 'trail' },
  legal_hold: {
    ...{ centre_id: 'id', id: 'id', set_by: 'id', sealed: 'sealed' },
    ...{ until: 'lock', set_at: 'history' },
  },
  erasure: {
    ...{ centre_id: 'id', id: 'id', child_id: 'id', family_id: 'id', rule_id: 'id' },
    ...{ ordered_by: 'id', number: 'erasure', with_family: 'erasure', state: 'erasure' },
    ...{ ground: 'erasure', role: 'erasure', counts: 'erasure', ordered_at: 'erasure' },
    ...{ rows_gone_at: 'erasure', key_gone_at: 'erasure', finished_at: 'erasure' },
  },
  erasure_recipient: {
    ...{ centre_id: 'id', id: 'id', erasure_id: 'id', told_by: 'id', case_number: 'number' },
    ...{ school_number: 'place', kind: 'erasure', told_at: 'erasure' },
  },
  erasure_ledger: {
    ...{ centre_id: 'id', id: 'erasure', erased_on: 'erasure', ground: 'erasure' },
    role: 'erasure',
  },
  draft: {
    ...{ centre_id: 'id', id: 'id', account_id: 'id', case_id: 'id', sealed: 'sealed' },
    ...{ form: 'draft', saved_at: 'draft', kept_until: 'draft' },
  },
  child_change: { centre_id: 'id', seq: 'machinery', child_id: 'id' },
  outbox: {
    ...{ centre_id: 'id', id: 'id', event_id: 'id', case_id: 'id', sealed: 'sealed' },
    ...{ channel: 'machinery', state: 'machinery', attempts: 'machinery', run_at: 'machinery' },
    ...{ lease_until: 'machinery', leased_by: 'machinery', created_at: 'machinery' },
  },
  command: {
    ...{ centre_id: 'id', id: 'id', actor_id: 'id', action: 'machinery' },
    ...{ result: 'machinery', done_at: 'machinery' },
  },
}

/** What an account proves its person by; a sealed column is under the account's key. */
const ABOUT_STAFF = [
  ...['second_factor', 'recovery_code', 'passkey_challenge', 'provider_link', 'account_notice'],
]

/** Tables that hold nothing about a child or family: what the centre, its people and schools are. */
const ABOUT_NOBODY = [
  ...['account', 'backup_run', 'case_counter', 'centre', 'centre_area', 'job', 'municipality'],
  ...['rate_limit', 'retention_rule', 'retention_run', 'role_assignment', 'school'],
  ...['seat_decision', 'seat_pool', 'session'],
  ...ABOUT_STAFF,
  ...['kysely_migration', 'kysely_migration_lock'],
]

async function migratedColumns(): Promise<ReadonlyMap<string, readonly string[]>> {
  const database = openMemory()
  await database.migrate()
  const tables = await database.db.introspection.getTables({ withInternalKyselyTables: true })
  await database.close()
  return new Map(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]))
}

test('every plain column of a child, family or case is on the list, each with its reason', async () => {
  const found = [...(await migratedColumns())].filter(([table]) => !ABOUT_NOBODY.includes(table))
  const sorted = (columns: readonly string[]) => [...columns].sort()
  expect(Object.fromEntries(found.map(([table, columns]) => [table, sorted(columns)]))).toEqual(
    Object.fromEntries(
      Object.entries(ABOUT_SOMEBODY).map(([table, columns]) => [
        table,
        sorted(Object.keys(columns)),
      ]),
    ),
  )
})

test('what is about nobody refers to no child, family or case', async () => {
  const columns = await migratedColumns()
  for (const table of ABOUT_NOBODY) {
    const references = (columns.get(table) ?? ['missing']).filter(
      (name) =>
        /^(?:missing|child_id|family_id|case_id|access_id)$/.test(name) ||
        (name === 'sealed' && !ABOUT_STAFF.includes(table)),
    )
    expect([table, references]).toEqual([table, []])
  }
})

test('no reason is left over', () => {
  const used = new Set(Object.values(ABOUT_SOMEBODY).flatMap((columns) => Object.values(columns)))
  expect([...used].sort()).toEqual(Object.keys(WHY).sort())
})
