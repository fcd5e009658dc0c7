import {
  appendFileSync,
  cpSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { openSound } from '#app/http/open-sound.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { scratch } from '#tests/setup/folder.ts'
import { drawer } from '#tests/setup/random.ts'
import { startServer } from '#tests/setup/server.ts'
import { signIn } from '#tests/setup/session.ts'
import { sized } from '#tests/setup/size.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const CHILDREN = 25
const FLIPS = 100
/** Read as a page reads it; what is damaged may be refused by the engine or by the envelope. */
type Read = { readonly whole: number; readonly unreadable: number; readonly refused: number }

let world: SharedWorld
let closed: string
let open: string
let caseIds: readonly CaseId[]

beforeAll(async () => {
  world = await makeFileWorld()
  await argonPasswords(world)
  const registrations: CaseId[] = []
  for (let serial = 0; serial < CHILDREN; serial += 1) {
    registrations.push(await registered(world, { child: { familyName: `Kind${serial}` } }))
  }
  caseIds = registrations
  await world.database.scrub()
  await world.keys.scrub()
  closed = copy(world.dataDir)
  await registered(world, { child: { familyName: 'Nachher' } })
  // as a crash leaves it: the last registration stands in the log alone
  open = copy(world.dataDir)
})
afterAll(() => world.close())

function copy(from: string): string {
  const dataDir = scratch()
  cpSync(from, dataDir, { recursive: true })
  return dataDir
}

function flip(file: string, seed: number, count: number, from = 0): void {
  const { below, between } = drawer(seed)
  const bytes = readFileSync(file)
  for (let flipped = 0; flipped < count; flipped += 1) {
    const at = from + below(bytes.length - from)
    bytes[at] = (bytes[at] ?? 0) ^ between(1, 255)
  }
  writeFileSync(file, bytes)
}

/** The start as it is, up to the port. A string: what it says when it refuses. */
async function start(dataDir: string): Promise<Deps | string> {
  const file = join(dataDir, 'keys', 'kek')
  const env = {
    ...{ port: 1, host: '127.0.0.1', dataDir, databaseUrl: null, keysDatabaseUrl: null },
    ...{
      keyFile: file,
      ledgerFile: filesOf(dataDir).ledger,
      origin: null,
      provider: null,
      mail: null,
    },
    ...{ backupRecipients: [], auditHeadFile: null, logLevel: 'silent' },
    ...{ securityContact: null, metricsPort: null },
  }
  return openSound(env).catch((accident) => String((accident as Error).message))
}

async function readAll(deps: Deps): Promise<Read> {
  const read = { whole: 0, unreadable: 0, refused: 0 }
  for (const { centre_id, id } of await childrenOf(deps)) {
    try {
      await readChild(deps.database.db, deps.keys, centre_id, id)
      read.whole += 1
    } catch (accident) {
      read[isUnreadable(accident) ? 'unreadable' : 'refused'] += 1
    }
  }
  return read
}

function childrenOf({ database }: Deps) {
  return database.db
    .selectFrom('child')
    .select(['centre_id', 'id'])
    .execute()
    .catch((): { centre_id: CentreId; id: ChildId }[] => [])
}

async function close(deps: Deps): Promise<void> {
  deps.names.stop()
  await deps.database.close()
  await deps.keys.close()
}

describe('F17: damaged files', () => {
  test.each([
    [FLIPS, 'refused'],
    [1, 'served'],
  ] as const)(
    '%i random bytes: it does not start and points to the backup, or serves what is whole; mostly %s',
    async (flips, mostly) => {
      const outcomes = { refused: 0, served: 0 }
      for (let seed = 1; seed <= sized(20); seed += 1) {
        const dataDir = copy(closed)
        flip(filesOf(dataDir).data, seed, flips)
        const deps = await start(dataDir)
        if (typeof deps === 'string') {
          outcomes.refused += 1
          expect(deps, `seed ${seed}`).toMatch(/^Einstieg startet nicht\..*backup restore/s)
          continue
        }
        outcomes.served += 1
        deps.names.start()
        expect(await deps.names.whenFull(10_000), `seed ${seed}`).toBe(true)
        // every child is there, and at most those whose bytes were hit do not open
        const { whole, unreadable, refused } = await readAll(deps)
        expect({ all: whole + unreadable, refused }, `seed ${seed}`).toEqual({
          all: CHILDREN,
          refused: 0,
        })
        expect(unreadable, `seed ${seed}`).toBeLessThanOrEqual(flips)
        await close(deps)
      }
      // 100 of them hardly ever leave every page as it was, and one mostly hits a value or nothing
      expect(outcomes[mostly]).toBeGreaterThan(sized(20) / 2)

      // control: the same start serves the file as it was
      const deps = await start(copy(closed))
      if (typeof deps === 'string') throw new Error(deps)
      expect(await readAll(deps)).toEqual({ whole: CHILDREN, unreadable: 0, refused: 0 })
      await close(deps)
    },
  )

  test.each([
    ['cut off in the middle', (file: string) => truncateSync(file, statSync(file).size / 2)],
    ['cut off to nothing', (file: string) => truncateSync(file, 0)],
    ['with rubbish behind it', (file: string) => appendFileSync(file, Buffer.alloc(9_000, 0xa5))],
    ['with 100 random bytes', (file: string) => flip(file, 7, FLIPS)],
    ['with rubbish throughout', (file: string) => flip(file, 8, 100_000, 32)],
  ])('a log %s: what was in the file is served, nothing is half there', async (_how, damage) => {
    const dataDir = copy(open)
    damage(`${filesOf(dataDir).data}-wal`)
    const deps = await start(dataDir)
    if (typeof deps === 'string') throw new Error(deps)
    const { whole, unreadable, refused } = await readAll(deps)
    expect({ unreadable, refused }).toEqual({ unreadable: 0, refused: 0 })
    expect([CHILDREN, CHILDREN + 1]).toContain(whole)
    await expect(deps.database.assertSound('full')).resolves.toBeUndefined()
    await close(deps)
  })

  test('a file that is no database is refused, and so are damaged keys', async () => {
    for (const which of ['data', 'keys'] as const) {
      const dataDir = copy(closed)
      writeFileSync(filesOf(dataDir)[which], Buffer.alloc(8_192, 0x5a))
      expect(await start(dataDir)).toMatch(/^Einstieg startet nicht\..*backup restore/s)
    }
  })

  test('one damaged envelope keeps back its own file and no other, and no list', async () => {
    const dataDir = copy(closed)
    const [damaged = '', sound = ''] = caseIds
    const file = new Sqlite(filesOf(dataDir).data)
    const changed = file
      .prepare(
        `update child set sealed = substr(sealed, 1, 60) || 'AAAA' || substr(sealed, 65)
         where id = (select child_id from pupil_case where id = ?)`,
      )
      .run(damaged)
    expect(changed.changes).toBe(1)
    file.close()

    const server = await startServer({ dataDir, env: { LOG_LEVEL: 'info' } })
    try {
      const browser = await signIn(server, 'counsellor-dn@beispiel.example', WORLD_PASSWORD)
      const list = await browser.get('/faelle')
      expect(list.status).toBe(200)
      expect(list.body).toContain('Kind1')
      expect(list.body).not.toContain('Kind0')
      expect((await browser.get('/arbeitsliste')).status).toBe(200)
      expect((await browser.get(`/faelle/${sound}`)).body).toContain('Kind1')
      const page = await browser.get(`/faelle/${damaged}`)
      expect(page.status).toBe(500)
      expect(page.body).toContain('Ihre verschlüsselten Angaben sind beschädigt')
      const health = await fetch(`${server.origin}/healthz`)
      expect({ status: health.status, body: await health.json() }).toEqual({
        status: 200,
        body: { status: 'ok', index: 'full' },
      })
      expect(server.stdout()).toContain('"event":"record_unreadable"')
    } finally {
      await server.stop()
    }
  })
})
