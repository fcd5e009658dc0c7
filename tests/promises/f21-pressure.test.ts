import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { register } from '#tests/promises/register.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, openBrowser, signIn } from '#tests/setup/session.ts'
import { sized } from '#tests/setup/size.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

const LONG = 240_000
const EMAIL = 'counsellor-dn@beispiel.example'
/** What the heap of the server may hold, in MiB. */
const HEAP = '--max-old-space-size=256'
const TEN_MB = 10_000_000
const AT_ONCE = sized(6)
const SIGN_INS = 50
const MELDUNGEN = 10
const PEOPLE = ['counsellor', 'lead', 'authority', 'owner', 'coordinator'].flatMap((role) => [
  `${role}-dn`,
  `${role}-bor`,
])

let world: SharedWorld
let server: TestServer
let staff: Browser

beforeAll(async () => {
  world = await makeFileWorld()
  await argonPasswords(world)
  server = await startServer({
    dataDir: world.dataDir,
    env: { ...world.env, NODE_OPTIONS: HEAP, LOG_LEVEL: 'error' },
  })
  staff = await signIn(server, EMAIL, WORLD_PASSWORD)
}, LONG)

afterAll(async () => {
  await server?.stop()
  await world?.close()
})

describe('F21: little memory and very large input', () => {
  test('fields of 10 MB, 10,000 fields, JSON 5,000 deep: refused, and work goes on', {
    timeout: LONG,
  }, async () => {
    const form = { type: 'application/x-www-form-urlencoded' }
    const guard = `_csrf=${await staff.csrf()}&_idem=large`
    const large = 'a'.repeat(TEN_MB)
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const paths = ['/faelle/neu', '/anmelden', '/familie', '/verwaltung/konten']
    const send = (path: string, content: { type: string; text: string }) =>
      staff.send({ method: 'POST', path, content })

    const bodies = await many(AT_ONCE, (at) =>
      send(paths[at % paths.length] ?? '', { ...form, text: `${guard}&note=${large}` }),
    )
    expect(statusesOf(bodies)).toEqual([413])
    const parts = await many(AT_ONCE, () =>
      send('/faelle/neu', { type: 'multipart/form-data; boundary=x', text: multipart(large) }),
    )
    expect(statusesOf(parts)).toEqual([413])
    const unmeasured = await staff.send({
      ...{ method: 'POST', path: '/faelle/neu', content: { ...form, text: guard } },
      headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
    })
    expect(unmeasured.status).toBe(411)

    // small enough to be read: 10,000 fields, and a name 5,000 deep
    const fields = Array.from({ length: 10_000 }, (_, at) => `f${at}=1`).join('&')
    const name = Array.from({ length: 5_000 }, () => 'a').join('.')
    const read = await many(AT_ONCE, (at) =>
      send('/faelle/neu', { ...form, text: `${guard}${at}&${at % 2 ? fields : `${name}=1`}` }),
    )
    expect(statusesOf(read)).toEqual([422])
    // nor is a draft made of them
    const kept = await many(4, (at) =>
      send('/faelle/neu', { ...form, text: `${guard}-draft${at}&_draft=keep&${fields}` }),
    )
    expect(statusesOf(kept)).toEqual([303])

    // lists with a hole of millions, from somebody who is not signed in
    const stranger = openBrowser(server)
    const door = `_csrf=${await stranger.csrf()}&email=&password=`
    for (const row of ['20000000.x', '150000000.x', 'length']) {
      const text = `${door}&_idem=${row}&a.0.x=1&a.${row}=150000000`
      const path = '/anmelden'
      const said = await stranger.send({ method: 'POST', path, content: { ...form, text } })
      expect([said.status, said.body.length < 100_000]).toEqual([422, true])
    }

    for (const type of ['application/json', 'text/plain', '']) {
      expect((await send('/faelle/neu', { type, text: deep })).status).toBe(415)
    }
    expect((await send('/faelle/neu', { type: 'application/json', text: large })).status).toBe(413)
    // the one page that takes 16 MB looks who sends it and says no
    const uploads = await many(4, () => staff.send(uploadOf(large)))
    expect(statusesOf(uploads)).toEqual([403])

    // the same process, and it does its work
    expect((await staff.get('/healthz')).status).toBe(200)
    expect((await register(staff, 0)).status).toBe(303)
    expect(server.stderr()).not.toContain('heap')
  })

  test('control: the limit holds, a program that needs more does end', () => {
    const greedy = 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))'
    const { status, signal } = spawnSync(process.execPath, [HEAP, '-e', greedy])
    expect([status === 0, signal ?? status]).toEqual([false, expect.anything()])
  })
})

describe('F22: all cores are busy', () => {
  let others: readonly ChildProcess[] = []
  beforeAll(() => {
    others = Array.from({ length: availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    )
  })
  afterAll(() => {
    for (const other of others) other.kill('SIGKILL')
  })

  test(`${SIGN_INS} sign-ins at once, and children are registered meanwhile: nothing is lost`, {
    timeout: LONG,
  }, async () => {
    const sessions = await countOf('session')
    const children = await countOf('pupil_case')
    const begun = performance.now()
    const [signedIn, registered] = await Promise.all([
      many(SIGN_INS, comeIn),
      many(MELDUNGEN, (at) => register(staff, 1 + at)),
    ])
    const took = (performance.now() - begun) / 1000
    process.stdout.write(
      `F22: ${SIGN_INS} sign-ins and ${MELDUNGEN} Meldungen in ${took.toFixed(1)} s\n`,
    )

    expect(others.every(({ exitCode }) => exitCode === null)).toBe(true)
    expect(statusesOf(signedIn)).toEqual([303])
    expect(statusesOf(registered)).toEqual([303])
    expect(await countOf('session')).toBe(sessions + SIGN_INS)
    expect(await countOf('pupil_case')).toBe(children + MELDUNGEN)
    // everybody is who they are
    const names = await many(SIGN_INS, async (at) => ({ status: await knownAs(signedIn[at]) }))
    expect(statusesOf(names)).toEqual([1])
  })
})

type Come = { readonly status: number; readonly browser: Browser; readonly email: string }

/** Each from an address of their own, as behind a proxy. */
async function comeIn(at: number): Promise<Come> {
  const browser = openBrowser(server)
  const email = `${PEOPLE[at % PEOPLE.length]}@beispiel.example`
  const form = { _csrf: await browser.csrf(), _idem: `f22-${at}`, email, password: WORLD_PASSWORD }
  const headers = { 'x-forwarded-for': `198.51.100.${at + 1}` }
  const { status } = await browser.send({ method: 'POST', path: '/anmelden', form, headers })
  return { status, browser, email }
}

/** 1: the session is that of the person who signed in. */
async function knownAs(come: Come | undefined): Promise<number> {
  const page = (await come?.browser.get('/konto'))?.body ?? ''
  return come !== undefined && page.includes(come.email) ? 1 : 0
}

function many<T>(count: number, act: (at: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => act(at)))
}

function statusesOf(replies: readonly { readonly status: number }[]): readonly number[] {
  return [...new Set(replies.map(({ status }) => status))]
}

function multipart(value: string): string {
  return `--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n${value}\r\n--x--\r\n`
}

function uploadOf(value: string) {
  const content = { type: 'multipart/form-data; boundary=x', text: multipart(value) }
  return { method: 'POST', path: '/verwaltung/schulen', content }
}

async function countOf(table: 'session' | 'pupil_case'): Promise<number> {
  const { n } = await world.database.db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}
