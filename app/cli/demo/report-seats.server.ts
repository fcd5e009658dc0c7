import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { addDays, type CalendarDate, type Instant, schoolYearOf } from '#app/domain/time.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { reserveSeats } from '#app/services/seat/reserve-seats.server.ts'
import { done } from './done.ts'
import type { Cast } from './found-centre.server.ts'
import type { Past } from './past.server.ts'
import { type DemoPool, POOLS } from './pools.ts'
import { REGULAR_PLACES } from './regular-places.ts'

/** The pools that stand since seats were reported, by school: the first of each. */
export type Reported = Map<SchoolNumber, SeatPoolId>

/**
 * The schools report their support places of a school year, without an account by telephone; their
 * owner decides on regular ones. Writes down in `reported` which pools came of it.
 */
export async function reportSeats(
  past: Past,
  cast: Cast,
  { schoolYear, at, reported }: { schoolYear: number; at: Instant; reported: Reported },
): Promise<void> {
  for (const { school, reason, pools } of POOLS) {
    const ctx = past(cast.ofSchool(school) ?? cast.as('beratung'), at)
    const [first, ...others] = pools
    const toDecision = (pool: DemoPool) =>
      ({ ...pool, poolId: null, schoolYear, kind: 'support' }) as const
    const decisions = [toDecision(first), ...others.map(toDecision)] as const
    const command = { schoolNumber: school, reason, pools: decisions }
    const [poolId] = done(await decideSeats(ctx, command), 'seats').poolIds
    if (poolId !== undefined) reported.set(school, poolId)
  }
  for (const { school, gradeFrom, gradeTo, ...numbers } of REGULAR_PLACES) {
    const ofGrade = (grade: number) =>
      ({
        ...{ ...numbers, gradeFrom: grade, gradeTo: grade, poolId: null, schoolYear },
        kind: 'regular',
      }) as const
    const grades = Array.from({ length: gradeTo - gradeFrom }, (_, more) => gradeFrom + 1 + more)
    const pools = [ofGrade(gradeFrom), ...grades.map(ofGrade)] as const
    const command = { schoolNumber: school, reason: 'owner_resolution', pools } as const
    done(await decideSeats(past(cast.as('traeger'), at), command), 'regular seats')
  }
}

/** Where seats are kept back for children who are announced: the school has the most of them. */
const RESERVED_AT = '900032' as SchoolNumber

/** The counsellor keeps two seats back for a family that is expected, for six weeks at most. */
export async function keepSeatsBack(
  past: Past,
  cast: Cast,
  { reported, start, at }: { reported: Reported; start: CalendarDate; at: Instant },
): Promise<void> {
  const poolId = reported.get(RESERVED_AT)
  if (poolId === undefined) throw new Error('The demo keeps seats back where there are none')
  const july: CalendarDate = `${schoolYearOf(start) + 1}-07-31`
  const weeks = addDays(start, 42)
  const command = { schoolNumber: RESERVED_AT, poolId, version: 1, seats: 2 }
  const until = weeks < july ? weeks : july
  done(await reserveSeats(past(cast.as('beratung'), at), { ...command, until }), 'reserve')
}
