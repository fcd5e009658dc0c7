import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { turnYear } from '#app/domain/seat/turn.ts'
import { addHours, type Instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import {
  admit,
  assign,
  assignAtCentre,
  counsel,
  delegateAssignment,
  done,
  propose,
  start,
  type Walker,
} from '#tests/promises/steps.ts'
import { type CentreCode, registerAnyway, type World } from '#tests/setup/world.ts'

const DESK_SEATS = 40
/** The schools whose desks they are; they have room for every child that is sent round. */
export const DESK_SCHOOLS = {
  DN: '180103' as SchoolNumber,
  BOR: '190103' as SchoolNumber,
} as const
/** Where the children of a centre live. */
const HOMES = { DN: '05358008', BOR: '05554012' } as const
/** A school of Borken without an account: those whose school year turns are like it. */
const LIKE = '190105' as SchoolNumber

/** About whom and what something is done at the desks. */
export type DeskPlace = {
  /** Sent round: those of Düren first, then those of Borken. */
  readonly children: readonly CaseId[]
  /** Go to the school of Düren since before it had regular places. */
  readonly ending: readonly CaseId[]
  /** Each at a school of its own whose school year turns. */
  readonly turning: readonly CaseId[]
}

/** How many children there are of each sort; the first `absent` of Düren were to come three days ago. */
export type DeskCounts = Readonly<
  Record<'first' | 'count' | 'absent' | 'delegated' | 'ending' | 'turning', number>
>

/** A child that is counselled and waits for a place at a centre. */
type Waiting = (centre: CentreCode) => Promise<Walker>

/**
 * Children who wait for a place at the schools of the desks, which have enough of them, who end their
 * follow-up there, and who stay over the turn of a school year. In Borken the centre assigns for the
 * authority, and never who proposed. Leaves the world's clock at the present.
 */
export async function waitAtDesk(world: World, counts: DeskCounts): Promise<DeskPlace> {
  const now = new Date().toISOString() as Instant
  const { absent, count, ending } = counts
  await delegateAssignment(world, 'BOR')
  const waiting = waitingFrom(world, counts.first)
  world.clock.moveTo(dayBeforeTurn(now))
  const turning = await many(counts.turning, (at) => stayAtOwnSchool(world, waiting, at))
  world.clock.moveTo(addHours(now, -10 * 24))
  const thisYear = schoolYearOf(today(world.clock))
  // an even number: it goes up and down by one
  const seats = DESK_SEATS + 2 * ending
  await room(world, seats)
  const admitted = async () => {
    const walker = await waiting('DN')
    await propose(world, walker, DESK_SCHOOLS.DN)
    await assign(world, walker)
    await admit(world, walker, DESK_SCHOOLS.DN)
    return walker
  }
  const missing = await many(absent, admitted)
  const come = await many(ending, admitted)
  for (const walker of come) await start(world, walker, DESK_SCHOOLS.DN)
  const here = await many(count - absent, () => waiting('DN'))
  const there = await many(counts.delegated, () => waiting('BOR'))
  world.clock.moveTo(now)
  // in the first days of August there are places of the new school year besides
  if (schoolYearOf(today(world.clock)) !== thisYear) await room(world, seats)
  // only now: who goes there already has no regular place
  await place(world.as('owner'), DESK_SCHOOLS.DN, 'regular', seats)
  const children = [...missing, ...here, ...there]
  return { children: idsOf(children), ending: idsOf(come), turning: idsOf(turning) }
}

function idsOf(walkers: readonly Walker[]): readonly CaseId[] {
  return walkers.map(({ caseId }) => caseId)
}

/** One after the other: each is to have its own place in the order of things. */
async function many<T>(count: number, make: (at: number) => Promise<T>): Promise<readonly T[]> {
  const made: T[] = []
  for (let at = 0; at < count; at += 1) made.push(await make(at))
  return made
}

function waitingFrom(world: World, first: number): Waiting {
  let serial = first
  return async (centre) => {
    const municipality = HOMES[centre] as MunicipalityKey
    const facts = canaryRegistration(serial, { municipality, registeredOn: today(world.clock) })
    serial += 1
    const { caseId } = done(await registerAnyway(world.as('counsellor', centre), facts))
    const walker: Walker = { caseId, centre }
    await counsel(world, walker)
    return walker
  }
}

/** A day of the school year that ends with the turn which is due, before the other children come. */
function dayBeforeTurn(now: Instant): Instant {
  const summer: Instant = `${turnYear(today({ now: () => new Date(now) }))}-06-10T09:00:00.000Z`
  const earlier = addHours(now, -11 * 24)
  return summer < earlier ? summer : earlier
}

/** Support places of the present school year at the schools of the desks. */
async function room(world: World, seats: number): Promise<void> {
  for (const number of Object.values(DESK_SCHOOLS)) {
    await place(world.asSchool(number), number, 'support', seats)
  }
}

async function place(
  ctx: Context,
  schoolNumber: SchoolNumber,
  kind: SeatKind,
  seats: number,
): Promise<void> {
  const grades = { gradeFrom: 5, gradeTo: 10 } as const
  const pool = { poolId: null, schoolYear: schoolYearOf(today(ctx.clock)), ...grades, kind, seats }
  done(await decideSeats(ctx, { schoolNumber, reason: 'rooms', pools: [pool] }))
}

/** A child at a school of its own, where the centre assigned it: somebody else than who proposed. */
async function stayAtOwnSchool(world: World, waiting: Waiting, at: number): Promise<Walker> {
  const number = `191${String(at).padStart(3, '0')}` as SchoolNumber
  await world.database.write(async (tx) => {
    const schools = tx.selectFrom('school').selectAll().where('number', '=', LIKE)
    const like = await schools.executeTakeFirstOrThrow()
    await tx
      .insertInto('school')
      .values({ ...like, number })
      .execute()
  })
  // the counsellor enters it: the school has no account
  await place(world.as('counsellor', 'BOR'), number, 'support', 2)
  const walker = await waiting('BOR')
  await propose(world, walker, number)
  await assignAtCentre(world, walker)
  return walker
}
