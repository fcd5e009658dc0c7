import { readdirSync } from 'node:fs'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import type { MunicipalityKey } from '#app/domain/ids.ts'
import { registerChildForm } from '#app/forms/register-child.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { uploadList } from '#tests/promises/upload.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { type Browser, openBrowser, signIn } from '#tests/setup/session.ts'
import { guard, isSoak } from '#tests/setup/size.ts'
import { CENTRES, registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

// so many at once; a soak sends them again and again for ten minutes, not more of them
const SIGN_INS = 50
const LARGE_BODIES = 40
const MANIFESTS = 500
/** The state's list; one in twenty in Düren: more than Köln, the largest centre, has. */
const SCHOOLS = isSoak ? 10_000 : 5_000
const IN_DUEREN = 20
const IN_AHAUS = '05554004' as MunicipalityKey
const STAFF = isSoak ? 20 : 6
/** Between two pages of one person: nobody at a desk opens more than one a second. */
const THINKS_MS = isSoak ? 1_000 : 0
/** The abuse begins anew until this is over. */
const LASTS_MS = isSoak ? 600_000 : 0
const LONG = guard(240_000)
/** A guard against hanging, far above what is expected (a few ms); figures are printed. */
const HANGS_MS = 2_000

let world: SharedWorld
let server: TestServer
let metricsPort: number
let caseId: string
let staff: readonly Browser[]
let operator: Browser

beforeAll(async () => {
  world = await makeFileWorld()
  caseId = await registered(world, { child: { familyName: 'Kovalenko' } })
  await argonPasswords(world)
  metricsPort = await freePort()
  server = await startServer({
    dataDir: world.dataDir,
    env: { ...world.env, METRICS_PORT: String(metricsPort), LOG_LEVEL: 'error' },
  })
  staff = await Promise.all(
    Array.from({ length: STAFF }, (_, at) =>
      atOwnDesk(`${at % 2 === 0 ? 'counsellor' : 'lead'}-dn@beispiel.example`),
    ),
  )
  operator = await signIn(server, 'operator@beispiel.example', WORLD_PASSWORD)
}, LONG)

afterAll(async () => {
  await server?.stop()
  await world?.close()
})

describe('P27: abuse of one thing does not stop the others', () => {
  test(`${SIGN_INS} sign-ins at once, bodies of 10 MB, a flood of /__manifest and an import, while staff work`, {
    timeout: LONG,
  }, async () => {
    const work = keepWorking()
    // also where it fails: the tests after it would find a server that is still busy
    onTestFinished(async () => {
      await work.end()
    })
    const imported = importSchools()
    const begun = performance.now()
    do {
      const [signIns, bodies, manifests, hostile] = await Promise.all([
        all(SIGN_INS, wrongSignIn),
        all(LARGE_BODIES, () => largeBody('/anmelden', 10_000_000)),
        all(MANIFESTS, manifest),
        all(HOSTILE.length, searchFor),
      ])
      // what is abused says so, in its own way
      expect(without(signIns, 422, 429)).toEqual([])
      expect(new Set(bodies)).toEqual(new Set([413]))
      expect(new Set(manifests)).toEqual(new Set([404]))
      expect(without(hostile, 303, 413, 422)).toEqual([])
    } while (performance.now() - begun < LASTS_MS)
    expect(await imported).toBe(303)
    const done = await work.end()

    // what staff do goes on, and every answer is the right one
    expect(done.length).toBeGreaterThan(staff.length * 3)
    expect(done.filter(({ isRight }) => !isRight)).toEqual([])
    expect((await operator.get('/healthz')).status).toBe(200)
    await reportFigures(done.map(({ ms }) => ms))

    // and who has the right password comes in from elsewhere, the same moment
    const late = await signInFrom('198.51.100.7')
    expect(late).toBe(303)
  })

  test('control: the address of the flood is held up for the moment', async () => {
    const statuses = await all(20, wrongSignIn)
    expect(statuses).toContain(429)
  })
})

describe('P27: no text makes a pattern run away', () => {
  test(
    'every form’s schema, with each hostile text in all of its fields',
    async () => {
      const schemas = await schemasOfForms()
      expect(schemas.length).toBeGreaterThan(15)
      const slow = schemas.flatMap(({ name, schema }) =>
        runsAway(schema).map((ms) => `${name}: ${ms.toFixed()} ms`),
      )
      expect(slow).toEqual([])
    },
    LONG,
  )

  test('the search for names', () => {
    const { index } = world.names
    expect(index.search(CENTRES.DN.id, 'Kovalenko', 5)).toHaveLength(1)
    for (const text of HOSTILE) {
      expect(timed(() => index.search(CENTRES.DN.id, text, 50))).toBeLessThan(HANGS_MS)
    }
  })

  test(
    'control: a pattern that does run away is noticed',
    () => {
      const bad = z.object({ name: z.string().regex(/^(a+)+$/) })
      let ms = 0
      // each further letter doubles the time
      for (let length = 16; length < 60 && ms < HANGS_MS; length += 1) {
        ms = timed(() => bad.safeParse({ name: `${'a'.repeat(length)}!` }))
      }
      expect(ms).toBeGreaterThan(HANGS_MS)
    },
    LONG,
  )
})

/** Texts that make careless patterns try every way of reading them. */
const HOSTILE: readonly string[] = [
  `${'a'.repeat(20_000)}!`,
  `${' '.repeat(20_000)}x`,
  `${'0'.repeat(20_000)}x`,
  `${'a@'.repeat(10_000)}`,
  `a@${'a.'.repeat(10_000)}`,
  `${'a-'.repeat(10_000)}!`,
  `${'1.'.repeat(10_000)}`,
  `${'2026-'.repeat(4_000)}`,
  '('.repeat(20_000),
  `${'\u0301'.repeat(20_000)}a`,
  `${'\u200f\u200e'.repeat(10_000)}x`,
  `${'ﷺ'.repeat(5_000)}!`,
  `${'\n'.repeat(20_000)}x`,
  `${"d'".repeat(10_000)}!`,
]

// ---- what staff do ----

/** Signed in, and with connections of their own, as a browser has them: not those of the abusers. */
async function atOwnDesk(email: string): Promise<Browser> {
  const { cookies } = await signIn(server, email, WORLD_PASSWORD)
  return openBrowser(server, cookies, new Agent({ keepAlive: true }))
}

type Done = { readonly path: string; readonly ms: number; readonly isRight: boolean }

/** Staff who open one page after the other until told to stop. */
function keepWorking() {
  const done: Done[] = []
  let isOver = false
  const pages = [
    { path: '/arbeitsliste', says: 'Kovalenko' },
    { path: `/faelle/${caseId}`, says: 'Kovalenko' },
    { path: '/faelle', says: 'Kovalenko' },
    { path: '/schulen', says: 'Gesamtschule' },
  ]
  const all = staff.map(async (browser) => {
    for (let at = 0; !isOver; at += 1) {
      const { path, says } = pages[at % pages.length] ?? { path: '/', says: '' }
      const begun = performance.now()
      const reply = await browser.get(path)
      const isRight = reply.status === 200 && reply.body.includes(says)
      done.push({ path: `${path} ${reply.status}`, ms: performance.now() - begun, isRight })
      await wait(THINKS_MS)
    }
  })
  return {
    end: async (): Promise<readonly Done[]> => {
      isOver = true
      await Promise.all(all)
      return done
    },
  }
}

async function reportFigures(times: readonly number[]): Promise<void> {
  const sorted = times.toSorted((one, other) => one - other)
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
  const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(page)?.[1] ?? 0)
  const lag = figure('nodejs_eventloop_lag_p99_seconds') * 1000
  const memory = figure('process_resident_memory_bytes') / 1_048_576
  process.stdout.write(
    `P27: ${times.length} pages of staff, p95 ${p95.toFixed(0)} ms; event loop p99 ${lag.toFixed(0)} ms; ${memory.toFixed(0)} MiB\n`,
  )
}

// ---- what abusers do ----

function all(count: number, act: (at: number) => Promise<number>): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => act(at)))
}

function without(statuses: readonly number[], ...expected: readonly number[]) {
  return statuses.filter((status) => !expected.includes(status))
}

async function wrongSignIn(at: number): Promise<number> {
  const email = `flut${at}@beispiel.example`
  const fields = { email, password: 'das ist nicht das Passwort' }
  return (await openBrowser(server).post('/anmelden', fields)).status
}

async function signInFrom(address: string): Promise<number> {
  const browser = openBrowser(server)
  const guard = { _csrf: await browser.csrf(), _idem: address }
  const form = { ...guard, email: 'auditor-dn@beispiel.example', password: WORLD_PASSWORD }
  const headers = { 'x-forwarded-for': address }
  return (await browser.send({ method: 'POST', path: '/anmelden', form, headers })).status
}

/** Says that it sends so many bytes and begins with it; the status of the answer. */
function largeBody(path: string, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    const lines = [
      ...[`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${server.port}`, `Origin: ${server.origin}`],
      ...['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${bytes}`],
    ]
    socket.write(`${lines.join('\r\n')}\r\n\r\n${'a'.repeat(100_000)}`)
    socket.once('data', (answer: Buffer) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString())?.[1] ?? 0))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

async function manifest(at: number): Promise<number> {
  const paths = Array.from({ length: 20 }, (_, i) => `p=/${at}-${i}`).join('&')
  // not through the browsers' agent: its few connections would hold up staff in this process already
  return (await fetch(`${server.origin}/__manifest?${paths}&version=x`)).status
}

async function searchFor(at: number): Promise<number> {
  const browser = staff[at % staff.length] ?? operator
  return (await browser.post('/faelle', { word: HOSTILE[at] ?? '' })).status
}

async function importSchools(): Promise<number> {
  // the world's own among them: a list that closes many schools asks back first
  const own = Object.values(CENTRES).flatMap(({ schools }) =>
    schools.map(([number]) => schoolWith({ number })),
  )
  const others = Array.from({ length: SCHOOLS }, (_, at) =>
    schoolWith({
      number: String(300_000 + at),
      ...(at % IN_DUEREN === 0 ? {} : { municipality: IN_AHAUS }),
    }),
  )
  const token = await uploadList(operator, [...own, ...others])
  return (await operator.post('/verwaltung/schulen', { intent: 'import', accept: 'ja', token }))
    .status
}

// ---- schemas ----

type Named = { readonly name: string; readonly schema: z.ZodType }

/** Every schema of `app/forms`: exported as it is, in a list of several, or made for a day. */
async function schemasOfForms(): Promise<readonly Named[]> {
  const folder = `${repositoryRoot}/app/forms`
  const found: Named[] = []
  for (const file of readdirSync(folder)) {
    const module = (await import(
      /* @vite-ignore */ pathToFileURL(`${folder}/${file}`).href
    )) as Readonly<Record<string, unknown>>
    for (const [name, value] of Object.entries({ ...module, ...asRecord(module['TOPIC_FORMS']) })) {
      if (value instanceof z.ZodType) found.push({ name: `${file} ${name}`, schema: value })
    }
  }
  return [...found, { name: 'registration', schema: registerChildForm('2026-11-19' as never) }]
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

type Def = {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly in?: z.ZodType
  readonly innerType?: z.ZodType
  readonly values?: readonly unknown[]
}

/** Times of the hostile texts that a schema takes too long for. */
function runsAway(schema: z.ZodType): readonly number[] {
  return HOSTILE.flatMap((text) => filledWith(schema, text))
    .map((values) => timed(() => schema.safeParse(values)))
    .filter((ms) => ms > HANGS_MS)
}

/** Values in the form of a schema that hold the text wherever a text may stand; one per way of a union. */
function filledWith(schema: z.ZodType, text: string): readonly unknown[] {
  const def = schema.def as Def
  if (def.shape !== undefined) return [objectWith(def.shape, text)]
  if (def.element !== undefined) return [filledWith(def.element, text).slice(0, 1)]
  if (def.options !== undefined) return def.options.flatMap((option) => filledWith(option, text))
  const inner = def.in ?? def.innerType
  if (inner !== undefined && (inner.def as Def).type !== 'transform') return filledWith(inner, text)
  return [def.values === undefined ? text : def.values[0]]
}

function objectWith(shape: Readonly<Record<string, z.ZodType>>, text: string) {
  const entries = Object.entries(shape).map(([key, field]) => [key, filledWith(field, text)[0]])
  return Object.fromEntries(entries)
}

function timed(act: () => unknown): number {
  const begun = performance.now()
  act()
  return performance.now() - begun
}
