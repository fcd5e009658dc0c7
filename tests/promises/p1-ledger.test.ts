import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schoolYearOf, today } from '#app/domain/time.ts'
import { makeDurableWorld, makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import {
  checkLedger,
  EVENTS,
  type Kind,
  type Operation,
  type Shortened,
} from '#tests/promises/p1-ledger-check.ts'
import type { ClientOrder } from '#tests/promises/p1-ledger-client.ts'
import { throughServer } from '#tests/promises/p1-ledger-doors.ts'
import {
  actorsOf,
  furtherChildren,
  prepare,
  race,
  settle,
  signInAll,
} from '#tests/promises/p1-ledger-race.ts'
import { ledgerTrail, withoutWalls } from '#tests/promises/p1-ledger-seats.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { letIn } from '#tests/setup/second-factor.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import type { Door } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'

/** On each of the two engines. */
const ACTS = sized(1_500, 10_000)
const CHILDREN = 40 + ACTS / 25
const CONTROL_ACTS = 90
/** Two must meet at one seat: mostly they do in the first round or the second. */
const CONTROL_ROUNDS = 20
const WORKERS = 6
/** What 99 of 100 answers should take at most; said, not asserted. */
const LONGEST_MS = 1_000
const LONG = guard(600_000)
const ORIGIN = 'https://einstieg.example'

describe('P1: many people at one ledger, on SQLite', () => {
  // one server owns the file; the third process works beside it, as the terminal does
  raceOn(makeFileWorld, async (world) => {
    const { DATA_DIR: dataDir, ...env } = world.env
    const server = await startServer({ dataDir: dataDir ?? '', env })
    return [{ server, door: { port: server.port, origin: server.origin } }]
  })
})

describe.skipIf(!postgresPresent)('P1: the same on PostgreSQL (needs PostgreSQL)', () => {
  raceOn(makeDurableWorld, (world) => {
    const { DATA_DIR: _ownFolderEach, ...shared } = world.env
    const env = { LOG_LEVEL: 'info', ORIGIN, ...shared }
    const start = async () => {
      const server = await startServer({ env })
      return { server, door: { port: server.port, origin: ORIGIN } }
    }
    return Promise.all([start(), start()])
  })
})

type Served = { readonly server: TestServer; readonly door: Door }

function raceOn(
  makeShared: () => Promise<SharedWorld>,
  serve: (world: SharedWorld) => Promise<readonly Served[]>,
): void {
  let world: SharedWorld
  let served: readonly Served[] = []
  let startedAt: number
  const history: Operation[] = []
  const shortened: Shortened[] = []

  beforeAll(async () => {
    world = await makeShared()
    await prepare(world, CHILDREN)
    served = await serve(world)
  }, LONG)
  afterAll(async () => {
    await Promise.all(served.map(({ server }) => server.stop()))
    await world.close()
  })

  async function raced(orders: readonly ClientOrder[]): Promise<void> {
    const done = await race(world, orders)
    history.push(...done.history)
    shortened.push(...done.shortened)
  }

  async function ledger() {
    const trail = await ledgerTrail(world.database)
    const lastDay = `${schoolYearOf(today({ now: () => new Date() })) + 1}-07-31`
    return { trail, shortened, startedAt, lastDay, settled: null }
  }

  test(`${ACTS} operations of three processes: no seat is given twice, none is refused while one is free`, {
    timeout: LONG,
  }, async () => {
    const ways = await waysOf(world, served)
    startedAt = Date.now()
    const acts = Math.ceil(ACTS / ways.length)
    await raced(ways.map((way, at) => ({ acts, workers: WORKERS, seed: at + 1, way })))
    report(world, history, shortened, Date.now() - startedAt)
    const [first] = ways
    if (first?.kind !== 'server') throw new Error('The first way is a server')
    const further = await furtherChildren(world, CHILDREN)
    const end = await settle(world, throughServer(first.door, first.sessions), further)

    history.push(...end.history)
    shortened.push(...end.shortened)
    expect(checkLedger(history, { ...(await ledger()), settled: end.settled })).toEqual([])
    expect(await violations(world)).toEqual([])
    expect(history.length).toBeGreaterThanOrEqual(ACTS)
    // the race was one: everything happened, seats were lost at the last moment, numbers were refused
    expect(new Set(acknowledged(history).map(({ kind }) => kind)).size).toBe(KINDS.length)
    expect(told('seat_taken')).toBeGreaterThan(0)
    expect(told('support_place_missing')).toBeGreaterThan(0)
    expect(told('capacity_below_taken')).toBeGreaterThan(0)
    // and so did everything that was forced in the end
    const events = new Set((await ledgerTrail(world.database)).map(({ event }) => event))
    for (const code of ['hold_expired', 'regular_place_missing']) {
      expect(told(code)).toBeGreaterThan(0)
    }
    for (const event of ['proposal_expired', 'regular_place_taken', 'regular_place_missing']) {
      expect(events).toContain(event)
    }
    expect(shortened.length).toBeGreaterThan(ACTS / 50)
    // one school had room for everybody, and another had none
    const wanting = end.settled.flatMap((pool) => pool.wanting ?? [])
    expect(wanting).toHaveLength(4)
    expect(wanting).toContain(0)
    expect(Math.max(...wanting)).toBeGreaterThan(0)
  })

  function told(code: string): number {
    return history.filter(({ outcome }) => outcome === code).length
  }

  test('control: the same without the lock gives seats twice, with it it does not', {
    timeout: LONG,
  }, async () => {
    await withoutWalls(world)
    const actors = actorsOf(world)
    const orders = (isCareless: boolean, round: number) =>
      [7, 8].map((process): ClientOrder => {
        const way = { kind: 'services', actors, isCareless } as const
        return { acts: CONTROL_ACTS, workers: WORKERS, seed: round * 10 + process, way }
      })
    await raced(orders(false, 0))
    expect(checkLedger(history, await ledger())).toEqual([])

    let found: readonly string[] = []
    for (let round = 1; round <= CONTROL_ROUNDS && !found.some(isOversold); round += 1) {
      await raced(orders(true, round))
      found = checkLedger(history, await ledger())
    }
    expect(found.filter(isOversold)).not.toEqual([])
  })
}

function isOversold(trouble: string): boolean {
  return trouble.startsWith('oversold: ')
}

const KINDS = Object.keys(EVENTS) as readonly Kind[]

/** A process at each server; where there is but one, one more there and one beside it. */
async function waysOf(
  world: SharedWorld,
  served: readonly Served[],
): Promise<readonly ClientOrder['way'][]> {
  const doors = served.map(({ door }) => door)
  const [first] = doors
  if (first === undefined) throw new Error('There is no server')
  const ways: ClientOrder['way'][] = []
  for (const door of [...doors, first]) {
    const sessions = await signInAll(door, (browser) =>
      door.origin === ORIGIN ? letIn(world, browser) : Promise.resolve(browser),
    )
    ways.push({ kind: 'server', door, sessions })
  }
  if (served.length > 1) return ways
  return [...ways, { kind: 'services', actors: actorsOf(world), isCareless: false }]
}

function acknowledged(history: readonly Operation[]): readonly Operation[] {
  return history.filter(({ outcome }) => outcome === 'ok')
}

/** One line of figures: times are printed, never judged. */
function report(
  { database }: SharedWorld,
  history: readonly Operation[],
  shortened: readonly Shortened[],
  ms: number,
): void {
  const times = history.map(({ start, end }) => end - start).toSorted((one, other) => one - other)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  const isMet = at(0.99) < LONGEST_MS
  const done = counted(acknowledged(history).map(({ kind }) => kind))
  const no = counted(history.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'ok'))
  process.stdout.write(
    `P1 ${database.engine}: ${history.length} operations in ${Math.round(ms / 1_000)} s; done: ${done}; ` +
      `refused: ${no}; ${shortened.length} holds ran out; p50 ${at(0.5)} ms, p99 ${at(0.99)} ms: ` +
      `${isMet ? 'within' : 'beyond'} ${LONGEST_MS} ms\n`,
  )
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ')
}
