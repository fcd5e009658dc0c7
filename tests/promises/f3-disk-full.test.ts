import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sqlite } from '#db/sqlite.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { filesOf, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { nameOf, register } from '#tests/promises/register.ts'
import { rootPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, type Reply, signIn } from '#tests/setup/session.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
/** More than fit into what is left of the disk once it is filled up: SQLite's log grows by ten pages each. */
const MOST = 400

describe.skipIf(!rootPresent)('F3: the disk under the data is full (needs root)', () => {
  let folder: string
  let world: SharedWorld
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'einstieg-full-'))
    mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder)
    world = await makeFileWorld(join(folder, 'data'))
    await argonPasswords(world)
    server = await startServer({ dataDir: world.dataDir, env: { LOG_LEVEL: 'info' } })
    browser = await signIn(server, EMAIL, WORLD_PASSWORD)
  })
  afterAll(async () => {
    await server?.stop('SIGKILL')
    await world?.close()
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  test('a write is refused with a sentence, what was told done is there, and with space it goes on', async () => {
    const caseId = idOf(await register(browser, 0))
    fillUp(join(folder, 'filler'))
    const { done, refused } = await registerUntilRefused(browser)
    expect(refused).toMatchObject({ status: 507, headers: { 'retry-after': '300' } })
    expect(refused?.body).toContain('Der Speicherplatz des Programms ist voll.')
    // nor does one of several that share a commit hear anything else, or is told what is not so
    const together = Array.from({ length: 8 }, (_, at) => register(browser, MOST + 1 + at))
    const statuses = (await Promise.all(together)).map(({ status }) => status)
    expect(statuses.filter((status) => ![303, 507].includes(status))).toEqual([])
    expect(statuses).toContain(507)
    // whoever reads of a child leaves a trace first: without room for it nothing is shown
    const looked = await browser.get(`/faelle/${caseId}`)
    expect(looked.status).toBe(507)
    expect(looked.body).not.toContain(nameOf(0))
    // the page without children goes on, and the server says of itself that it is not well
    expect((await browser.get('/anmelden')).status).toBeLessThan(400)
    expect(server.stdout()).not.toContain('"event":"accident"')

    mount('-o', 'remount,size=64m', folder)
    expect((await register(browser, MOST)).status).toBe(303)
    expect((await browser.get(`/faelle/${caseId}`)).body).toContain(nameOf(0))

    expect(await server.stop('SIGTERM')).toBe(0)
    const rows = await world.database.db.selectFrom('pupil_case').select('id').execute()
    const doneTogether = statuses.filter((status) => status === 303).length
    expect(rows).toHaveLength(1 + done + doneTogether + 1)
    for (const file of [filesOf(world.dataDir).data, filesOf(world.dataDir).keys]) {
      const connection = new Sqlite(file, { readonly: true })
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok')
      connection.close()
    }
  })
})

/** How many were registered, and the first answer that was another. */
async function registerUntilRefused(browser: Browser) {
  for (let done = 0; done < MOST; done += 1) {
    const reply = await register(browser, 1 + done)
    if (reply.status !== 303) return { done, refused: reply }
  }
  return { done: MOST }
}

function mount(...args: readonly string[]): void {
  expect(spawnSync('mount', args).status).toBe(0)
}

/** Leaves no byte free. */
function fillUp(file: string): void {
  const handle = openSync(file, 'w')
  for (const size of [65_536, 1024]) {
    const bytes = Buffer.alloc(size, 1)
    try {
      while (writeSync(handle, bytes) === size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
  closeSync(handle)
}

function idOf({ headers }: Reply): string {
  return /faelle\/([0-9a-f-]{36})/.exec(String(headers.location))?.[1] ?? ''
}
