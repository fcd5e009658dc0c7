import type { Migration } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** What a person typed and has not sent (decision 0026): one row a person, form and case. */
export function drafts(engine: Engine): Migration {
  return {
    up: (db) =>
      createSchema(db, engine, {
        tables: [
          {
            name: 'draft',
            key: ['centre_id', 'id'],
            columns: {
              centre_id: 'text',
              id: 'text',
              account_id: 'text',
              case_id: 'text?',
              form: 'text',
              sealed: 'text',
              saved_at: 'text',
              kept_until: 'text',
            },
            checks: ["sealed like 'v1.%'", 'kept_until > saved_at'],
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
          'create unique index draft_of_case on draft (centre_id, case_id, account_id, form)',
          // two rows without a case differ for the index above
          'create unique index draft_of_no_case on draft (centre_id, account_id, form) where case_id is null',
          'create index draft_account on draft (account_id)',
          'create index draft_kept_until on draft (kept_until)',
        ],
        appendOnly: [],
      }),
  }
}
