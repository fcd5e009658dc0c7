import { Kysely, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { migrations } from '#db/migrations/index.ts'
import type { Engine } from '#db/schema.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'

const ENGINES = [
  { engine: 'sqlite', name: 'SQLite', enginePresent: true },
  { engine: 'postgres', name: 'PostgreSQL (needs PostgreSQL)', enginePresent: postgresPresent },
] as const

async function emptyDatabase(engine: Engine): Promise<Kysely<unknown>> {
  if (engine === 'sqlite') {
    return new Kysely({ dialect: new SqliteDialect({ database: new Sqlite(':memory:') }) })
  }
  const pool = new pg.Pool({ connectionString: await freshDatabase() })
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}

/** Puts a message into the outbox as it was before mails stood for nobody. */
const queue = (db: Kysely<unknown>, id: string, channel: string, state: string) =>
  sql`insert into outbox (centre_id, id, event_id, channel, account_id, sealed, state, attempts, run_at, created_at)
    values ('centre', ${id}, ${`event-${id}`}, ${channel}, 'account', 'v1.of.a.child', ${state}, 0, '1', '1')`.execute(
    db,
  )

describe.each(ENGINES)('the outbox on $name', ({ engine, enginePresent }) => {
  test.skipIf(!enginePresent)(
    'keeps what waits: letters as they were, mails without their envelope',
    async () => {
      const db = await emptyDatabase(engine)
      const provider = { getMigrations: async () => migrations(engine) }
      const migrator = new Migrator({ db, provider })
      const before = await migrator.migrateTo('2026-11-23-008-at-school')
      expect(before.error).toBeUndefined()
      await sql`insert into account (id, email, name, state, created_at, version)
      values ('account', 'a@amt.example', 'Name', 'active', '1', 1)`.execute(db)
      await queue(db, 'mail', 'mail', 'waiting')
      await queue(db, 'letter', 'letter', 'done')

      const { error } = await migrator.migrateToLatest()
      expect(error).toBeUndefined()
      const { rows } =
        await sql`select id, account_id, sealed, state from outbox order by id`.execute(db)
      expect(rows).toEqual([
        { id: 'letter', account_id: 'account', sealed: 'v1.of.a.child', state: 'done' },
        { id: 'mail', account_id: 'account', sealed: null, state: 'waiting' },
      ])
      // still one fresh mail a person, and one message an event and channel
      await expect(queue(db, 'mail', 'letter', 'done')).rejects.toThrow(/unique/i)
      const another = sql`insert into outbox (centre_id, id, event_id, channel, account_id, state, attempts, run_at, created_at)
      values ('centre', 'other', 'event-other', 'mail', 'account', 'waiting', 0, '1', '1')`
      await expect(another.execute(db)).rejects.toThrow(/unique/i)
      await db.destroy()
    },
  )
})
