import type { CaseId, CentreId, ChildId, SchoolNumber } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'
import { holdsGrade } from '#app/domain/seat/grades.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  orderForOthers,
  type SchoolsWithSeats,
  type SuggestedForCase,
  schoolsWithSeats,
} from '#app/services/suggestion/suggest-for-case.server.ts'
import { listProposalEvents } from '#db/queries/placement.server.ts'
import { toSeatPool } from '#db/queries/seat.server.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'

/** What the rows of a centre rest on, read once however many they are. */
export type KnownOfCentre = {
  readonly seats: SchoolsWithSeats
  readonly proposals: Awaited<ReturnType<typeof listProposalEvents>>
  readonly keys: ReadonlyMap<string, SubjectKey>
}

/** Reads it for some cases of a centre. */
export async function knownOfCentre(
  ctx: Context,
  centreId: CentreId,
  cases: readonly { readonly id: CaseId; readonly childId: ChildId }[],
): Promise<KnownOfCentre> {
  const { db } = ctx.database
  const ids = cases.map(({ id }) => id)
  const childIds = cases.map(({ childId }) => childId)
  return {
    seats: await schoolsWithSeats(ctx, centreId, ids),
    proposals: await listProposalEvents(db, centreId, ids),
    keys: await ctx.keys.findMany('child', centreId, childIds),
  }
}

/** Regular places for one grade at one school; null: the school has reported none. */
export type RegularSeats = { readonly decided: number; readonly free: number }

/**
 * The regular places that are there for a child of `grade` at a school, whatever the centre wants of a
 * second seat: `SuggestedSchool.regular` tells none left from none reported no more.
 */
export function regularSeatsAt(
  { seats: { pools, tallies } }: KnownOfCentre,
  { number, form }: Pick<School, 'number' | 'form'>,
  grade: number,
  now: Instant,
): RegularSeats | null {
  const needed = seatGrade(form, grade)
  const own = pools.filter(
    ({ school_number, kind, grade_from: from, grade_to: to }) =>
      kind === 'regular' && school_number === number && holdsGrade({ from, to }, needed),
  )
  if (own.length === 0) return null
  const counts = own.map((row) => countSeats(toSeatPool(row), tallies, now))
  return {
    decided: counts.reduce((sum, { decided }) => sum + decided, 0),
    free: counts.reduce((sum, { free }) => sum + free, 0),
  }
}

/** A school that fits as well, with what is free there. */
export type OtherSchool = {
  readonly number: SchoolNumber
  readonly name: string
  readonly support: number
  /** Null: the school has reported no regular places. */
  readonly regular: number | null
}

type Asked = {
  readonly grade: number
  /** The school the child is proposed to; null: none is left out. */
  readonly except: SchoolNumber | null
  readonly atMost: number
}

/** The next schools of the list, best first, as `orderForOthers` tells them. */
export function otherSchools(
  ctx: Context,
  known: KnownOfCentre,
  suggested: SuggestedForCase,
  { grade, except, atMost }: Asked,
): readonly OtherSchool[] {
  const byNumber = new Map(suggested.schools.map((school) => [school.number, school]))
  return orderForOthers(suggested)
    .filter(({ number }) => number !== except)
    .slice(0, atMost)
    .flatMap(({ number, free }) => {
      const school = byNumber.get(number)
      if (school === undefined) return []
      const regular = regularSeatsAt(known, school, grade, instant(ctx.clock))
      return [{ number, name: school.shortName, support: free, regular: regular?.free ?? null }]
    })
}
