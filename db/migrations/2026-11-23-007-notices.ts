import { type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** What waits for somebody, told on their desk and by mail; and who wants no mail. */
export function notices(engine: Engine): Migration {
  return {
    up: async (db) => {
      await sql
        .raw('alter table outbox add column account_id text references account (id)')
        .execute(db)
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
              `kind in ('school_proposed', 'school_assigned', 'proposal_waits', 'proposal_declined',
                'school_can_admit', 'admission_confirmed', 'proposal_sent_back', 'case_assigned',
                'hold_ran_out')`,
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
          {
            name: 'mail_refusal',
            key: ['account_id'],
            columns: { account_id: 'text', since: 'text' },
            references: [{ columns: ['account_id'], table: 'account', target: ['id'] }],
          },
        ],
        indexes: [
          'create index desk_notice_case on desk_notice (centre_id, case_id, kind)',
          'create index desk_notice_unread on desk_notice (account_id, made_at) where read_at is null',
          'create index desk_notice_made_at on desk_notice (made_at)',
          // of two decisions at the same moment one writes the mail, the other finds it waiting
          "create unique index outbox_one_mail on outbox (account_id) where channel = 'mail' and state = 'waiting' and attempts = 0",
          'create index outbox_account on outbox (account_id, state)',
        ],
        appendOnly: [],
      })
    },
  }
}
