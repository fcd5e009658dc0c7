import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, openFile, openMemory } from '#db/open.server.ts'
import type { Db } from '#db/schema.ts'
import { Sqlite as BetterSqlite, type Connection } from '#db/sqlite.server.ts'

/** What SQLite itself must report, on the connection that writes and on the one that reads. */
const PRAGMAS = [
  ['journal_mode', 'wal'],
  ['synchronous', 2],
  ['foreign_keys', 1],
  ['secure_delete', 1],
  ['trusted_schema', 0],
  ['recursive_triggers', 1],
] as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'einstieg-open-'))
})
afterEach(() => {
  vi.doUnmock('#db/sqlite.server.ts')
  vi.resetModules()
  rmSync(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'a', 'einstieg.db')

async function pragmaOf(db: Db, name: string): Promise<unknown> {
  const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)
  return Object.values(rows[0] ?? {})[0]
}

describe('a database in a file', () => {
  let database: Database
  beforeEach(async () => {
    database = openFile(file())
    await database.migrate()
  })
  afterEach(() => database.close())

  test.each([...PRAGMAS, ['busy_timeout', 5000] as const])(
    'has %s = %j where it reads and where it writes',
    async (name, value) => {
      expect(await pragmaOf(database.db, name)).toBe(value)
      expect(await database.write((tx) => pragmaOf(tx, name))).toBe(value)
    },
  )

  test('once closed leaves no log beside it, also where nobody has written or read', async () => {
    for (const use of [undefined, municipalities]) {
      const again = openFile(file())
      await use?.(again.db)
      await again.close()
    }
    await database.close()
    expect(readdirSync(join(folder, 'a'))).toEqual(['einstieg.db'])
  })

  test('cannot be written through the reader', async () => {
    expect(await pragmaOf(database.db, 'query_only')).toBe(1)
    expect(await database.write((tx) => pragmaOf(tx, 'query_only'))).toBe(0)
    await expect(addMunicipality(database.db)).rejects.toThrow(/readonly/)
    await database.write(addMunicipality)
    expect(await municipalities(database.db)).toHaveLength(1)
  })

  test('a write begins at once: a second writer is told, not surprised at its commit', async () => {
    const other = new BetterSqlite(file(), { timeout: 0 })
    await database.write(async () => {
      expect(() => other.exec('begin immediate')).toThrow(/locked/)
    })
    other.exec('begin immediate; rollback')
    other.close()
  })
})

describe.each([
  ['a file', async () => openFile(file())],
  ['memory', async () => openMemory()],
] as const)('in %s', (_name, open) => {
  test('a read beside the transaction is refused inside of it, and its write rolled back', () =>
    refusesReadsInsideWrites(open))
})

async function refusesReadsInsideWrites(open: () => Promise<Database>): Promise<void> {
  const database = await open()
  await database.migrate()
  const write = database.write(async (tx) => {
    await addMunicipality(tx)
    await municipalities(database.db)
  })
  await expect(write).rejects.toThrow('Inside a transaction use its tx')
  expect(await municipalities(database.db)).toEqual([])
  await database.close()
}

describe('a SQLite that does not keep what it must', () => {
  test.each(['3.51.2', '3.50.9', '3.9.4', '2.99.99'])('%s is too old', async (version) => {
    const { openFile } = await withSqlite((connection) => claimVersion(connection, version))
    expect(() => openFile(file())).toThrow(`SQLite ${version} ist zu alt: Fassungen vor 3.51.3`)
  })

  test.each(['3.51.3', '3.52.0', '4.0.0'])('%s is new enough', async (version) => {
    const { openFile } = await withSqlite((connection) => claimVersion(connection, version))
    await openFile(file()).close()
  })

  test.each(PRAGMAS.filter(([name]) => name !== 'foreign_keys'))(
    'opens nothing when %s does not become %j',
    async (name) => {
      const { openFile } = await withSqlite((connection) => ignoreSetting(connection, name))
      expect(() => openFile(file())).toThrow(`Einstellung ${name} nicht zu: Sie ist`)
    },
  )

  test('opens nothing when foreign keys stay off', async () => {
    const { openFile } = await withSqlite((connection) => {
      connection.pragma('foreign_keys = OFF')
      ignoreSetting(connection, 'foreign_keys')
    })
    expect(() => openFile(file())).toThrow('Einstellung foreign_keys nicht zu: Sie ist 0, nicht 1')
  })
})

/** The module anew, over connections that `change` has had in hand first. */
async function withSqlite(change: (connection: Connection) => void) {
  function Changed(name: string) {
    const connection = new BetterSqlite(name)
    change(connection)
    return connection
  }
  vi.resetModules()
  vi.doMock('#db/sqlite.server.ts', () => ({ Sqlite: Changed }))
  return import('#db/open.server.ts')
}

function claimVersion(connection: Connection, version: string): void {
  connection.function('sqlite_version', () => version)
}

function ignoreSetting(connection: Connection, name: string): void {
  const pragma = connection.pragma.bind(connection)
  connection.pragma = (source, options) =>
    source.startsWith(`${name} =`) ? undefined : pragma(source, options)
}

function addMunicipality(db: Db) {
  const row = { key: '05358008' as never, name: 'Düren', east: 1, north: 1 }
  return db.insertInto('municipality').values(row).execute()
}

function municipalities(db: Db) {
  return db.selectFrom('municipality').select('key').execute()
}
