import { setTimeout as wait } from 'node:timers/promises'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import { instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import type { Deps } from '#app/services/context.server.ts'
import { type Act, chooseAct, personFor } from '#tests/promises/p1-ledger-acts.ts'
import type { Operation, Shortened } from '#tests/promises/p1-ledger-check.ts'
import {
  type ByPerson,
  type Doing,
  type Session,
  throughServer,
  throughServices,
} from '#tests/promises/p1-ledger-doors.ts'
import { letOneRunOut, standingIn } from '#tests/promises/p1-ledger-seats.ts'
import { drawer } from '#tests/setup/random.ts'
import type { Door } from '#tests/setup/session.ts'

/** What a process of clients is told to do. */
export type ClientOrder = {
  readonly acts: number
  /** So many people act at the same time. */
  readonly workers: number
  readonly seed: number
  readonly way:
    | { readonly kind: 'server'; readonly door: Door; readonly sessions: ByPerson<Session> }
    | { readonly kind: 'services'; readonly actors: ByPerson<Actor>; readonly isCareless: boolean }
}

/** What clients saw, and which holds they let run out on their way. */
export type Raced = {
  readonly history: readonly Operation[]
  readonly shortened: readonly Shortened[]
}

/** What a process says: that it is there (null), and in the end what it saw. */
export type ClientSaid = { readonly raced: Raced | null }

/** One hold runs out for so many operations: time passes with what is done, however slow the machine. */
const ACTS_PER_HOLD = 15

/**
 * Clients in a process of its own. Where a child stands they look up in the database, as a page would
 * show it; what they do goes through the door they were given.
 */
async function main(): Promise<void> {
  const deps = await makeDeps(readEnv())
  const say = (said: ClientSaid) => process.send?.(said)
  process.once('message', (order: ClientOrder) => {
    raceOn(deps, order).then(
      (raced) => say({ raced }),
      (accident: unknown) => {
        process.stderr.write(`${String(accident)}\n`)
        process.exit(1)
      },
    )
  })
  process.once('disconnect', () => process.exit(0))
  say({ raced: null })
}

async function raceOn(deps: Deps, order: ClientOrder): Promise<Raced> {
  const { way, acts, workers, seed } = order
  const doing =
    way.kind === 'server'
      ? throughServer(way.door, way.sessions)
      : throughServices(deps, way.actors, way)
  const history: Operation[] = []
  const shortened: Shortened[] = []
  let begun = 0
  const work = async (worker: number) => {
    const draw = drawer(seed * 100 + worker)
    while (begun < acts) {
      begun += 1
      const standing = await standingIn(deps.database)
      const act = chooseAct(standing, instant(deps.clock), draw)
      const pool = standing.pools.find((one) => one.schoolNumber === act.schoolNumber)
      const person = personFor(act, draw)
      history.push(await operate(doing, act, person, pool?.poolId ?? ''))
      if (draw.below(ACTS_PER_HOLD) === 0) shortened.push(...(await letOneRunOut(deps, draw)))
      // who shares a thread with others lets them look as well
      await wait(0)
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  return { history, shortened }
}

async function operate(
  doing: Doing,
  act: Act,
  person: Parameters<Doing>[1],
  poolId: string,
): Promise<Operation> {
  const start = Date.now()
  const done = await doing(act, person).catch((accident: unknown) => ({
    outcome: `broken: ${String(accident)}`,
    requestId: '',
  }))
  const isSeats = act.kind === 'capacity'
  return {
    ...{ kind: act.kind, caseId: isSeats ? null : act.caseId, poolId },
    ...{ seats: isSeats ? act.seats : null, start, end: Date.now() + 1, ...done },
  }
}

await main()
