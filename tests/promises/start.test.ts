import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { type Instant, today } from '#app/domain/time.ts'
import { anchorTrail } from '#app/services/audit/verify-trail.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { runRetention } from '#app/services/privacy/run-retention.server.ts'
import { kekOf, readKek } from '#db/sealing/kek.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import {
  filesOf,
  makeFileWorld,
  makePostgresWorld,
  type SharedWorld,
} from '#tests/promises/file-world.ts'
import { newChild } from '#tests/promises/p2-load.ts'
import { done } from '#tests/promises/steps.ts'
import { scratch } from '#tests/setup/folder.ts'
import { faketimePresent, loopPresent, postgresPresent, rootPresent } from '#tests/setup/paths.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { signIn } from '#tests/setup/session.ts'
import { kiJson, runKi, runServer } from '#tests/setup/terminal.ts'
import { faketimePath, mkfsPath } from '#tests/setup/tools.mjs'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
/** A key that sealed nothing. */
const ANOTHER = kekOf(Buffer.alloc(32, 0xab))
/** An account that owns nothing here. */
const STRANGER = 65_534

type Checks = { readonly checks: readonly { readonly code: string; readonly state: string }[] }

const running: TestServer[] = []
const worlds: SharedWorld[] = []
const mounts: string[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL')
  for (const mount of mounts.splice(0)) spawnSync('umount', [mount])
})
afterAll(async () => {
  for (const world of worlds) await world.close()
})

/** A world whose last entry is of this very moment, as a machine leaves it that is switched off now. */
async function worldNow(make: () => Promise<SharedWorld> = makeFileWorld): Promise<SharedWorld> {
  const world = await make()
  worlds.push(world)
  world.clock.moveTo(new Date().toISOString() as Instant)
  return world
}

async function started(dataDir: string, env: Readonly<Record<string, string>> = {}) {
  const server = await startServer({ dataDir, env: { LOG_LEVEL: 'info', ...env } })
  running.push(server)
  return server
}

/** What a start that is refused says: one line, and nothing is served. */
async function refusal(env: Readonly<Record<string, string>>, account?: number): Promise<string> {
  const port = String(await freePort())
  const { code, stdout, stderr } = await runServer({ PORT: port, ...env }, account)
  expect({ code, stdout: /läuft|listening/.test(stdout) }).toEqual({ code: 1, stdout: false })
  expect(stderr.trim().split('\n')).toHaveLength(1)
  return stderr
}

async function codes(env: Readonly<Record<string, string>>, exit: number, state: string) {
  const { code, stdout } = await runKi(['check', '--json'], env)
  expect(code).toBe(exit)
  const { checks } = JSON.parse(stdout) as Checks
  return checks.filter((check) => check.state === state).map((check) => check.code)
}

/** The files of a closed installation, apart from the world that goes on. */
async function copyOf(world: SharedWorld): Promise<string> {
  await world.database.scrub()
  await world.keys.scrub()
  const dataDir = scratch()
  cpSync(world.dataDir, dataDir, { recursive: true, force: true })
  return dataDir
}

describe('children without their keys', () => {
  test('SQLite: the file of keys is gone, or empty: refused, and no new one is made', async () => {
    const world = await worldNow()
    await registered(world)
    const dataDir = await copyOf(world)
    const { keys, data } = filesOf(dataDir)
    const before = readFileSync(data)
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${keys}${suffix}`, { force: true })
    const said = await refusal({ DATA_DIR: dataDir })
    expect(said).toMatch(/Schlüsseldatenbank fehlt.*stehen 1 Kinder.*backup restore/)
    expect(existsSync(keys)).toBe(false)
    expect(await codes({ DATA_DIR: dataDir }, 1, 'refused')).toEqual(['opening_failed'])

    copyFileSync(filesOf(world.dataDir).keys, keys)
    const emptied = new Sqlite(keys)
    emptied.exec('delete from sealing_key')
    emptied.close()
    expect(await refusal({ DATA_DIR: dataDir })).toContain('fehlt oder ist leer')
    expect(readFileSync(data).equals(before)).toBe(true)

    // control: with its keys it serves, and a second one on its port says why it does not
    copyFileSync(filesOf(world.dataDir).keys, keys)
    const { port } = await started(dataDir)
    const second = await runServer({ DATA_DIR: dataDir, PORT: String(port) })
    expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/hört schon/) })
  })

  test.skipIf(!postgresPresent)(
    'PostgreSQL: the schema of keys is empty, or gone (needs PostgreSQL)',
    async () => {
      const world = await worldNow(makePostgresWorld)
      await registered(world)
      const { db } = world.database
      await sql`create table kept as select * from keys.sealing_key`.execute(db)
      await sql`delete from keys.sealing_key`.execute(db)
      expect(await refusal(world.env)).toMatch(/Schlüsseldatenbank fehlt.*backup restore/)
      await sql`insert into keys.sealing_key select * from kept`.execute(db)
      expect(await codes(world.env, 0, 'refused')).toEqual([])
      await sql`drop schema keys cascade`.execute(db)
      expect(await refusal(world.env)).toMatch(/Schlüsseldatenbank fehlt.*backup restore/)
      const { rows } = await sql`select 1 from pg_namespace where nspname = 'keys'`.execute(db)
      expect(rows).toEqual([])
    },
  )
})

describe('F23: the file of the key-encryption key', () => {
  const BRING = 'Bitte legen Sie die richtige Schlüsseldatei an ihren Platz'
  const holding = (text: string) => (file: string) => writeFileSync(file, text, { mode: 0o400 })

  test.each<[string, (file: string) => void, (file: string) => string]>([
    [
      'is not there',
      () => undefined,
      (file) =>
        `Die Schlüsseldatei ${file} gibt es nicht. Bitte legen Sie sie dorthin, oder berichtigen Sie KEY_FILE.`,
    ],
    [
      'is open to others',
      (file) => {
        copyFileSync(filesOf(closed).kek, file)
        chmodSync(file, 0o644)
      },
      (file) =>
        `Die Schlüsseldatei ${file} darf nur für das eigene Konto lesbar sein. Bitte ändern Sie das mit „chmod 0400 ${file}“.`,
    ],
    ['is empty', holding(''), (file) => `Die Schlüsseldatei ${file} ist leer. ${BRING}.`],
    [
      'holds no key',
      holding('geheim'),
      (file) =>
        `${file} enthält etwas anderes als Schlüssel (32 Byte als Hex oder Base64 je Zeile). ${BRING}.`,
    ],
    [
      'is another one',
      holding(ANOTHER.key.toString('hex')),
      () =>
        `In der Schlüsseldatei fehlt der Hauptschlüssel mit der Kennung ${readKek(filesOf(closed).kek).id}; ohne ihn lassen sich die Angaben zu 2 Kindern und Familien nicht öffnen. Sie enthält ${ANOTHER.id}. ${BRING}; es wurde nichts geändert.`,
    ],
  ])(
    '%s: refused with a sentence that says what to do, and nothing is written',
    async (_how, make, sentence) => {
      const file = join(scratch(), 'kek')
      make(file)
      const { data, keys } = filesOf(closed)
      const before = [readFileSync(data), readFileSync(keys)]
      const said = await refusal({ DATA_DIR: closed, KEY_FILE: file })
      expect(said).toBe(`Einstieg startet nicht. KEY_FILE: ${sentence(file)}\n`)
      expect([readFileSync(data), readFileSync(keys)]).toEqual(before)
    },
  )

  let closed: string
  beforeAll(async () => {
    const world = await worldNow()
    await registered(world)
    closed = await copyOf(world)
  })
})

describe('F4: a disk that cannot be written', () => {
  test.skipIf(!rootPresent)('the data folder belongs to somebody else (needs root)', async () => {
    const world = await worldNow()
    const dataDir = await copyOf(world)
    chmodSync(dataDir, 0o755)
    expect(await refusal({ DATA_DIR: dataDir }, STRANGER)).toMatch(
      /Einstieg startet nicht\..*(lässt sich nicht beschreiben|Schlüsseldatei).*/,
    )
    const empty = scratch()
    chmodSync(empty, 0o755)
    const said = await refusal({ DATA_DIR: empty }, STRANGER)
    expect(said).toContain(`${empty} lässt sich nicht beschreiben (EACCES)`)
    expect(said).toContain(`Besitzer ist das Konto 0, das Programm läuft als ${STRANGER}`)
  })

  test.skipIf(!loopPresent)(
    'the kernel makes it read-only under the server: writes are put off, health is red, it goes on; and does not start on it (needs root and a loop device)',
    async () => {
      const world = await worldNow()
      await argonPasswords(world)
      const dataDir = diskFrom(await copyOf(world))
      const server = await started(dataDir)
      const browser = await signIn(server, COUNSELLOR, WORLD_PASSWORD)
      const register = (name: string) =>
        browser.post('/faelle/neu', newChild(name, today({ now: () => new Date() })))
      expect((await register('Qbcdfgh')).status).toBe(303)
      expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)

      expect(spawnSync('mount', ['-o', 'remount,abort', dataDir]).status).toBe(0)
      for (let tries = 0; tries < 3; tries += 1) {
        const refused = await register('Qbcdfgj')
        expect(refused.status).toBe(503)
        expect(refused.body).toContain('Es wurde nichts geändert')
        expect((await fetch(`${server.origin}/healthz`)).status).toBe(503)
        expect((await browser.get('/anmelden')).status).toBeLessThan(500)
      }
      expect(server.stdout()).not.toContain('"event":"accident"')
      expect(await server.stop('SIGTERM')).toBe(0)

      expect(await refusal({ DATA_DIR: dataDir })).toMatch(/nicht beschreiben \(EROFS\)/)
    },
  )
})

describe.skipIf(!faketimePresent)('F5: the clock (needs faketime)', () => {
  const faked = (offset: string) => ({
    LD_PRELOAD: faketimePath() ?? '',
    FAKETIME: offset,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  })

  test('a day behind the trail it does not start; minutes behind it does', async () => {
    const world = await worldNow()
    await registered(world)
    const dataDir = await copyOf(world)
    const said = await refusal({ DATA_DIR: dataDir, ...faked('-1d') })
    expect(said).toMatch(/Uhr dieses Rechners zeigt.*letzte Eintrag.*retention confirm/)
    expect(await codes({ DATA_DIR: dataDir, ...faked('-1d') }, 1, 'refused')).toEqual([
      'clock_behind',
    ])
    await started(dataDir, faked('-3m'))
  })

  test('ten years ahead it serves, and retention stops and asks', async () => {
    const world = await worldNow()
    await registered(world)
    await runRetention(world)
    const dataDir = await copyOf(world)
    const ahead = { DATA_DIR: dataDir, ...faked('+10y') }
    const server = await started(dataDir, faked('+10y'))
    expect(server.stdout()).toContain('"code":"clock_jumped"')
    expect(await kiJson(['retention', 'list'], ahead)).toMatchObject({ isStopped: true })
  })
})

describe('F24: last week’s backup', () => {
  test('is refused until it is accepted, and who was erased since is erased again before the port opens', async () => {
    const world = await worldNow()
    const headFile = join(scratch(), 'ende.jsonl')
    const erased = await registered(world)
    const other = await registered(world, { child: { familyName: 'Andersen' } })
    await anchorTrail(world, headFile)
    const dataDir = await copyOf(world)
    const env = { DATA_DIR: dataDir, AUDIT_HEAD_FILE: headFile }

    done(await eraseNow(world.as('lead'), { caseId: erased, ground: 'art_17' }))
    await anchorTrail(world, headFile)
    // the ledger is not put back: it lies elsewhere
    const ledger = filesOf(world.dataDir).ledger
    const there = { ...env, LEDGER_FILE: ledger }

    expect(await refusal(there)).toMatch(/Das Protokoll endet vor dem Ende.*audit accept/)
    expect(await codes(there, 1, 'refused')).toEqual(['head_cut'])
    expect(casesIn(dataDir)).toEqual([erased, other].toSorted())
    expect(await kiJson(['audit', 'accept'], there)).toMatchObject({ accepted: 1 })

    const server = await started(dataDir, { AUDIT_HEAD_FILE: headFile, LEDGER_FILE: ledger })
    expect(casesIn(dataDir)).toEqual([other])
    const log = server.stdout()
    expect(log).toContain('"code":"erasedAgain"')
    expect(log.indexOf('"code":"erasedAgain"')).toBeLessThan(log.indexOf('"event":"listening"'))
    const verified = await runKi(['audit', 'verify', '--head', headFile], there)
    expect(verified.stdout).toContain('als verloren bestätigt: 1')
  })
})

function casesIn(dataDir: string): readonly string[] {
  const file = new Sqlite(filesOf(dataDir).data, { readonly: true })
  const ids = file.prepare('select id from pupil_case order by id').pluck().all() as CaseId[]
  file.close()
  return ids
}

/** A disk of its own with the files of a folder on it. */
function diskFrom(folder: string): string {
  const [image, mount] = [join(scratch(), 'disk'), scratch()]
  const run = (program: string, ...args: readonly string[]) =>
    expect(`${program} ${spawnSync(program, args).status}`).toBe(`${program} 0`)
  run('truncate', '-s', '64M', image)
  run(mkfsPath() ?? '', '-q', image)
  run('mount', '-o', 'loop', image, mount)
  mounts.push(mount)
  cpSync(folder, mount, { recursive: true })
  return mount
}
