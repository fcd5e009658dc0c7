import { type Kysely, type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema, type Table } from './tables.ts'

/**
 * A school's word that it has no place for a child that was assigned to it, what the authority made
 * of it, and what people are told of both; the work list asks for whose turn it is then.
 */
export function capacityReports(engine: Engine): Migration {
  return {
    up: async (db) => {
      for (const column of ['capacity_reported_at', 'capacity_kept_at']) {
        await sql.raw(`alter table pupil_case add column ${column} text`).execute(db)
      }
      for (const index of ['pupil_case_due', 'pupil_case_count']) {
        await sql.raw(`drop index ${index}`).execute(db)
      }
      for (const index of INDEXES) await sql.raw(index).execute(db)
      await (engine === 'sqlite' ? widenSqlite(db) : widenPostgres(db))
    },
  }
}

const TURNS = 'appointment_on, hold_until, next_review_on, capacity_reported_at'

const INDEXES = [
  `create index pupil_case_due on pupil_case (centre_id, due_on, id, stage, ${TURNS}, counsellor_id) where due_on is not null`,
  `create index pupil_case_count on pupil_case (centre_id, stage, counsellor_id, due_on, ${TURNS}) where due_on is not null`,
  // the reports the authority has not answered, the oldest first
  'create index pupil_case_capacity on pupil_case (centre_id, capacity_reported_at, id) where capacity_reported_at is not null',
]

const KINDS = `kind in ('school_proposed', 'school_assigned', 'proposal_waits', 'assignment_waits',
  'proposal_declined', 'school_can_admit', 'admission_confirmed', 'proposal_sent_back', 'case_assigned',
  'hold_ran_out', 'capacity_reported', 'school_kept', 'case_kept', 'school_taken_back', 'case_taken_back',
  'child_not_started', 'child_gone', 'regular_place_missing', 'regular_place_sought')`

const NOTICE: Table = {
  name: 'desk_notice',
  key: ['centre_id', 'id'],
  columns: {
    centre_id: 'text',
    id: 'text',
    account_id: 'text',
    kind: 'text',
    case_id: 'text?',
    made_at: 'text',
    read_at: 'text?',
  },
  checks: [KINDS],
  references: [
    { columns: ['centre_id'], table: 'centre', target: ['id'] },
    { columns: ['account_id'], table: 'account', target: ['id'] },
    { columns: ['centre_id', 'case_id'], table: 'pupil_case', target: ['centre_id', 'id'] },
  ],
}

const NOTICE_INDEXES = [
  'create index desk_notice_case on desk_notice (centre_id, case_id, kind)',
  'create index desk_notice_unread on desk_notice (account_id, made_at) where read_at is null',
  'create index desk_notice_made_at on desk_notice (made_at)',
]

/** SQLite changes no CHECK: the table is made anew, and what it held is put back. */
async function widenSqlite(db: Kysely<unknown>): Promise<void> {
  for (const index of ['case', 'unread', 'made_at']) {
    await sql.raw(`drop index desk_notice_${index}`).execute(db)
  }
  await sql.raw('alter table desk_notice rename to desk_notice_before').execute(db)
  await createSchema(db, 'sqlite', {
    tables: [NOTICE],
    indexes: NOTICE_INDEXES,
    appendOnly: [],
  })
  const columns = Object.keys(NOTICE.columns).join(', ')
  await sql
    .raw(`insert into desk_notice (${columns}) select ${columns} from desk_notice_before`)
    .execute(db)
  await sql.raw('drop table desk_notice_before').execute(db)
}

async function widenPostgres(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table desk_notice drop constraint desk_notice_check_1').execute(db)
  await sql
    .raw(`alter table desk_notice add constraint desk_notice_check_1 check (${KINDS})`)
    .execute(db)
}
