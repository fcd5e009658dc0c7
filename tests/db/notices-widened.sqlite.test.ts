import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { expect, test } from 'vitest'
import { migrations } from '#db/migrations/index.ts'
import { Sqlite } from '#db/sqlite.server.ts'

/** The columns of a notice, with those that an older database holds. */
const NOTICE = ['centre-1', 'notice-1', 'account-1', 'hold_ran_out', null, '2026-11-20', null]

test('a table of notices that is made anew keeps what people have not read', async () => {
  const connection = new Sqlite(':memory:')
  connection.exec('pragma foreign_keys = off')
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection }) })
  const provider = { getMigrations: async () => migrations('sqlite') }
  const migrator = new Migrator({ db, provider })
  expect((await migrator.migrateTo('2026-11-23-008-at-school')).error).toBeUndefined()
  const insert = `insert into desk_notice
    (centre_id, id, account_id, kind, case_id, made_at, read_at) values (?, ?, ?, ?, ?, ?, ?)`
  connection.prepare(insert).run(...NOTICE)
  const newer = NOTICE.with(1, 'notice-2').with(3, 'capacity_reported')
  expect(() => connection.prepare(insert).run(...newer)).toThrow(/CHECK constraint/)

  expect((await migrator.migrateToLatest()).error).toBeUndefined()
  connection.prepare(insert).run(...newer)
  const rows = connection.prepare('select * from desk_notice order by id').all()
  expect(rows.map((row) => Object.values(row as object))).toEqual([NOTICE, newer])
  await db.destroy()
})
