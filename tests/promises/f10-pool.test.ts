import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'
/** More than the ten connections a process has. */
const AT_ONCE = 16

describe.skipIf(!postgresPresent)('F10: every connection waits (needs PostgreSQL)', () => {
  let world: SharedWorld
  let server: TestServer
  let browser: Browser
  let other: pg.Client
  beforeAll(async () => {
    world = await makePostgresWorld()
    await argonPasswords(world)
    const env = { ...world.env, LOG_LEVEL: 'info' }
    server = await startServer({ dataDir: world.dataDir, env })
    browser = await signIn(server, EMAIL, WORLD_PASSWORD)
    other = new pg.Client({ connectionString: world.env['DATABASE_URL'] })
    await other.connect()
  })
  afterAll(async () => {
    await other.end()
    await server.stop('SIGKILL')
    await world.close()
  })

  test('whoever finds none free is told so after five seconds; the others get their page', {
    timeout: guard(60_000),
  }, async () => {
    await other.query('begin')
    await other.query('lock table session in access exclusive mode')
    const begun = performance.now()
    const answers = Array.from({ length: AT_ONCE }, async () => {
      const reply = await browser.get('/arbeitsliste')
      return { reply, took: performance.now() - begun }
    })
    const first = await Promise.race(answers)
    await other.query('rollback')
    const all = await Promise.all(answers)

    expect(first.reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(first.reply.body).toContain('Gerade ist viel los. Es wurde nichts geändert.')
    expect(first.took).toBeGreaterThan(4_500)
    const statuses = all.map(({ reply }) => reply.status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(10)
    expect(statuses.filter((status) => ![200, 503].includes(status))).toEqual([])
    expect(server.stdout()).toContain('"event":"database_unavailable"')
    expect(server.stdout()).not.toContain('"event":"accident"')
    expect((await browser.get('/arbeitsliste')).status).toBe(200)
    expect(await violations(world)).toEqual([])
  })
})
