import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Kysely, type Migration, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CentreId } from '#app/domain/ids.ts'
import { chainAudit, findBrokenLink } from '#app/services/audit/chain.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { mainJob } from '#db/migrations/2026-11-22-001-main-job.ts'
import { migrations } from '#db/migrations/index.ts'
import { type Database, openDatabase, openFile, openPostgres } from '#db/open.server.ts'
import type { Engine, Sealed } from '#db/schema.ts'
import { keyedHash, readKek } from '#db/sealing/kek.server.ts'
import {
  type KeyStore,
  openKeyFile,
  openKeyPostgres,
  type Subject,
} from '#db/sealing/keys.server.ts'
import { openRecord } from '#db/sealing/records.server.ts'
import { type Connection, Sqlite } from '#db/sqlite.server.ts'
import { postgresPresent, repositoryRoot } from '#tests/setup/paths.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'
import {
  type Release,
  type Released,
  releasedFiles,
  releasedPostgres,
  releasedText,
} from '#tests/setup/released.ts'
import { postgresBin } from '#tests/setup/tools.mjs'
import { makeWorld, type World } from '#tests/setup/world.ts'
import { schemaPage } from '../../docs/schema-page.ts'

const MAIN_JOB: Release = '2026-11-22-main-job'
/** What the fixture of the main job holds. */
const CASES = 12
const LINKS = 90
const SEALED = {
  ...{ child: CASES, family: CASES, appointment: 12, case_event: 14, interview: 9 },
  ...{ review: 3, family_access: 1, outbox: 0 },
}

const ENGINES = [
  { engine: 'sqlite', name: 'SQLite', enginePresent: true },
  { engine: 'postgres', name: 'PostgreSQL (needs PostgreSQL)', enginePresent: postgresPresent },
] as const

type Opened = Released & { readonly database: Database; readonly keys: KeyStore }

let opened: Opened
let world: World

async function openReleased(engine: Engine): Promise<Opened> {
  const released = engine === 'sqlite' ? releasedFiles(MAIN_JOB) : await releasedPostgres(MAIN_JOB)
  const kek = readKek(released.keyFile)
  const { databaseUrl: url, dataDir } = released
  const database = openDatabase({ url, file: join(dataDir, 'einstieg.db') })
  const keys =
    url === null ? openKeyFile(join(dataDir, 'keys/keys.db'), kek) : openKeyPostgres(url, kek)
  return { ...released, database, keys }
}

describe.each(ENGINES)(
  'a database of the main job on $name, opened by this program',
  ({ engine, enginePresent }) => {
    describe.skipIf(!enginePresent)('with its engine here', () => {
      beforeEach(async () => {
        world = await makeWorld()
        opened = await openReleased(engine)
        await opened.database.migrate()
        await opened.keys.migrate()
      })
      afterEach(async () => {
        await opened.database.close()
        await opened.keys.close()
        await world.close()
        rmSync(opened.dataDir, { recursive: true, force: true })
      })

      test('opens every envelope with the key of its child or family', async () => {
        const counts: Record<string, number> = {}
        for (const table of await sealedTables(opened.database)) {
          counts[table] = await openAll(table, opened)
        }
        expect(counts).toEqual(SEALED)
      })

      test('knows who proposed what is proposed or assigned, from the history, and of nothing else', async () => {
        const proposed = await opened.database.db
          .selectFrom('pupil_case')
          .select(['stage', 'proposed_by'])
          .select((eb) =>
            eb
              .selectFrom('case_event')
              .select((event) => event.fn.max('account_id').as('who'))
              .whereRef('case_event.case_id', '=', 'pupil_case.id')
              .where('event', '=', 'school_proposed')
              .as('who'),
          )
          .execute()
        const isKnown = (stage: string) => stage === 'proposed' || stage === 'assigned'
        const known = proposed.filter(({ stage }) => isKnown(stage))
        expect(known.map(({ stage }) => stage).toSorted()).toEqual([
          'assigned',
          'proposed',
          'proposed',
        ])
        for (const { proposed_by, who } of known) {
          expect([proposed_by, proposed_by !== null]).toEqual([who, true])
        }
        const others = proposed.filter(({ stage }) => !isKnown(stage))
        expect(others.map(({ proposed_by }) => proposed_by)).toEqual(others.map(() => null))
      })

      test('verifies the chain of the trail, and goes on with it', async () => {
        const deps: Deps = { ...world, ...opened, keyed: keyedHash(readKek(opened.keyFile)) }
        const centreId = await demoCentre(opened.database)
        expect(await count(opened.database, 'audit_seal', centreId)).toBe(LINKS)
        expect(await findBrokenLink(deps, centreId)).toBeNull()

        const [entry] = await opened.database.db
          .selectFrom('audit_entry')
          .selectAll()
          .where('centre_id', '=', centreId)
          .execute()
        if (entry === undefined) throw new Error('The trail is empty')
        const next = { ...entry, id: 'ffffffff-0000-7000-8000-000000000001' }
        await opened.database.write((tx) => tx.insertInto('audit_entry').values(next).execute())
        expect(await chainAudit(deps)).toBeGreaterThanOrEqual(1)
        expect(await findBrokenLink(deps, centreId)).toBeNull()
        // control: under another key nothing of it fits
        const strange = { ...deps, keyed: world.keyed }
        expect(await findBrokenLink(strange, centreId)).toEqual({ seq: 1 })
      })

      test('guards what it guarded: the trail, the references, the checks', async () => {
        const { database } = opened
        const change = (statement: string) =>
          database.write((tx) =>
            sql
              .raw(statement)
              .execute(tx)
              .then(() => 'done'),
          )
        await expect(change("update audit_entry set event = 'x'")).rejects.toThrow(/append-only/)
        await expect(change('delete from seat_decision')).rejects.toThrow(/append-only/)
        await expect(change("update pupil_case set stage = 'nowhere'")).rejects.toThrow(/check/i)
        await expect(change('delete from family')).rejects.toThrow(/foreign key/i)
        await expect(change("update child set sealed = 'plain'")).rejects.toThrow(/check/i)
        // control: a change that nothing forbids is made
        await expect(change('update centre set version = version + 1')).resolves.toBe('done')
      })

      test('has the schema of a new database, nothing more and nothing less', async () => {
        const fresh = await freshSchema(engine)
        expect(await schemaOf(opened)).toEqual(fresh)
        if (engine === 'sqlite') {
          const page = readFileSync(join(repositoryRoot, 'docs/generated/schema.md'), 'utf8')
          expect(page.endsWith(await schemaPage(opened.database))).toBe(true)
        }
      })
    })
  },
)

describe.each(ENGINES)('the first migration on $name', ({ engine, enginePresent }) => {
  describe.skipIf(!enginePresent)('with its engine here', () => {
    test('makes what the release made: it is frozen', async () => {
      expect(await schemaMadeBy(engine, mainJob(engine))).toEqual(await frozenSchema(engine))
    })

    test('control: a migration edited in place is noticed', async () => {
      const edited: Migration = {
        up: async (db) => {
          await mainJob(engine).up(db)
          await sql.raw('create index edited on pupil_case (version)').execute(db)
        },
      }
      expect(await schemaMadeBy(engine, edited)).not.toEqual(await frozenSchema(engine))
    })
  })
})

describe.each(ENGINES)(
  'notices of a program before four eyes on $name',
  ({ engine, enginePresent }) => {
    test.skipIf(!enginePresent)('stay as they were', async () => {
      const dialect =
        engine === 'postgres'
          ? new PostgresDialect({ pool: new pg.Pool({ connectionString: await freshDatabase() }) })
          : new SqliteDialect({ database: new Sqlite(':memory:') })
      const db = new Kysely<unknown>({ dialect })
      const migrator = new Migrator({
        db,
        provider: { getMigrations: async () => migrations(engine) },
      })
      const before = await migrator.migrateTo('2026-11-23-008-at-school')
      expect(before.error).toBeUndefined()
      for (const statement of [
        `insert into account (id, email, name, state, created_at, version)
       values ('a', 'a@b', 'A', 'active', '2026-11-23T08:00:00.000Z', 1)`,
        `insert into centre (id, name, code, target_counselling_days, target_assignment_days,
         target_first_day_days, hold_days, source, version)
       values ('c', 'C', 'CC', 28, 14, 7, 7, 'operator', 1)`,
        `insert into desk_notice (centre_id, id, account_id, kind, case_id, made_at, read_at)
       values ('c', 'n', 'a', 'hold_ran_out', null, '2026-11-23T08:00:00.000Z', null)`,
      ]) {
        await sql.raw(statement).execute(db)
      }
      const kept = async () => (await sql`select * from desk_notice`.execute(db)).rows
      const then = await kept()
      expect(then).toHaveLength(1)
      expect((await migrator.migrateToLatest()).error).toBeUndefined()
      expect(await kept()).toEqual(then)
      await db.destroy()
    })
  },
)

describe.each(ENGINES)('an older program on $name', ({ engine, enginePresent }) => {
  describe.skipIf(!enginePresent)('with its engine here', () => {
    test('does not mind what the clock said when the earlier migrations were made', async () => {
      const { database, keys, dataDir } = await openReleased(engine)
      await database.write((tx) =>
        sql`update kysely_migration set timestamp = '2099-01-01T00:00:00.000Z'`.execute(tx),
      )
      await database.migrate()
      await expect(database.migrate()).resolves.toBeUndefined()
      await database.close()
      await keys.close()
      rmSync(dataDir, { recursive: true, force: true })
    })

    test('refuses a database that a newer one has migrated, and says what to do', async () => {
      const { database, keys, dataDir } = await openReleased(engine)
      await database.migrate()
      const newer = {
        name: '2099-01-01-001-from-the-future',
        timestamp: '2099-01-01T00:00:00.000Z',
      }
      await database.write((tx) =>
        sql`insert into kysely_migration (name, timestamp) values (${newer.name}, ${newer.timestamp})`.execute(
          tx,
        ),
      )
      await expect(database.migrate()).rejects.toThrow(
        'Die Datenbank ist neuer als dieses Programm: Ihren Stand „2099-01-01-001-from-the-future“',
      )
      await database.close()
      await keys.close()
      rmSync(dataDir, { recursive: true, force: true })
    })
  })
})

// ---- what is sealed ----

/** Whose key seals a row that is neither a child nor a family: its case's child, or its family. */
function subjectOf(table: string): string {
  if (table === 'child' || table === 'family')
    return `'${table}' as kind, t.id as subject from ${table} t`
  if (table === 'appointment') return "'family' as kind, t.family_id as subject from appointment t"
  const caseId = table === 'interview' ? 'id' : 'case_id'
  return `'child' as kind, c.child_id as subject from ${table} t join pupil_case c on c.id = t.${caseId}`
}

type SealedRow = {
  readonly centre_id: CentreId
  readonly id: string
  readonly sealed: Sealed
  readonly kind: Subject['kind']
  readonly subject: string
}

async function openAll(table: string, { database, keys }: Opened): Promise<number> {
  const { rows } = await sql
    .raw<SealedRow>(
      `select t.centre_id, t.id, t.sealed, ${subjectOf(table)} where t.sealed is not null`,
    )
    .execute(database.db)
  for (const { centre_id: centreId, id, sealed, kind, subject } of rows) {
    const key = await keys.find({ kind, centreId, id: subject })
    if (key === null) throw new Error(`No key for ${table} ${id}`)
    expect(openRecord(key, table, centreId, id, sealed)).toBeTypeOf('object')
  }
  return rows.length
}

/** Every table of the release with a sealed column; later ones are empty and have tests of their own. */
async function sealedTables({ db }: Database): Promise<readonly string[]> {
  const released = releasedText(MAIN_JOB, 'sqlite.sql')
  const tables = await db.introspection.getTables()
  return tables
    .filter(({ columns }) => columns.some(({ name }) => name === 'sealed'))
    .map(({ name }) => name)
    .filter((name) => released.includes(`CREATE TABLE "${name}"`))
    .toSorted()
}

async function demoCentre({ db }: Database): Promise<CentreId> {
  const { id } = await db.selectFrom('centre').select('id').executeTakeFirstOrThrow()
  return id
}

async function count({ db }: Database, table: 'audit_seal', centreId: CentreId): Promise<number> {
  const rows = await db.selectFrom(table).select('seq').where('centre_id', '=', centreId).execute()
  return rows.length
}

// ---- schemas ----

/** The schema of an opened database as its engine writes it down. */
async function schemaOf({ databaseUrl, dataDir }: Released): Promise<readonly string[]> {
  if (databaseUrl !== null) return dumped(databaseUrl)
  const connection = new Sqlite(join(dataDir, 'einstieg.db'), { readonly: true })
  const schema = writtenDown(connection)
  connection.close()
  return schema
}

async function freshSchema(engine: Engine): Promise<readonly string[]> {
  if (engine === 'postgres') {
    const url = await freshDatabase()
    const database = openPostgres(url)
    await database.migrate()
    await database.close()
    return dumped(url)
  }
  const { dataDir } = opened
  const database = openFile(join(dataDir, 'fresh', 'einstieg.db'))
  await database.migrate()
  await database.close()
  return schemaOf({ ...opened, dataDir: join(dataDir, 'fresh') })
}

async function frozenSchema(engine: Engine): Promise<readonly string[]> {
  if (engine === 'postgres') {
    const url = await freshDatabase()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(releasedText(MAIN_JOB, 'postgres.sql'))
    await client.end()
    return dumped(url)
  }
  const connection = new Sqlite(':memory:')
  connection.exec(releasedText(MAIN_JOB, 'sqlite.sql'))
  return writtenDown(connection)
}

async function schemaMadeBy(engine: Engine, first: Migration): Promise<readonly string[]> {
  const provider = { getMigrations: async () => ({ '2026-11-22-001-main-job': first }) }
  if (engine === 'postgres') {
    const url = await freshDatabase()
    const pool = new pg.Pool({ connectionString: url })
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    await migrateAlone(new Migrator({ db, provider }))
    await db.destroy()
    return dumped(url)
  }
  const connection = new Sqlite(':memory:')
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection }) })
  await migrateAlone(new Migrator({ db, provider }))
  return writtenDown(connection)
}

async function migrateAlone(migrator: Migrator): Promise<void> {
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

function writtenDown(connection: Connection): readonly string[] {
  const rows = connection.prepare('select sql from sqlite_master where sql is not null').all()
  const statements = (rows as { sql: string }[]).map((row) => row.sql)
  expect(statements.length).toBeGreaterThan(50)
  return statements.toSorted()
}

/** What `pg_dump` says of the public schema, without its settings and comments. */
function dumped(url: string): readonly string[] {
  const args = ['--schema-only', '--no-owner', '--no-privileges', '--schema=public', url]
  const { stdout, stderr, status } = spawnSync(`${postgresBin()}/pg_dump`, args, {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  const lines = stdout.split('\n').filter((line) => !/^(--|SET |SELECT |\\|$)/.test(line))
  expect(lines.length).toBeGreaterThan(200)
  return lines
}
