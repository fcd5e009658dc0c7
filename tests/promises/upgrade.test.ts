import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readKek } from '#db/sealing/kek.server.ts'
import { lookInto, violations } from '#tests/promises/p2-inspect.ts'
import { sealedWord } from '#tests/promises/search.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type Released, releasedFiles, releasedPostgres } from '#tests/setup/released.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { signIn, signInFamily } from '#tests/setup/session.ts'

/** The demo's accounts and the family's slip, as the release printed them. */
const PASSWORD = 'einstieg-lindenau-demo'
const CODE = 'K7M4X-QR2TP'
const PIN = '27182818'
/** A child of the fixture, in Latin letters and in her own. */
const CHILD = { familyName: 'Stanekzai', original: 'ستانکزی', number: 'DEM-2026-0046' }

let released: Released
let server: TestServer | undefined

afterEach(async () => {
  await server?.stop()
  server = undefined
  rmSync(released.dataDir, { recursive: true, force: true })
})

async function startOn({ dataDir, env }: Released): Promise<TestServer> {
  const started = await startServer({ dataDir, env: { ...env, LOG_LEVEL: 'info' } })
  server = started
  return started
}

const ENGINES = [
  { name: 'SQLite', enginePresent: true, open: async () => releasedFiles('2026-11-22-main-job') },
  {
    name: 'PostgreSQL (needs PostgreSQL)',
    enginePresent: postgresPresent,
    open: () => releasedPostgres('2026-11-22-main-job'),
  },
]

describe.each(ENGINES)('upgrade on $name', ({ enginePresent, open }) => {
  test.skipIf(!enginePresent)(
    'the built server opens the main job’s database: staff find a child by name, the family its page',
    async () => {
      released = await open()
      const kek = readKek(released.keyFile)
      const before = await lookInto({ ...released, kek }, violations)
      // the release's trail was cut to its first links (tests/fixtures/README.md): nothing else is amiss
      expect(before.filter((one) => !one.startsWith('what happened to a case stands'))).toEqual([])
      const { port, origin } = await startOn(released)
      const door = { port, origin }

      const counsellor = await signIn(door, 'beratung@demo.example', PASSWORD)
      for (const word of [CHILD.familyName, CHILD.original]) {
        const token = await sealedWord(counsellor, word)
        const list = await counsellor.get(`/faelle?suche=${token}`)
        expect(list.status).toBe(200)
        expect(list.body).toContain(CHILD.number)
        expect(list.body).toContain(CHILD.familyName)
      }
      // control: a name that nobody has finds nobody
      const nobody = await sealedWord(counsellor, 'Qzxwvykjq')
      expect((await counsellor.get(`/faelle?suche=${nobody}`)).body).not.toContain(CHILD.number)

      const family = await signInFamily(door, CODE, PIN)
      expect((await family.get('/familie')).status).toBe(200)
      await server?.stop()
      server = undefined
      expect((await lookInto({ ...released, kek }, violations)).toSorted()).toEqual(
        before.toSorted(),
      )
    },
  )
})

test('a start that is refused for the kept head leaves the old schema as it was', async () => {
  released = releasedFiles('2026-11-22-main-job')
  const { Sqlite } = await import('#db/sqlite.server.ts')
  const migrations = () => {
    const file = new Sqlite(`${released.dataDir}/einstieg.db`, { readonly: true })
    const names = file.prepare('select name from kysely_migration').pluck().all()
    file.close()
    return names
  }
  const before = migrations()
  const head = join(released.dataDir, 'ende.jsonl')
  writeFileSync(head, 'kein Ende\n')
  const refused = { ...released, env: { ...released.env, AUDIT_HEAD_FILE: head } }
  await expect(startOn(refused)).rejects.toThrow(/Einstieg startet nicht/)
  expect(migrations()).toEqual(before)

  // control: without it the same start migrates
  await startOn(released)
  expect(migrations().length).toBeGreaterThan(before.length)
})

test('the server ends with a sentence when the database is newer than the program', async () => {
  released = releasedFiles('2026-11-22-main-job')
  await (await startOn(released)).stop()
  const { Sqlite } = await import('#db/sqlite.server.ts')
  const file = new Sqlite(`${released.dataDir}/einstieg.db`)
  file.exec("insert into kysely_migration values ('2099-01-01-001-later', '2099-01-01')")
  file.close()
  await expect(startOn(released)).rejects.toThrow(
    /Die Datenbank ist neuer als dieses Programm: Ihren Stand „2099-01-01-001-later“ kennt/,
  )
})
