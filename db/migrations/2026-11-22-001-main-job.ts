import { type CreateTableBuilder, type Kysely, type Migration, type SqlBool, sql } from 'kysely'
import type { Engine } from '../schema.ts'

/** The tables of the main job: registration to first school day. One schema for both engines. */
export function mainJob(engine: Engine): Migration {
  return { up: (db) => up(db, engine) }
}

type Columns = Readonly<Record<string, string>>

async function up(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const table of TABLES) await createTable(db, engine, table)
  for (const index of INDEXES) await sql.raw(index).execute(db)
  for (const table of APPEND_ONLY) await guard(db, engine, table)
}

type Table = {
  readonly name: string
  readonly key: readonly string[]
  readonly columns: Columns
  readonly unique?: readonly (readonly string[])[]
  readonly checks?: readonly string[]
  readonly references?: readonly {
    readonly columns: readonly string[]
    readonly table: string
    readonly target: readonly string[]
    readonly cascade?: boolean
  }[]
}

async function createTable(db: Kysely<unknown>, engine: Engine, table: Table): Promise<void> {
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table.name)
  for (const [name, type] of Object.entries(table.columns)) {
    builder = builder.addColumn(name, dataType(type, engine), (column) =>
      type.endsWith('?') ? column : column.notNull(),
    )
  }
  builder = builder.addPrimaryKeyConstraint(`${table.name}_pk`, [...table.key] as never[])
  for (const columns of table.unique ?? []) {
    const name = `${table.name}_${columns.join('_')}_unique`
    builder = builder.addUniqueConstraint(name, [...columns] as never[])
  }
  for (const [index, check] of (table.checks ?? []).entries()) {
    builder = builder.addCheckConstraint(
      `${table.name}_check_${index + 1}`,
      sql.raw<SqlBool>(check),
    )
  }
  for (const reference of table.references ?? []) {
    builder = builder.addForeignKeyConstraint(
      `${table.name}_${reference.table}_fk_${reference.columns.at(-1)}`,
      [...reference.columns] as never[],
      reference.table,
      [...reference.target] as never[],
      (key) => (reference.cascade ? key.onDelete('cascade') : key),
    )
  }
  if (engine === 'sqlite') builder = builder.modifyEnd(sql`strict`)
  await builder.execute()
}

function dataType(type: string, engine: Engine) {
  const plain = type.replace('?', '')
  if (plain === 'bigint') return engine === 'sqlite' ? 'integer' : 'bigint'
  return plain as 'text' | 'integer'
}

/** The trail and the seat decisions are only ever added to; the engine itself refuses the rest. */
async function guard(db: Kysely<unknown>, engine: Engine, table: string): Promise<void> {
  if (engine === 'sqlite') {
    for (const verb of ['update', 'delete']) {
      await sql
        .raw(
          `create trigger ${table}_no_${verb} before ${verb} on ${table}
           begin select raise(abort, '${table} is append-only'); end`,
        )
        .execute(db)
    }
    return
  }
  await sql
    .raw(
      `create function ${table}_append_only() returns trigger language plpgsql as
       $$ begin raise exception '${table} is append-only'; end $$`,
    )
    .execute(db)
  await sql
    .raw(
      `create trigger ${table}_append_only before update or delete or truncate on ${table}
       for each statement execute function ${table}_append_only()`,
    )
    .execute(db)
}

const APPEND_ONLY = ['audit_entry', 'audit_case', 'audit_seal', 'seat_decision']

const centre = { columns: ['centre_id'], table: 'centre', target: ['id'] }
const of = (table: string, column: string, cascade = false) => ({
  columns: ['centre_id', column],
  table,
  target: ['centre_id', 'id'],
  cascade,
})
const school = { columns: ['school_number'], table: 'school', target: ['number'] }
const account = (column: string) => ({ columns: [column], table: 'account', target: ['id'] })
const municipality = {
  columns: ['municipality_key'],
  table: 'municipality',
  target: ['key'],
}
const sealed = "sealed like 'v1.%'"
const flag = (column: string) => `${column} in (0, 1)`

const TABLES: readonly Table[] = [
  {
    name: 'municipality',
    key: ['key'],
    columns: { key: 'text', name: 'text', east: 'integer', north: 'integer' },
    checks: ['length(key) = 8'],
  },
  {
    name: 'school',
    key: ['number'],
    columns: {
      number: 'text',
      source: 'text',
      form: 'text',
      name_1: 'text',
      name_2: 'text',
      name_3: 'text',
      short_name: 'text',
      district: 'text?',
      postcode: 'text',
      town: 'text',
      street: 'text',
      phone_prefix: 'text',
      phone: 'text',
      fax_prefix: 'text',
      fax: 'text',
      email: 'text',
      homepage: 'text',
      legal_form: 'text',
      owner_number: 'text',
      municipality_key: 'text',
      status: 'text',
      status_on: 'text',
      epsg: 'text',
      east: 'integer',
      north: 'integer',
      delisted_on: 'text?',
    },
    checks: ['length(number) = 6', "source in ('list', 'demo')", 'length(status) = 1'],
    references: [municipality],
  },
  {
    name: 'centre',
    key: ['id'],
    columns: {
      id: 'text',
      name: 'text',
      code: 'text',
      phone: 'text?',
      address: 'text?',
      target_counselling_days: 'integer',
      target_assignment_days: 'integer',
      target_first_day_days: 'integer',
      hold_days: 'integer',
      source: 'text',
      version: 'integer',
    },
    unique: [['code']],
    checks: [
      "source in ('operator', 'demo')",
      'target_counselling_days between 1 and 365',
      'target_assignment_days between 1 and 365',
      'target_first_day_days between 1 and 365',
      'hold_days between 1 and 60',
    ],
  },
  {
    name: 'centre_area',
    key: ['centre_id', 'municipality_key'],
    columns: { centre_id: 'text', municipality_key: 'text' },
    unique: [['municipality_key']],
    references: [centre, municipality],
  },
  {
    name: 'account',
    key: ['id'],
    columns: {
      id: 'text',
      email: 'text',
      name: 'text',
      password_hash: 'text?',
      state: 'text',
      link_hash: 'text?',
      link_expires_at: 'text?',
      created_at: 'text',
      version: 'integer',
    },
    unique: [['email'], ['link_hash']],
    checks: ["state in ('invited', 'active', 'disabled')"],
  },
  {
    name: 'role_assignment',
    key: ['id'],
    columns: {
      id: 'text',
      account_id: 'text',
      role: 'text',
      scope_centre_id: 'text?',
      school_number: 'text?',
      owner_number: 'text?',
      area: 'text?',
      forms: 'text?',
      created_at: 'text',
      ended_at: 'text?',
    },
    checks: [
      `role in ('counsellor','lead','authority','school','owner','coordinator','state','auditor','operator')`,
      "role <> 'school' or school_number is not null",
      "role in ('operator', 'state') or scope_centre_id is not null",
    ],
    references: [
      account('account_id'),
      { columns: ['scope_centre_id'], table: 'centre', target: ['id'] },
      school,
    ],
  },
  {
    name: 'session',
    key: ['id_hash'],
    columns: {
      id_hash: 'text',
      account_id: 'text',
      created_at: 'text',
      last_seen_at: 'text',
      absolute_end: 'text',
      step_up_until: 'text?',
      ended_at: 'text?',
    },
    references: [account('account_id')],
  },
  {
    name: 'job',
    key: ['id'],
    columns: {
      id: 'text',
      kind: 'text',
      dedupe_key: 'text',
      payload: 'text',
      state: 'text',
      attempts: 'integer',
      run_at: 'text',
      lease_until: 'text?',
      leased_by: 'text?',
      created_at: 'text',
    },
    unique: [['dedupe_key']],
    checks: ["state in ('waiting', 'running', 'done', 'failed')"],
  },
  {
    name: 'family',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      sealed: 'text',
      version: 'integer',
      created_at: 'text',
    },
    checks: [sealed],
    references: [centre],
  },
  {
    name: 'child',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      family_id: 'text',
      sealed: 'text',
      version: 'integer',
      created_at: 'text',
    },
    checks: [sealed],
    references: [of('family', 'family_id')],
  },
  {
    name: 'seat_pool',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      school_number: 'text',
      school_year: 'integer',
      grade_from: 'integer',
      grade_to: 'integer',
      kind: 'text',
      seats: 'integer',
      entered_for_school: 'integer',
      decided_by: 'text',
      decided_at: 'text',
      version: 'integer',
    },
    unique: [['centre_id', 'school_number', 'school_year', 'kind', 'grade_from']],
    checks: [
      "kind in ('support', 'regular')",
      'grade_from between 1 and 13',
      'grade_to between grade_from and 13',
      'seats between 0 and 999',
      flag('entered_for_school'),
    ],
    references: [centre, school, account('decided_by')],
  },
  {
    name: 'seat_decision',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      pool_id: 'text',
      seats: 'integer',
      reason_code: 'text',
      entered_for_school: 'integer',
      decided_by: 'text',
      decided_at: 'text',
      valid_from: 'text',
    },
    checks: ['seats between 0 and 999', flag('entered_for_school')],
    references: [of('seat_pool', 'pool_id'), account('decided_by')],
  },
  {
    name: 'pupil_case',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      case_number: 'text',
      child_id: 'text',
      family_id: 'text',
      stage: 'text',
      stage_since: 'text',
      due_on: 'text?',
      registered_on: 'text',
      appointment_on: 'text?',
      counselled_on: 'text?',
      proposed_on: 'text?',
      assigned_on: 'text?',
      admitted_on: 'text?',
      planned_first_day: 'text?',
      first_day: 'text?',
      last_review_on: 'text?',
      next_review_on: 'text?',
      ended_on: 'text?',
      close_reason: 'text?',
      grade: 'integer?',
      form: 'text?',
      nationality: 'text?',
      language: 'text',
      municipality_key: 'text',
      arrival_month: 'text?',
      counsellor_id: 'text?',
      school_number: 'text?',
      pool_id: 'text?',
      seat_entry_id: 'text?',
      hold_until: 'text?',
      can_admit_at: 'text?',
      version: 'integer',
    },
    unique: [['centre_id', 'case_number']],
    checks: [
      `stage in ('registered','not_responsible','self_enrolment','invited','appointed','missed',
        'counselled','waiting','proposed','assigned','admitted','attending','not_started',
        'regular_class','completed','closed')`,
      'grade between 1 and 13',
      `stage not in ('proposed','assigned','admitted','attending','not_started','regular_class')
        or (school_number is not null and pool_id is not null and seat_entry_id is not null)`,
      "stage <> 'proposed' or hold_until is not null",
      "stage <> 'attending' or first_day is not null",
    ],
    references: [
      of('child', 'child_id'),
      of('family', 'family_id'),
      of('seat_pool', 'pool_id'),
      school,
      municipality,
      account('counsellor_id'),
    ],
  },
  {
    name: 'seat_entry',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      pool_id: 'text',
      case_id: 'text',
      state: 'text',
      hold_until: 'text?',
      made_at: 'text',
      released_at: 'text?',
    },
    checks: [
      "state in ('hold', 'assigned', 'taken', 'released')",
      "state <> 'hold' or hold_until is not null",
      "(state = 'released') = (released_at is not null)",
    ],
    references: [of('seat_pool', 'pool_id'), of('pupil_case', 'case_id')],
  },
  {
    name: 'case_event',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      case_id: 'text',
      event: 'text',
      stage: 'text?',
      valid_on: 'text',
      recorded_at: 'text',
      account_id: 'text?',
      role: 'text',
      school_number: 'text?',
      sealed: 'text?',
    },
    checks: ["sealed is null or sealed like 'v1.%'"],
    references: [of('pupil_case', 'case_id'), account('account_id')],
  },
  {
    name: 'interview',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      sealed: 'text',
      finished_at: 'text?',
      version: 'integer',
      changed_at: 'text',
    },
    checks: [sealed],
    references: [of('pupil_case', 'id')],
  },
  {
    name: 'review',
    key: ['centre_id', 'id'],
    columns: { centre_id: 'text', id: 'text', case_id: 'text', held_on: 'text', sealed: 'text' },
    checks: [sealed],
    references: [of('pupil_case', 'case_id')],
  },
  {
    name: 'appointment',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      family_id: 'text',
      starts_at: 'text',
      state: 'text',
      sealed: 'text',
    },
    checks: [sealed, "state in ('planned', 'cancelled')"],
    references: [of('family', 'family_id')],
  },
  {
    name: 'appointment_case',
    key: ['centre_id', 'appointment_id', 'case_id'],
    columns: { centre_id: 'text', appointment_id: 'text', case_id: 'text', outcome: 'text' },
    checks: ["outcome in ('planned', 'came', 'missed', 'cancelled')"],
    references: [of('appointment', 'appointment_id'), of('pupil_case', 'case_id')],
  },
  {
    name: 'family_access',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      case_id: 'text',
      code_hash: 'text',
      pin_hash: 'text',
      sealed: 'text',
      created_at: 'text',
      tries: 'integer',
      locked_at: 'text?',
      revoked_at: 'text?',
    },
    checks: [sealed],
    references: [of('pupil_case', 'case_id')],
  },
  {
    name: 'family_session',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      access_id: 'text',
      created_at: 'text',
      last_seen_at: 'text',
      absolute_end: 'text',
      ended_at: 'text?',
    },
    unique: [['id']],
    references: [of('family_access', 'access_id')],
  },
  {
    name: 'audit_entry',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      at: 'text',
      account_id: 'text?',
      role: 'text',
      action: 'text',
      event: 'text',
      request_id: 'text',
      facts: 'text',
    },
  },
  {
    name: 'audit_case',
    key: ['centre_id', 'case_id', 'entry_id'],
    columns: { centre_id: 'text', entry_id: 'text', case_id: 'text' },
    references: [of('audit_entry', 'entry_id')],
  },
  {
    name: 'audit_seal',
    key: ['centre_id', 'seq'],
    columns: {
      centre_id: 'text',
      seq: 'bigint',
      entry_id: 'text',
      prev: 'text',
      hmac: 'text',
    },
    unique: [['centre_id', 'entry_id']],
    references: [of('audit_entry', 'entry_id')],
  },
  {
    name: 'child_change',
    key: ['centre_id', 'seq'],
    columns: { centre_id: 'text', seq: 'bigint', child_id: 'text' },
    unique: [['seq']],
  },
  {
    name: 'case_counter',
    key: ['centre_id', 'year'],
    columns: { centre_id: 'text', year: 'integer', last: 'integer' },
    references: [centre],
  },
  {
    name: 'outbox',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      event_id: 'text',
      channel: 'text',
      case_id: 'text?',
      sealed: 'text',
      state: 'text',
      attempts: 'integer',
      run_at: 'text',
      lease_until: 'text?',
      leased_by: 'text?',
      created_at: 'text',
    },
    unique: [['centre_id', 'event_id', 'channel']],
    checks: [sealed, "state in ('waiting', 'running', 'done', 'failed')"],
    references: [of('pupil_case', 'case_id')],
  },
  {
    name: 'command',
    key: ['centre_id', 'id'],
    columns: {
      centre_id: 'text',
      id: 'text',
      actor_id: 'text',
      action: 'text',
      result: 'text',
      done_at: 'text',
    },
  },
  {
    name: 'rate_limit',
    key: ['centre_id', 'id'],
    columns: { centre_id: 'text', id: 'text', window_ends_at: 'text', tries: 'integer' },
  },
]

/** The columns beside the stage that say whose turn it is. */
const TURNS = 'appointment_on, hold_until, next_review_on'
const LIVE = "state in ('hold', 'assigned', 'taken')"

const INDEXES = [
  'create index school_municipality on school (municipality_key, number)',
  'create index school_postcode on school (postcode)',
  'create index role_assignment_account on role_assignment (account_id)',
  'create index role_assignment_centre on role_assignment (scope_centre_id)',
  'create index session_account on session (account_id)',
  'create index job_due on job (state, run_at)',
  'create index child_family on child (centre_id, family_id)',
  'create index pupil_case_child on pupil_case (centre_id, child_id)',
  'create index pupil_case_family on pupil_case (centre_id, family_id)',
  // the work list: open cases by what is due, narrowed by stage (who is waited for) or counsellor
  `create index pupil_case_due on pupil_case (centre_id, due_on, id, stage, ${TURNS}, counsellor_id) where due_on is not null`,
  // its counts, added up in one walk along the index
  `create index pupil_case_count on pupil_case (centre_id, stage, counsellor_id, due_on, ${TURNS}) where due_on is not null`,
  'create index pupil_case_stage on pupil_case (centre_id, stage, stage_since, id)',
  'create index pupil_case_school on pupil_case (centre_id, school_number, stage)',
  'create index pupil_case_first_day on pupil_case (centre_id, first_day, registered_on, counselled_on, assigned_on) where first_day is not null',
  `create unique index seat_entry_one_live on seat_entry (centre_id, case_id) where ${LIVE}`,
  `create index seat_entry_pool on seat_entry (centre_id, pool_id, state, hold_until)`,
  'create index seat_decision_pool on seat_decision (centre_id, pool_id, decided_at)',
  'create index case_event_case on case_event (centre_id, case_id, recorded_at)',
  'create index review_case on review (centre_id, case_id, held_on)',
  'create index appointment_family on appointment (centre_id, family_id, starts_at)',
  'create index appointment_case_case on appointment_case (centre_id, case_id)',
  'create unique index family_access_code on family_access (code_hash) where revoked_at is null',
  'create index family_access_case on family_access (centre_id, case_id)',
  'create index family_session_access on family_session (centre_id, access_id)',
  'create index audit_case_entry on audit_case (centre_id, entry_id)',
  'create index audit_entry_at on audit_entry (centre_id, at)',
  'create index outbox_due on outbox (state, run_at)',
  'create index rate_limit_end on rate_limit (window_ends_at)',
]
