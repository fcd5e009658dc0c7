import { statSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { today } from '#app/domain/time.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import type { Stored } from '#tests/promises/check-history.ts'
import {
  filesOf,
  makeFileWorld,
  makePostgresWorld,
  type SharedWorld,
} from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { lookInto, storedIn } from '#tests/promises/p2-inspect.ts'
import { newChild } from '#tests/promises/p2-load.ts'
import { nameOf, register } from '#tests/promises/register.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, type Reply, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

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
})

describe('F20: told to stop with 50 requests under way', () => {
  const worlds: SharedWorld[] = []
  afterAll(async () => {
    for (const world of worlds) await world.close()
  })

  /** Half of them are Meldungen, half are pages of two people; the server is told when the first is answered. */
  async function stopped(signal: 'SIGTERM' | 'SIGKILL') {
    const world = await makeFileWorld()
    worlds.push(world)
    await argonPasswords(world)
    // nobody but the server has the files open: whoever closes them last empties the logs
    await world.database.close()
    await world.keys.close()
    const server = await startServer({ dataDir: world.dataDir, env: { LOG_LEVEL: 'info' } })
    const [one, other] = await Promise.all(
      ['counsellor-dn', 'school-190101'].map((key) =>
        signIn(server, `${key}@beispiel.example`, WORLD_PASSWORD),
      ),
    )
    const csrf = (await one?.csrf()) ?? ''
    const day = today({ now: () => new Date() })
    const sent = Array.from({ length: 50 }, (_, serial): Sent => {
      if (serial % 2 === 0) {
        const form = { _csrf: csrf, _idem: `stop-${serial}`, ...newChild(nameOf(serial), day) }
        const reply = one?.send({ method: 'POST', path: '/faelle/neu', form })
        return { key: nameOf(serial), expected: '', reply: settled(reply) }
      }
      const isOther = serial % 4 === 1
      const reply = isOther ? other?.get('/schultisch') : one?.get('/arbeitsliste')
      return {
        key: null,
        expected: isOther ? 'Kreis Borken' : 'Kreis Düren',
        reply: settled(reply),
      }
    })
    await Promise.race(sent.map(({ reply }) => reply))
    const begun = performance.now()
    const stopping = server.stop(signal)
    const refusedAfter = await refusing(server.port, begun)
    const replies = await Promise.all(
      sent.map(async (asked) => ({ ...asked, is: await asked.reply })),
    )
    const code = await stopping
    const took = performance.now() - begun
    const { data, keys } = filesOf(world.dataDir)
    const logs = [data, keys].map((file) => sizeOf(`${file}-wal`))
    const stored = await lookInto(world, (opened) => storedIn(opened, 0))
    return { server, replies, code, took, refusedAfter, logs, stored }
  }

  test('all of them are answered rightly or refused, nothing is lost, the logs are emptied, it ends with 0', async () => {
    const { server, replies, code, took, refusedAfter, logs, stored } = await stopped('SIGTERM')
    process.stdout.write(
      `F20: 50 requests, ${replies.filter(({ is }) => isDone(is)).length} done; new ones refused after ${Math.round(refusedAfter)} ms, ended after ${Math.round(took)} ms\n`,
    )
    expect(replies.flatMap(faultsOf)).toEqual([])
    expect(lostOf(replies, stored)).toEqual([])
    expect({ code, logs }).toEqual({ code: 0, logs: [0, 0] })
    expect(refusedAfter).toBeLessThan(guard(10_000))
    expect(took).toBeLessThan(guard(10_000))
    // it was told while most were under way, and finished them
    expect(replies.filter(({ is }) => isDone(is)).length).toBeGreaterThan(25)
    expect(server.stdout()).not.toContain('"event":"accident"')
  })

  test('control: killed instead, requests stay without an answer and the log is full', async () => {
    const { replies, code, logs } = await stopped('SIGKILL')
    expect(replies.flatMap(faultsOf).length).toBeGreaterThan(0)
    expect(code).toBe(null)
    expect(logs[0]).toBeGreaterThan(0)
  })
})

describe.skipIf(!postgresPresent)('faults on PostgreSQL (needs PostgreSQL)', () => {
  test('F10: our own connection that idles in a transaction is let go by the database', async () => {
    const world = await makePostgresWorld()
    const idle = world.database.write(async () => wait(12_000))
    await expect(idle).rejects.toThrow()
    expect(await world.database.isHealthy()).toBe(true)
    await world.close()
  })
})

/** A request that was sent, and what must come of it: its child, or a page with this text. */
type Sent = {
  readonly key: string | null
  readonly expected: string
  readonly reply: Promise<Reply | NodeJS.ErrnoException>
}
type Answered = Omit<Sent, 'reply'> & { readonly is: Reply | NodeJS.ErrnoException }

async function settled(reply: Promise<Reply> | undefined): Promise<Reply | NodeJS.ErrnoException> {
  return reply?.catch((error: NodeJS.ErrnoException) => error) ?? new Error('Nobody asked')
}

function isDone(is: Answered['is']): is is Reply {
  return 'status' in is && (is.status === 303 || is.status === 200)
}

/** Anything but the right answer, or a refusal at the door. */
function faultsOf({ key, expected, is }: Answered): readonly string[] {
  if (!('status' in is)) return is.code === 'ECONNREFUSED' ? [] : [`no answer: ${is.code}`]
  if (is.status === 503) return []
  if (key !== null) {
    const isPlace = /^\/faelle\/[0-9a-f-]{36}/.test(String(is.headers.location))
    return is.status === 303 && isPlace ? [] : [`a Meldung is answered with ${is.status}`]
  }
  return is.status === 200 && is.body.includes(expected) ? [] : [`a page comes with ${is.status}`]
}

/** Meldungen that were acknowledged and whose child is not the one their answer leads to, once. */
function lostOf(replies: readonly Answered[], { children }: Stored): readonly string[] {
  const acknowledged = replies.filter(({ key, is }) => key !== null && isDone(is))
  expect(acknowledged.length).toBeGreaterThan(0)
  return acknowledged.flatMap(({ key, is }) => {
    const found = children.filter((child) => child.key === key).map(({ caseId }) => caseId)
    const place = 'headers' in is ? String(is.headers.location) : ''
    return found.length === 1 && place.startsWith(`/faelle/${found[0]}`) ? [] : [`lost: ${key}`]
  })
}

/** After how many ms somebody who comes new is refused. @throws after ten seconds. */
async function refusing(port: number, since: number): Promise<number> {
  while (performance.now() - since < 10_000) {
    if ((await connecting(port)) === 'ECONNREFUSED') return performance.now() - since
    // seldom: whoever knocks keeps the door open a little longer
    await wait(400)
  }
  throw new Error('The door stays open')
}

/** What somebody hears who comes now; `connected` when the door is open. */
function connecting(port: number): Promise<string> {
  return new Promise((heard) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      heard('connected')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => heard(error.code ?? ''))
  })
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
