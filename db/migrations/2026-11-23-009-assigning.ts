import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

const COLUMNS = 'centre_id, id, account_id, kind, case_id, made_at, read_at'

/**
 * Who proposed, for centres that assign with two people; that a colleague is told to assign; and how a
 * centre worked when.
 */
export function assigning(engine: Engine): Migration {
  return {
    up: async (db) => {
      const run = (text: string) => sql.raw(text).execute(db)
      await run('alter table pupil_case add column proposed_by text references account (id)')
      // what is proposed already was proposed by whom its history says
      await run(`update pupil_case set proposed_by = (
        select account_id from case_event
        where case_event.centre_id = pupil_case.centre_id and case_event.case_id = pupil_case.id
          and case_event.event = 'school_proposed' and case_event.stage = 'proposed'
        order by case_event.recorded_at desc, case_event.id desc limit 1
      ) where stage = 'proposed'`)
      // SQLite changes no check: the table is made anew with one kind more
      await run(`create table desk_notice_kept as select ${COLUMNS} from desk_notice`)
      await run('drop table desk_notice')
      await createSchema(db, engine, {
        tables: [
          {
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
            checks: [
              `kind in ('school_proposed', 'school_assigned', 'proposal_waits', 'assignment_waits',
                'proposal_declined', 'school_can_admit', 'admission_confirmed',
                'proposal_sent_back', 'case_assigned', 'hold_ran_out')`,
            ],
            references: [
              { columns: ['centre_id'], table: 'centre', target: ['id'] },
              { columns: ['account_id'], table: 'account', target: ['id'] },
              {
                columns: ['centre_id', 'case_id'],
                table: 'pupil_case',
                target: ['centre_id', 'id'],
              },
            ],
          },
        ],
        indexes: [
          'create index desk_notice_case on desk_notice (centre_id, case_id, kind)',
          'create index desk_notice_unread on desk_notice (account_id, made_at) where read_at is null',
          'create index desk_notice_made_at on desk_notice (made_at)',
          // how a centre works changes a few times a year, in a trail of millions
          "create index audit_entry_rules on audit_entry (centre_id, id) where event = 'rules_changed'",
        ],
        appendOnly: [],
      })
      await run(`insert into desk_notice (${COLUMNS}) select ${COLUMNS} from desk_notice_kept`)
      await run('drop table desk_notice_kept')
    },
  }
}
