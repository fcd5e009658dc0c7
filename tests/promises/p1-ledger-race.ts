import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { uuidv7 } from 'uuidv7'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import {
  type Act,
  type ActOnCase,
  type Chosen,
  otherRule,
  type Person,
  SCHOOLS,
  type Standing,
  WITH_DESK,
} from '#tests/promises/p1-ledger-acts.ts'
import type { Operation, SettledPool, Shortened } from '#tests/promises/p1-ledger-check.ts'
import type { ClientOrder, ClientSaid, Raced } from '#tests/promises/p1-ledger-client.ts'
import {
  type ByPerson,
  type Doing,
  type Session,
  settingsWith,
} from '#tests/promises/p1-ledger-doors.ts'
import { operate } from '#tests/promises/p1-ledger-operate.ts'
import {
  beExpected,
  letOneRunOut,
  liveSeats,
  poolsAt,
  runOut,
  SOON_MS,
  standingIn,
  waitingIn,
} from '#tests/promises/p1-ledger-seats.ts'
import { counsel, done } from '#tests/promises/steps.ts'
import { repositoryRoot } from '#tests/setup/paths.ts'
import { drawer } from '#tests/setup/random.ts'
import { type Browser, type Door, signIn } from '#tests/setup/session.ts'
import { registered, WORLD_PASSWORD } from '#tests/setup/world.ts'

const PEOPLE: readonly Person[] = ['counsellor', 'colleague', 'authority', 'lead', ...WITH_DESK]
const clock = { now: () => new Date() }

/**
 * Four schools with 0, 1, 2 and 3 support places and as many regular ones, a centre that asks for both,
 * and so many children who wait.
 */
export async function prepare(world: SharedWorld, children: number): Promise<void> {
  // servers have the system's clock
  world.clock.moveTo(instant(clock))
  done(
    await configureCentre(world.as('lead'), settingsWith({ version: 1, secondSeat: 'required' })),
  )
  for (const [seats, schoolNumber] of SCHOOLS.entries()) {
    await openPools(world, schoolNumber, [seats, SCHOOLS.length - 1 - seats])
  }
  for (let serial = 0; serial < children; serial += 1) await waitingChild(world, serial)
  await argonPasswords(world)
  world.clock.moveTo(instant(clock))
}

/** Children who come later; `from`: how many there are already. */
export async function furtherChildren(world: SharedWorld, from: number): Promise<FurtherChildren> {
  world.clock.moveTo(instant(clock))
  const one = (more: number) => waitingChild(world, from + more)
  return [await one(0), await one(1), await one(2), await one(3), await one(4)]
}

async function waitingChild(world: SharedWorld, serial: number): Promise<CaseId> {
  const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
  const caseId = await registered(world, facts)
  await counsel(world, { caseId, centre: 'DN' })
  return caseId
}

async function openPools(
  world: SharedWorld,
  schoolNumber: SchoolNumber,
  [support, regular]: readonly [number, number],
): Promise<void> {
  const isOwn = WITH_DESK.includes(schoolNumber)
  const ctx = isOwn ? world.asSchool(schoolNumber) : world.as('counsellor')
  const grades = { gradeFrom: 5, gradeTo: 10, schoolYear: schoolYearOf(today(world.clock)) }
  const pools = [
    { poolId: null, ...grades, kind: 'support', seats: support },
    { poolId: null, ...grades, kind: 'regular', seats: regular },
  ] as const
  done(await decideSeats(ctx, { schoolNumber, reason: 'rooms', pools }))
}

/** Everybody who takes part, signed in at a server. */
export async function signInAll(
  door: Door,
  letIn: (browser: Browser) => Promise<Browser>,
): Promise<ByPerson<Session>> {
  const sessions: Record<string, Session> = {}
  for (const person of PEOPLE) {
    const browser = await letIn(
      await signIn(door, `${keyOf(person)}@beispiel.example`, WORLD_PASSWORD),
    )
    sessions[person] = { csrf: await browser.csrf(), cookies: [...browser.cookies] }
  }
  return sessions
}

function keyOf(person: Person): string {
  return WITH_DESK.includes(person as SchoolNumber) ? `school-${person}` : `${person}-dn`
}

/** Everybody who takes part, as the use cases know them. */
export function actorsOf(world: SharedWorld): ByPerson<Actor> {
  return {
    counsellor: world.as('counsellor').actor,
    colleague: world.asColleague().actor,
    authority: world.as('authority').actor,
    lead: world.as('lead').actor,
    ...Object.fromEntries(WITH_DESK.map((number) => [number, world.asSchool(number).actor])),
  }
}

// ---- the race ----

/** Lets the processes race, each as it was told. @throws when one of them ends. */
export async function race(world: SharedWorld, orders: readonly ClientOrder[]): Promise<Raced> {
  const clients = await Promise.all(orders.map(() => startClient(world.env)))
  try {
    const raced = await Promise.all(clients.map((one, at) => one.run(orders[at] as ClientOrder)))
    return {
      history: raced.flatMap(({ history }) => history),
      shortened: raced.flatMap(({ shortened }) => shortened),
    }
  } finally {
    await Promise.all(clients.map((one) => one.stop()))
    // what still runs out does so before anybody looks again
    await wait(SOON_MS)
  }
}

async function startClient(env: Readonly<Record<string, string>>) {
  const child = fork('tests/promises/p1-ledger-client.ts', {
    cwd: repositoryRoot,
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, LOG_LEVEL: 'silent', ORIGIN: '', ...env },
  })
  const gone = once(child, 'exit')
  const ended = gone.then(() => {
    throw new Error('A client ended')
  })
  ended.catch(() => undefined)
  await Promise.race([saidBy(child), ended])
  return {
    run: async (order: ClientOrder) => {
      child.send(order)
      const { raced } = await Promise.race([saidBy(child), ended])
      if (raced === null) throw new Error('A client has seen nothing')
      return raced
    },
    stop: async () => {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

async function saidBy(child: ChildProcess): Promise<ClientSaid> {
  const [said] = (await once(child, 'message')) as [ClientSaid]
  return said
}

// ---- afterwards ----

/** Children who come when the race is over, and wait. */
export type FurtherChildren = readonly [CaseId, CaseId, CaseId, CaseId, CaseId]

/** What the end of a race was like. */
export type Settled = Raced & { readonly settled: readonly SettledPool[] }

/** Somebody does something over what stands there now; `ok`, or what they were told. */
type Acting = (act: (standing: Standing) => Act, person: Person) => Promise<string>

/**
 * Nobody else is there any more. Further children go every way, so that each was gone at least once,
 * with and without a regular place. The authority reaches for proposals whose hold has run
 * out, too late, and they are taken back: while others race, the next one at the pool is nearly always
 * faster. Then everybody who waits asks once more, each for one school; one school has a place for
 * everybody.
 */
export async function settle(
  world: SharedWorld,
  doing: Doing,
  children: FurtherChildren,
): Promise<Settled> {
  const history: Operation[] = []
  const act: Acting = async (choose, person) => {
    const standing = await standingIn(world.database)
    const done = await operate(doing, choose(standing), person, standing)
    history.push(...done)
    return done.map(({ outcome }) => outcome).join()
  }
  await openWide(world, act)
  await goEveryWay(world, act, children)
  const shortened = await actTooLate(world, act, children)
  const wanting = await askOnceMore(world, act)
  return { history, shortened, settled: await settledPools(world, wanting) }
}

const WIDE = SCHOOLS[0]

/** The first school has support places for everybody, and not one regular place that is free. */
async function openWide(world: SharedWorld, act: Acting): Promise<void> {
  await setRule(world, act, 'required')
  await keepNothingBack(world, act, 'support')
  await keepNothingBack(world, act, 'regular')
  await decide(act, WIDE, 'support', ({ cases }) => cases.length)
  await tighten(world, act, WIDE, 'regular')
}

/** Exactly as many seats as are given, so that none is free on any day. */
async function tighten(world: SharedWorld, act: Acting, school: SchoolNumber, kind: SeatKind) {
  const live = await liveSeats(world.database, instant(clock))
  const least = (standing: Standing) => {
    const { poolId, others, reserve } = poolsAt(standing, school)[kind]
    return (live.get(poolId) ?? 0) + others + reserve
  }
  // another number first: what is decided anew with the same one keeps its days
  await decide(act, school, kind, (standing) => least(standing) + MANY)
  await decide(act, school, kind, least)
}

/** More than any pool of the race has free. */
const MANY = 50

async function setRule(
  { database }: SharedWorld,
  act: Acting,
  wanted: Standing['rule']['secondSeat'],
): Promise<void> {
  const { rule } = await standingIn(database)
  if (rule.secondSeat !== wanted) await act(otherRule, 'lead')
}

async function keepNothingBack({ database }: SharedWorld, act: Acting, kind: SeatKind) {
  const { reserve } = poolsAt(await standingIn(database), WIDE)[kind]
  if (reserve === 0) return
  const until = today(clock)
  await act((standing) => {
    const { poolId, schoolNumber, version } = poolsAt(standing, WIDE)[kind]
    return { kind: 'reserve', poolId, schoolNumber, version, seats: 0, until }
  }, 'counsellor')
}

/** A school decides on so many seats, at once and for good. */
async function decide(
  act: Acting,
  school: SchoolNumber,
  kind: SeatKind,
  count: (standing: Standing) => number,
): Promise<void> {
  await act((standing) => {
    const { poolId, schoolNumber, version, seats: was } = poolsAt(standing, school)[kind]
    return { kind: 'capacity', poolId, schoolNumber, version, was, seats: count(standing) }
  }, school)
}

/** Everything once that can become of children, of three who come anew. @throws at the first refusal. */
async function goEveryWay(
  world: SharedWorld,
  act: Acting,
  [one, two, third]: FurtherChildren,
): Promise<void> {
  const step = async (kind: ActOnCase['kind'], caseId: CaseId, person: Person, told = 'ok') => {
    const outcome = await act(on(kind, caseId), person)
    if (outcome !== told) throw new Error(`${kind} was told ${outcome} instead of ${told}`)
  }
  await step('propose', one, 'colleague', 'regular_place_missing')
  await setRule(world, act, 'warn')
  await step('propose', two, 'colleague')
  for (const [back, person] of BACK) {
    await step('propose', one, 'counsellor')
    await step(back, one, person)
  }
  await step('propose', one, 'counsellor')
  await step('can_admit', one, WIDE)
  await act(
    ({ cases }) => ({ kind: 'assign_many', chosen: [chosenIn(cases, one), chosenIn(cases, two)] }),
    'authority',
  )
  await step('report', one, WIDE)
  await step('take_back', one, 'authority')
  await step('propose', one, 'counsellor')
  await step('assign', one, 'authority')
  await step('report', one, WIDE)
  await step('keep', one, 'authority')
  await step('admit', one, WIDE)
  await beExpected(world, one)
  await step('not_started', one, WIDE)
  await step('propose', one, 'counsellor')
  await step('assign', one, 'authority')
  for (const kind of ['admit', 'start'] as const) await step(kind, one, WIDE)
  // no regular place is free, then there are many
  await step('complete', one, 'counsellor')
  await decide(act, WIDE, 'regular', ({ cases, ...all }) => {
    return poolsAt(all, WIDE).regular.seats + cases.length
  })
  for (const kind of ['admit', 'start'] as const) await step(kind, two, WIDE)
  await step('complete', two, 'counsellor')
  await step('propose', third, 'counsellor')
  await step('end', third, 'counsellor')
  await keepOneBack(act)
}

const BACK = [
  ['withdraw', 'counsellor'],
  ['decline', WIDE],
  ['send_back', 'authority'],
] as const

function on(kind: ActOnCase['kind'], caseId: CaseId) {
  return ({ cases }: Standing): Act => ({ kind, ...chosenIn(cases, caseId) })
}

function chosenIn(cases: Standing['cases'], caseId: CaseId): Chosen {
  const one = cases.find((other) => other.caseId === caseId)
  if (one === undefined) throw new Error(`No case ${caseId} on its way`)
  return { caseId, version: one.version, schoolNumber: WIDE }
}

/** One seat is kept back, and given free again. */
async function keepOneBack(act: Acting): Promise<void> {
  for (const seats of [1, 0]) {
    await act((standing) => {
      const { poolId, schoolNumber, version } = poolsAt(standing, WIDE).regular
      const until = today(clock)
      return { kind: 'reserve', poolId, schoolNumber, version, seats, until }
    }, 'counsellor')
  }
}

/** A hold runs out before the authority decides, another before the job comes; two children wait then. */
async function actTooLate(
  world: SharedWorld,
  act: Acting,
  [, , , late, forgotten]: FurtherChildren,
): Promise<readonly Shortened[]> {
  await act(on('propose', late), 'colleague')
  const first = await letOneRunOut(world, drawer(1))
  await wait(SOON_MS)
  for (const { caseId } of runOut(await standingIn(world.database), instant(clock))) {
    await act(on('assign', caseId), 'authority')
    await act(on('withdraw', caseId), 'counsellor')
  }
  await act(on('propose', forgotten), 'colleague')
  const second = await letOneRunOut(world, drawer(2))
  await wait(SOON_MS)
  // ids of this world are counted, those of the servers follow the clock: the newest is told by them
  const deps = { ...world, clock, newId: uuidv7 }
  if ((await expireHolds(deps)) === 0) throw new Error('The job ended no hold')
  return [...first, ...second]
}

/** By school, how many were turned away; at the second no place is free. */
async function askOnceMore(
  world: SharedWorld,
  act: Acting,
): Promise<ReadonlyMap<SchoolNumber, number>> {
  await tighten(world, act, SCHOOLS[1] as SchoolNumber, 'support')
  const wanting = new Map<SchoolNumber, number>()
  for (const [index, caseId] of waitingIn(await standingIn(world.database)).entries()) {
    const school = SCHOOLS[index % SCHOOLS.length] as SchoolNumber
    const outcome = await act((standing) => {
      return { kind: 'propose', ...chosenIn(standing.cases, caseId), schoolNumber: school }
    }, 'colleague')
    if (outcome !== 'ok') wanting.set(school, (wanting.get(school) ?? 0) + 1)
  }
  return wanting
}

async function settledPools(
  world: SharedWorld,
  wanting: ReadonlyMap<SchoolNumber, number>,
): Promise<readonly SettledPool[]> {
  const { pools } = await standingIn(world.database)
  const live = await liveSeats(world.database, instant(clock))
  return pools.map(({ poolId, schoolNumber, kind, lasting, others, reserve }) => ({
    ...{ poolId, room: lasting - others - reserve, live: live.get(poolId) ?? 0 },
    wanting: kind === 'support' ? (wanting.get(schoolNumber) ?? 0) : null,
  }))
}
