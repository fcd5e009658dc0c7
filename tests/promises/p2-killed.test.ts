import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { addHours, type Instant, today } from '#app/domain/time.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import { checkDesks, type DeskWrite } from '#tests/promises/check-desks.ts'
import { checkHistory, type Operation, type Stored } from '#tests/promises/check-history.ts'
import { makeFileWorld, makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import type { Meldung } from '#tests/promises/p2-between.ts'
import { type DeskPlace, waitAtDesk } from '#tests/promises/p2-desk-place.ts'
import {
  type DeskMemory,
  type Desks,
  deskLines,
  deskStanding,
  KINDS,
  PEOPLE,
  SELDOM,
  sendAgain,
  startDesks,
} from '#tests/promises/p2-desks.ts'
import {
  keysWithoutRow,
  lookInto,
  type Opened,
  storedIn,
  violations,
} from '#tests/promises/p2-inspect.ts'
import {
  isAcknowledged,
  type OwnCase,
  type Standing,
  startLoad,
  type Who,
} from '#tests/promises/p2-load.ts'
import { counsel, seatsAt } from '#tests/promises/steps.ts'
import { postgresPresent, repositoryRoot } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { drawer } from '#tests/setup/random.ts'
import { freePort, startServer, type TestServer } from '#tests/setup/server.ts'
import { signIn } from '#tests/setup/session.ts'
import { sized } from '#tests/setup/size.ts'
import { FURNISHED, registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber
const EMAIL = 'counsellor-dn@beispiel.example'
const SEATS = 5
/** Children sent round the desks of Düren, how many of them were to come three days ago, and of Borken. */
const AT_DESKS = 20
const ABSENT = 5
const DELEGATED = 7
const SEAT_WRITERS = 6
/** A serial number that no other child of the run has. */
const BEYOND_ALL = 10_000
const REGISTRARS = 4
/** Writes that were acknowledged before it is killed, between 0 and 60 ms later. */
const BEFORE_KILL = 17
/** And so many forms at the desks, where the other six of the sixteen are. */
const DESKS_BEFORE_KILL = 4
/** Of what is done to a child or a school once so many are there for each kill. */
const ONCE_EACH = 2
const LATEST_KILL_MS = 60
const HOUR = 60 * 60_000

describe('P2: the server on a SQLite file is killed while sixteen write', () => {
  killed(sized(30, 200), makeFileWorld, async () => ['server'])
})

describe.skipIf(!postgresPresent)('P2: on PostgreSQL (needs PostgreSQL)', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ isDurable: true })
  })
  afterAll(() => cluster.stop())
  const make = async () => {
    const url = cluster.url('postgres')
    await FURNISHED.run(url)
    return makePostgresWorld(url)
  }
  killed(sized(10), make, async (turn) => {
    const victim = ['server', 'backend', 'postmaster'][turn % 3] as Victim
    return victim === 'server' ? ['server'] : [victim, await pidOf(victim, cluster)]
  })
})

type Victim = 'server' | 'backend' | 'postmaster'
type Kill = readonly ['server'] | readonly ['backend' | 'postmaster', number]

function killed(
  kills: number,
  makeShared: () => Promise<SharedWorld>,
  choose: (turn: number) => Promise<Kill>,
): void {
  let world: SharedWorld
  let cases: readonly OwnCase[]
  let place: DeskPlace
  let port: number
  let who: Who
  let desks: Desks
  let server: TestServer | null = null

  beforeAll(async () => {
    world = await makeShared()
    ;({ cases, place } = await prepare(world, kills))
    // nobody but the server has the files open: the next start must recover them by itself
    await world.database.close()
    await world.keys.close()
    port = await freePort()
  })
  afterAll(async () => {
    await server?.stop('SIGKILL')
    await world.close()
  })

  async function started(): Promise<TestServer> {
    if (server !== null) return server
    server = await startServer({ port, dataDir: world.dataDir, env: serverEnv(world) })
    return server
  }

  async function struck(kill: Kill): Promise<void> {
    if (kill[0] === 'server') {
      await server?.stop('SIGKILL')
      server = null
      return
    }
    process.kill(kill[1], 'SIGKILL')
  }

  test(`${kills} kills: nothing acknowledged is lost, nothing is half there`, {
    timeout: HOUR,
  }, async () => {
    const history: Operation[] = []
    const atDesks: DeskWrite[] = []
    const memory: DeskMemory = { pending: new Map(), times: new Map() }
    const starts: number[] = []
    const before = await lookInto(world, (opened) => deskState(opened, place))
    const draw = drawer(kills)
    for (let turn = 0; turn < kills; turn += 1) {
      starts.push((await started()).startedAfterMs)
      who ??= await signedIn(port, world)
      desks ??= await atTheDesks(port)
      const standing = await lookInto(world, async (opened) => {
        expect(await violations(opened)).toEqual([])
        return {
          own: await standingOf(opened.database.db, cases),
          desks: await deskStanding(opened.database, place),
        }
      })
      const load = startLoad(who, REGISTRARS, standing.own)
      const deskLoad = startDesks(desks, standing.desks, memory, draw)
      await load.acknowledged(BEFORE_KILL)
      await deskLoad.acknowledged(DESKS_BEFORE_KILL)
      const kill = await choose(turn)
      await wait(randomInt(LATEST_KILL_MS + 1))
      await struck(kill)
      const [seen, seenAtDesks] = await Promise.all([load.stop(), deskLoad.stop()])
      history.push(...seen)
      atDesks.push(...seenAtDesks)
      if (server !== null) await healed(server)
    }
    await started()
    atDesks.push(...(await sendAgain(desks, memory)))
    await server?.stop()
    server = null
    keep(history)

    const acknowledged = history.filter(isAcknowledged)
    const stored = await lookInto(world, (opened) => withoutDesks(opened, place))
    const registeredBefore = cases.map(({ key, caseId }) => beforeAllOf(key, caseId))
    expect(checkHistory([...registeredBefore, ...history], stored)).toEqual([])
    const after = await lookInto(world, (opened) => deskState(opened, place))
    const lines = after.lines.filter(({ id }) => !before.ids.has(id))
    const own = new Set<string>([...idsOf(place), ...after.others])
    const trail = lines.filter(({ subject }) => own.has(subject))
    expect(checkDesks(atDesks, trail)).toEqual([])
    expect(lostVersions(atDesks, before, after)).toEqual([])
    const timesDone = (wanted: string) =>
      doneOf(atDesks).filter(({ kind }) => kind === wanted).length
    expect(KINDS.filter((kind) => timesDone(kind) < SELDOM)).toEqual([])
    expect(doneOf(atDesks).length).toBeGreaterThanOrEqual(kills * DESKS_BEFORE_KILL)
    // some were cut off, and done once for all that they were sent again
    expect(atDesks.some(({ outcome }) => outcome === 'unknown')).toBe(true)
    expect(checkDesks(atDesks, trail.slice(1))).not.toEqual([])
    expect(checkDesks(atDesks, [...trail, ...trail.slice(0, 1)])).not.toEqual([])
    expect(await lookInto(world, violations)).toEqual([])
    expect(acknowledged.length).toBeGreaterThanOrEqual(kills * BEFORE_KILL)
    report(world, kills, { history, atDesks, starts })
    // the kills came while something was under way, and all three kinds of writes were among it
    expect(history.some(({ outcome }) => outcome === 'unknown')).toBe(true)
    expect(new Set(acknowledged.map(({ op }) => op)).size).toBe(3)
  })

  test('killed between key and child: no row has those keys, and sent again it is one child', async () => {
    const cut = meldung(world, true)
    expect(cut.signal).toBe('SIGKILL')
    expect(cut.keys).toHaveLength(2)
    const before = await lookInto(world, async (opened) => {
      expect(await violations(opened)).toEqual([])
      expect(await keysWithoutRow(opened)).toEqual(expect.arrayContaining([...cut.keys]))
      return (await storedIn(opened, SEATS)).children.length
    })

    const [first, second] = [meldung(world, false), meldung(world, false)]
    expect([first.signal, second.cases]).toEqual([null, first.cases])
    const { children } = await lookInto(world, (opened) => storedIn(opened, SEATS))
    expect(children).toHaveLength(before + 1)
    expect(children.filter(({ caseId }) => first.cases.includes(caseId))).toHaveLength(1)
  })

  test('the sweep takes the keys that no row was sealed with, and no other', async () => {
    await lookInto(world, async (opened) => {
      expect(await keysWithoutRow(opened)).not.toEqual([])
      const clock = {
        now: () => new Date(Date.parse(addHours(new Date().toISOString() as Instant, 25))),
      }
      await sweepKeys({ ...world, ...opened, clock })
      expect(await keysWithoutRow(opened)).toEqual([])
      // @throws when a child does not open any more
      await storedIn(opened, SEATS)
    })
  })

  test('control: a history with one write more than is stored is found out', async () => {
    const stored = await lookInto(world, (opened) => storedIn(opened, SEATS))
    const made = stored.children.map(({ key, caseId }) => beforeAllOf(key, caseId))
    const never = beforeAllOf('Never', 'case-never')
    expect(checkHistory([...made, never], stored)).toContain('lost: the registration of Never')
  })
}

/** Registers a child in a process of its own, always the same one with the same form. */
function meldung(world: SharedWorld, isCut: boolean) {
  const order: Meldung = {
    actor: world.as('counsellor').actor,
    ...{ serial: BEYOND_ALL, registeredOn: today({ now: () => new Date() }), isCut },
  }
  const { stdout, signal, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'tests/promises/p2-between.ts'],
    {
      cwd: repositoryRoot,
      encoding: 'utf8',
      env: { ...process.env, ORIGIN: '', ...world.env, MELDUNG: JSON.stringify(order) },
    },
  )
  const said = (word: string) =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(word))
      .flatMap((line) => line.split(' ').slice(1))
  if (signal === null && said('CASE').length === 0) throw new Error(stderr)
  return { signal, keys: said('KEYS'), cases: said('CASE') }
}

/** A school with five places and six children who wait for one, those at the desks, and their accounts. */
async function prepare(world: SharedWorld, kills: number) {
  const once = ONCE_EACH * kills
  const place = await waitAtDesk(world, {
    ...{ first: SEAT_WRITERS, count: AT_DESKS, absent: ABSENT, delegated: DELEGATED },
    ...{ ending: once, turning: once },
  })
  await seatsAt(world, SCHOOL, SEATS)
  const cases: OwnCase[] = []
  for (let serial = 0; serial < SEAT_WRITERS; serial += 1) {
    const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
    const caseId = await registered(world, facts)
    await counsel(world, { caseId, centre: 'DN' })
    cases.push({ caseId, key: facts.child.familyName })
  }
  await argonPasswords(world)
  return { cases, place }
}

async function atTheDesks(port: number): Promise<Desks> {
  const door = { port, origin: `http://127.0.0.1:${port}` }
  const signedInAs = PEOPLE.map(async (key) => {
    const browser = await signIn(door, `${key}@beispiel.example`, WORLD_PASSWORD)
    return [key, { browser, csrf: await browser.csrf() }] as const
  })
  return Object.fromEntries(await Promise.all(signedInAs)) as Desks
}

/** What the trail says of the desks, and how children and seats stand there. */
async function deskState({ database }: Opened, place: DeskPlace) {
  const lines = await deskLines(database)
  const { pool } = await deskStanding(database, place)
  const cases = await database.db
    .selectFrom('pupil_case')
    .select(['id', 'version'])
    .where('id', 'in', [...place.children, ...place.ending])
    .execute()
  const versions = new Map<string, number>([...cases, pool].map(({ id, version }) => [id, version]))
  const others = [pool.id, `account-${PEOPLE[1]}`]
  return { lines, ids: new Set(lines.map(({ id }) => id)), versions, others }
}

type DeskState = Awaited<ReturnType<typeof deskState>>

/** Children and numbers that were not changed as often as it was acknowledged. */
function lostVersions(
  writes: readonly DeskWrite[],
  before: DeskState,
  after: DeskState,
): readonly string[] {
  return [...after.versions].flatMap(([id, version]) => {
    const due = new Set(doneOf(writes).filter(({ subject }) => subject === id)).size
    const changes = version - (before.versions.get(id) ?? 0)
    return changes === due ? [] : [`${id}: ${changes} changes, ${due} acknowledged`]
  })
}

/** The writes that were acknowledged, each once, however often it was sent. */
function doneOf(writes: readonly DeskWrite[]): readonly DeskWrite[] {
  const done = writes.filter(({ outcome }) => outcome === 'ok')
  return [...new Map(done.map((one) => [one.key, one])).values()]
}

/** Every child at the desks. */
function idsOf({ children, ending, turning }: DeskPlace): readonly CaseId[] {
  return [...children, ...ending, ...turning]
}

/** What is stored, but of those who are sent round the desks only that they are there. */
async function withoutDesks(opened: Opened, place: DeskPlace): Promise<Stored> {
  const own = new Set<string>(idsOf(place))
  const stored = await storedIn(opened, SEATS)
  return {
    ...stored,
    children: stored.children.filter(({ caseId }) => !own.has(caseId)),
    trail: stored.trail.filter(({ caseId }) => !own.has(caseId)),
  }
}

async function signedIn(port: number, world: SharedWorld): Promise<Who> {
  const door = { port, origin: `http://127.0.0.1:${port}` }
  const browser = await signIn(door, EMAIL, WORLD_PASSWORD)
  const csrf = await browser.csrf()
  return { browser, csrf, schoolNumber: SCHOOL, today: today(world.clock) }
}

function serverEnv({ env }: SharedWorld): Readonly<Record<string, string>> {
  const { DATA_DIR: _given, ...others } = env
  return others
}

async function standingOf(
  db: SharedWorld['database']['db'],
  cases: readonly OwnCase[],
): Promise<readonly Standing[]> {
  const rows = await db.selectFrom('pupil_case').select(['id', 'version', 'stage']).execute()
  return cases.map((one) => {
    const row = rows.find(({ id }) => id === one.caseId)
    if (row === undefined) throw new Error(`${one.key} is gone`)
    return { ...one, version: row.version, isProposed: row.stage === 'proposed' }
  })
}

/** Somebody registered before the first load: acknowledged like the rest. */
function beforeAllOf(key: string, caseId: string): Operation {
  const times = { start: 0, end: 0 }
  return { op: 'register', key, ...times, outcome: 'ok', caseId, requestId: null }
}

async function pidOf(victim: 'backend' | 'postmaster', cluster: Cluster): Promise<number> {
  if (victim === 'postmaster') return cluster.pid()
  const client = new pg.Client({ connectionString: cluster.url('postgres') })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by state_change desc limit 1",
  )
  await client.end()
  return rows[0]?.pid ?? cluster.pid()
}

/** Until the server answers again after its database was struck. @throws when it went down as well. */
async function healed({ origin, pid, stderr }: TestServer): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.status === 200) return
    if (answer === null && !isRunning(pid)) throw new Error(`The server ended: ${stderr()}`)
    await wait(50)
  }
  throw new Error('The server did not heal')
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The history of the run, a line an operation, for whoever wants to look at it; names are numbers. */
function keep(history: readonly Operation[]): void {
  const folder = join(repositoryRoot, 'test-results')
  mkdirSync(folder, { recursive: true })
  const keys = [...new Set(history.map(({ key }) => key))]
  const lines = history.map((operation) =>
    JSON.stringify({ ...operation, key: keys.indexOf(operation.key) }),
  )
  writeFileSync(join(folder, `history-${Date.now()}.jsonl`), `${lines.join('\n')}\n`)
}

function report(
  { database }: SharedWorld,
  kills: number,
  seen: {
    readonly history: readonly Operation[]
    readonly atDesks: readonly DeskWrite[]
    readonly starts: readonly number[]
  },
): void {
  const { history, atDesks, starts } = seen
  const times = (kind: string) => doneOf(atDesks).filter((one) => one.kind === kind).length
  const of = (outcome: Operation['outcome']) =>
    history.filter((one) => one.outcome === outcome).length
  const longest = Math.round(Math.max(...starts))
  process.stdout.write(
    `P2 ${database.engine}: ${kills} kills, ${history.filter(isAcknowledged).length} writes acknowledged, ` +
      `${of('unknown')} unknown, ${of('fail')} refused; at the desks ${doneOf(atDesks).length} acknowledged, ` +
      `${atDesks.filter(({ outcome }) => outcome === 'unknown').length} sent again; longest start ${longest} ms; ` +
      `${KINDS.map((kind) => `${kind} ${times(kind)}`).join(', ')}\n`,
  )
}
