import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import type { SharedWorld } from '#tests/promises/file-world.ts'
import { type Act, type Person, SCHOOLS, WITH_DESK } from '#tests/promises/p1-ledger-acts.ts'
import type { Operation, SettledPool } from '#tests/promises/p1-ledger-check.ts'
import type { ClientOrder, ClientSaid, Raced } from '#tests/promises/p1-ledger-client.ts'
import type { ByPerson, Doing, Session } from '#tests/promises/p1-ledger-doors.ts'
import {
  letOneRunOut,
  liveSeats,
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

const PEOPLE: readonly Person[] = ['counsellor', 'colleague', 'authority', ...WITH_DESK]
const clock = { now: () => new Date() }

/** Four schools with 0, 1, 2 and 3 places, and so many children who wait for one. */
export async function prepare(world: SharedWorld, children: number): Promise<void> {
  // servers have the system's clock
  world.clock.moveTo(instant(clock))
  for (const [seats, schoolNumber] of SCHOOLS.entries()) await openPool(world, schoolNumber, seats)
  for (let serial = 0; serial < children; serial += 1) {
    const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
    const caseId = await registered(world, facts)
    await counsel(world, { caseId, centre: 'DN' })
  }
  await argonPasswords(world)
  world.clock.moveTo(instant(clock))
}

async function openPool(world: SharedWorld, schoolNumber: SchoolNumber, seats: number) {
  const isOwn = WITH_DESK.includes(schoolNumber)
  const ctx = isOwn ? world.asSchool(schoolNumber) : world.as('counsellor')
  const grades = { gradeFrom: 5, gradeTo: 10, schoolYear: schoolYearOf(today(world.clock)) }
  const pool = { poolId: null, ...grades, kind: 'support', seats } as const
  done(await decideSeats(ctx, { schoolNumber, reason: 'rooms', pools: [pool] }))
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

/** What the end of a race was like. */
export type Settled = Raced & { readonly settled: readonly SettledPool[] }

/**
 * Everybody who waits asks once more, each for one school; one school has a place for everybody then.
 * Before, the authority reaches for proposals whose hold has run out, too late, and they are taken back:
 * while others race, the next one at the pool is nearly always faster.
 */
export async function settle(world: SharedWorld, doing: Doing): Promise<Settled> {
  const history: Operation[] = []
  const { pools, cases } = await standingIn(world.database)
  const poolOf = new Map(pools.map((pool) => [pool.schoolNumber, pool]))
  const act = async (one: Act, person: Person) => {
    const start = Date.now()
    const said = await doing(one, person)
    const isSeats = one.kind === 'capacity'
    history.push({
      ...{ kind: one.kind, caseId: isSeats ? null : one.caseId, start, end: Date.now() + 1 },
      ...{ poolId: poolOf.get(one.schoolNumber)?.poolId ?? '', seats: isSeats ? one.seats : null },
      ...said,
    })
    return said.outcome
  }

  const wide = poolOf.get(SCHOOLS[0])
  if (wide === undefined) throw new Error('There is no pool')
  await act({ kind: 'capacity', ...wide, was: wide.seats, seats: cases.length }, SCHOOLS[0])
  const [waiting] = waitingIn({ pools, cases })
  const one = cases.find(({ caseId }) => caseId === waiting)
  if (one !== undefined) {
    const { caseId, version } = one
    await act({ kind: 'propose', caseId, version, schoolNumber: SCHOOLS[0] }, 'colleague')
  }
  const shortened = await letOneRunOut(world, drawer(pools.length))
  await wait(SOON_MS)
  for (const { caseId, version } of runOut(await standingIn(world.database), instant(clock))) {
    const late = { caseId, version, schoolNumber: SCHOOLS[0] }
    await act({ kind: 'assign', ...late }, 'authority')
    await act({ kind: 'withdraw', ...late }, 'counsellor')
  }
  const wanting = await askOnceMore(world, (caseId, version, schoolNumber) =>
    act({ kind: 'propose', caseId, version, schoolNumber }, 'colleague'),
  )
  return { history, shortened, settled: await settledPools(world, wanting) }
}

/** By school, how many were turned away. */
async function askOnceMore(
  world: SharedWorld,
  ask: (caseId: CaseId, version: number, schoolNumber: SchoolNumber) => Promise<string>,
): Promise<ReadonlyMap<SchoolNumber, number>> {
  const standing = await standingIn(world.database)
  const versions = new Map(standing.cases.map(({ caseId, version }) => [caseId, version]))
  const wanting = new Map<SchoolNumber, number>()
  for (const [index, caseId] of waitingIn(standing).entries()) {
    const school = SCHOOLS[index % SCHOOLS.length] as SchoolNumber
    const outcome = await ask(caseId, versions.get(caseId) ?? 0, school)
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
  return pools.map(({ poolId, schoolNumber, seats }) => ({
    ...{ poolId, seats, live: live.get(schoolNumber) ?? 0 },
    wanting: wanting.get(schoolNumber) ?? 0,
  }))
}
