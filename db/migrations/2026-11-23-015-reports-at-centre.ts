import { type Kysely, type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema, type Table } from './tables.ts'

/**
 * A school's report that a place is missing is answered by the centre where that assigns: who
 * proposed stays known while the case is assigned, and the centre is told of the report.
 */
export function reportsAtCentre(engine: Engine): Migration {
  return {
    up: async (db) => {
      await sql.raw(WHO_PROPOSED).execute(db)
      await (engine === 'sqlite' ? widenSqlite(db) : widenPostgres(db))
    },
  }
}

/** What is assigned already was proposed by whom its history says. */
const WHO_PROPOSED = `update pupil_case set proposed_by = (
    select account_id from case_event
    where case_event.centre_id = pupil_case.centre_id and case_event.case_id = pupil_case.id
      and case_event.event = 'school_proposed' and case_event.stage = 'proposed'
    order by case_event.recorded_at desc, case_event.id desc limit 1
  ) where stage = 'assigned'`

const KINDS = `kind in ('school_proposed', 'school_assigned', 'proposal_waits', 'assignment_waits',
  'proposal_declined', 'school_can_admit', 'admission_confirmed', 'proposal_sent_back', 'case_assigned',
  'hold_ran_out', 'capacity_reported', 'report_waits', 'case_reported', 'school_kept', 'case_kept',
  'school_taken_back', 'case_taken_back', 'child_not_started', 'child_gone', 'regular_place_missing',
  'regular_place_sought')`

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
  await createSchema(db, 'sqlite', { tables: [NOTICE], indexes: NOTICE_INDEXES, appendOnly: [] })
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
