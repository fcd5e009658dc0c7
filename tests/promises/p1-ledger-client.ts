import { setTimeout as wait } from 'node:timers/promises'
import { readEnv } from '#app/deps/env.server.ts'
import { makeDeps } from '#app/deps/make-deps.server.ts'
import { instant } from '#app/domain/time.ts'
import type { Actor } from '#app/policy/roles.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { chooseAct, personFor } from '#tests/promises/p1-ledger-acts.ts'
import type { Operation, Shortened } from '#tests/promises/p1-ledger-check.ts'
import {
  type ByPerson,
  type Session,
  throughServer,
  throughServices,
} from '#tests/promises/p1-ledger-doors.ts'
import { operate } from '#tests/promises/p1-ledger-operate.ts'
import { letOneBeExpected, letOneRunOut, standingIn } from '#tests/promises/p1-ledger-seats.ts'
import { type Drawer, drawer } from '#tests/setup/random.ts'
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
/** And so many until a child is expected that was not yet, and until the job of the holds runs. */
const ACTS_PER_DAY = 20
const ACTS_PER_JOB = 60

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
      history.push(...(await operate(doing, act, personFor(act, draw), standing)))
      shortened.push(...(await letTimePass(deps, draw)))
      // who shares a thread with others lets them look as well
      await wait(0)
    }
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  return { history, shortened }
}

/** Now and then a hold runs out, a child is expected, and the job of the holds runs beside everybody. */
async function letTimePass(deps: Deps, draw: Drawer): Promise<readonly Shortened[]> {
  const shortened = draw.below(ACTS_PER_HOLD) === 0 ? await letOneRunOut(deps, draw) : []
  if (draw.below(ACTS_PER_DAY) === 0) await letOneBeExpected(deps, draw)
  if (draw.below(ACTS_PER_JOB) === 0) await expireHolds(deps)
  return shortened
}

await main()
