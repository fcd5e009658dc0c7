import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sqlite } from '#db/sqlite.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import {
  filesOf,
  makeFileWorld,
  makePostgresWorld,
  type SharedWorld,
} from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { register } from '#tests/promises/register.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, type Reply, signIn } from '#tests/setup/session.ts'
import { FURNISHED, WORLD_PASSWORD } from '#tests/setup/world.ts'

const EMAIL = 'counsellor-dn@beispiel.example'

describe('faults on a SQLite file', () => {
  let world: SharedWorld
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    world = await makeFileWorld()
    await argonPasswords(world)
    server = await startServer({ dataDir: world.dataDir, env: { LOG_LEVEL: 'info' } })
    browser = await signIn(server, EMAIL, WORLD_PASSWORD)
  })
  afterAll(async () => {
    await server.stop('SIGKILL')
    await world.close()
  })

  test('F16: while another process holds the write lock a write is put off, and nothing is half there', async () => {
    const before = await fingerprint(world)
    const other = new Sqlite(filesOf(world.dataDir).data)
    other.exec('begin immediate')
    const begun = performance.now()
    const refused = await register(browser, 0)
    const took = performance.now() - begun
    other.exec('rollback')
    other.close()

    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(refused.body).toContain('Gerade ist viel los. Es wurde nichts geändert.')
    // it waited for the lock as long as it is meant to; and says so, not "accident"
    expect(took).toBeGreaterThan(4_500)
    // what it wrote may reach us after its answer
    await expect.poll(server.stdout).toContain('"event":"database_unavailable"')
    expect(server.stdout()).not.toContain('"event":"accident"')
    expect(await fingerprint(world)).toEqual(before)
    expect(await register(browser, 0)).toMatchObject({ status: 303 })
  })

  test('F20: told to stop, it finishes what runs, takes nothing new and ends with 0', async () => {
    const sent = Array.from({ length: 50 }, (_, serial) =>
      register(browser, 1 + serial).catch(() => null),
    )
    await wait(150)
    const stopping = server.stop('SIGTERM')
    const begun = performance.now()
    const replies = await Promise.all(sent)
    expect(await stopping).toBe(0)
    expect(performance.now() - begun).toBeLessThan(60_000)
    const done = replies.filter((reply) => reply?.status === 303)
    expect(done.length).toBeGreaterThan(0)
    const rows = await world.database.db.selectFrom('pupil_case').select('id').execute()
    // nobody was told that it is done whose child is not there
    expect(rows.length).toBeGreaterThanOrEqual(done.length + 1)
    await expect(browser.get('/arbeitsliste')).rejects.toThrow()
  })
})

describe.skipIf(!postgresPresent)('faults on PostgreSQL (needs PostgreSQL)', () => {
  let cluster: Cluster
  let world: SharedWorld
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    cluster = await startCluster()
    const url = cluster.url('postgres')
    await FURNISHED.run(url)
    world = await makePostgresWorld(url)
    await argonPasswords(world)
    const env = { ...world.env, LOG_LEVEL: 'info' }
    server = await startServer({ dataDir: world.dataDir, env })
    browser = await signIn(server, EMAIL, WORLD_PASSWORD)
  })
  afterAll(async () => {
    await server.stop('SIGKILL')
    await world.close()
    cluster.stop()
  })

  test('F10: our own connection that idles in a transaction is let go by the database', async () => {
    const idle = world.database.write(async () => wait(12_000))
    await expect(idle).rejects.toThrow()
    expect(await world.database.isHealthy()).toBe(true)
  })

  test('F9: the database is restarted under load: nobody gets another’s answer, and the pool heals', async () => {
    const pages = ['/arbeitsliste', '/schulen', '/termine'] as const
    const titles = new Map<string, string>()
    for (const page of pages) titles.set(page, titleOf(await browser.get(page)))
    expect(new Set(titles.values()).size).toBe(pages.length)
    let isOver = false
    const statuses = new Map<number, number>()
    const readers = pages
      .flatMap((page) => [page, page])
      .map(async (page) => {
        while (!isOver) {
          const reply = await browser.get(page)
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
          if (reply.status === 200) expect(titleOf(reply)).toBe(titles.get(page))
        }
      })
    for (let restart = 0; restart < 3; restart += 1) {
      await wait(300)
      process.kill(cluster.pid(), 'SIGQUIT')
      await healed(server)
    }
    isOver = true
    await Promise.all(readers)
    expect([...statuses.keys()].filter((status) => ![200, 303, 503].includes(status))).toEqual([])
    expect(statuses.get(200)).toBeGreaterThan(0)
  })
})

function titleOf({ body }: Reply): string {
  return /<title>([^<]*)/.exec(body)?.[1] ?? ''
}

async function healed({ origin }: TestServer): Promise<void> {
  const deadline = performance.now() + 60_000
  await wait(200)
  while (performance.now() < deadline) {
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.status === 200) return
    await wait(50)
  }
  throw new Error('The server did not heal')
}
