import { type Kysely, type Migration, sql } from 'kysely'
import type { Engine } from '../schema.ts'
import { createSchema } from './tables.ts'

/** A mail stands for all that a member of staff has not read, so it belongs to no one child. */
const BELONGS = `case when channel = 'mail'
  then account_id is not null and case_id is null and sealed is null
  else sealed is not null end`

/**
 * Mails to members of staff hang on no child and on no child's key: they say nothing of anybody, and
 * who is erased must not take along what others were told by.
 */
export function mailOfNobody(engine: Engine): Migration {
  return { up: (db) => (engine === 'sqlite' ? onSqlite(db) : onPostgres(db)) }
}

async function onPostgres(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table outbox alter column sealed drop not null').execute(db)
  await sql
    .raw("update outbox set sealed = null, case_id = null where channel = 'mail'")
    .execute(db)
  await sql.raw(`alter table outbox add constraint outbox_check_3 check (${BELONGS})`).execute(db)
}

/** SQLite takes a `not null` back only with a new table. */
async function onSqlite(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table outbox rename to outbox_before').execute(db)
  for (const index of ['outbox_due', 'outbox_one_mail', 'outbox_account']) {
    await sql.raw(`drop index ${index}`).execute(db)
  }
  await createSchema(db, 'sqlite', {
    tables: [
      {
        name: 'outbox',
        key: ['centre_id', 'id'],
        columns: {
          centre_id: 'text',
          id: 'text',
          event_id: 'text',
          channel: 'text',
          case_id: 'text?',
          sealed: 'text?',
          state: 'text',
          attempts: 'integer',
          run_at: 'text',
          lease_until: 'text?',
          leased_by: 'text?',
          created_at: 'text',
          account_id: 'text?',
        },
        unique: [['centre_id', 'event_id', 'channel']],
        checks: [
          "sealed like 'v1.%'",
          "state in ('waiting', 'running', 'done', 'failed')",
          BELONGS,
        ],
        references: [
          { columns: ['centre_id', 'case_id'], table: 'pupil_case', target: ['centre_id', 'id'] },
          { columns: ['account_id'], table: 'account', target: ['id'] },
        ],
      },
    ],
    indexes: [
      'create index outbox_due on outbox (state, run_at)',
      "create unique index outbox_one_mail on outbox (account_id) where channel = 'mail' and state = 'waiting' and attempts = 0",
      'create index outbox_account on outbox (account_id, state)',
    ],
    appendOnly: [],
  })
  const kept =
    'centre_id, id, event_id, channel, state, attempts, run_at, lease_until, leased_by, created_at, account_id'
  await sql
    .raw(
      `insert into outbox (${kept}, case_id, sealed)
       select ${kept}, case when channel = 'mail' then null else case_id end,
         case when channel = 'mail' then null else sealed end
       from outbox_before`,
    )
    .execute(db)
  await sql.raw('drop table outbox_before').execute(db)
}
