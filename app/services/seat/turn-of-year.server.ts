import type { CaseId, CentreId, SeatPoolId } from '#app/domain/ids.ts'
import { supportMonths, supportOver } from '#app/domain/law/language-support.ts'
import type { School } from '#app/domain/school/school.ts'
import type { SeatKind, SeatPool } from '#app/domain/seat/seat-pool.ts'
import { planTurn, type Turn } from '#app/domain/seat/turn.ts'
import { type CalendarDate, type Instant, today } from '#app/domain/time.ts'
import { listSupportLengths, openSupportLength } from '#db/queries/language-support.server.ts'
import { listSchoolClasses, openSchoolClass } from '#db/queries/school-class.server.ts'
import { listSeatedCases, type SeatedCase } from '#db/queries/school-year.server.ts'
import { listPoolsOfSchool, type SeatPoolRow, toSeatPool } from '#db/queries/seat.server.ts'
import type { Db } from '#db/schema.ts'
import type { Context } from '../context.server.ts'

/** The pools of some kinds at a school whose school year turns, to `year`. */
export type TurningSchool = {
  readonly centreId: CentreId
  readonly school: School
  readonly kinds: readonly SeatKind[]
  readonly year: number
}

/** When language support ends, by case; who is missing has none that anybody could end. */
export type SupportEnds = ReadonlyMap<CaseId, CalendarDate>

/** The pools of both years, and who sits in those of the year that ends, at `now`. */
export type TurnGround = {
  readonly rows: readonly SeatPoolRow[]
  readonly seated: readonly SeatedCase[]
}

/** Reads what {@link planOf} looks at. The caller has authorised: children are counted, none is opened. */
export async function readTurnGround(
  ctx: Context,
  db: Db,
  turning: TurningSchool,
  now: Instant,
): Promise<TurnGround> {
  const { centreId, school } = turning
  const all = await listPoolsOfSchool(db, centreId, school.number, { day: today(ctx.clock) })
  return turnGround(db, turning, all, now)
}

/** The same, where all pools of the school have been read already. */
export async function turnGround(
  db: Db,
  { centreId, kinds, year }: TurningSchool,
  all: readonly SeatPoolRow[],
  now: Instant,
): Promise<TurnGround> {
  const rows = all.filter(
    ({ kind, school_year }) =>
      kinds.includes(kind) && (school_year === year || school_year === year - 1),
  )
  const poolIds = rows.flatMap(({ id, school_year }): SeatPoolId[] =>
    school_year === year ? [] : [id],
  )
  const seated = await listSeatedCases(db, centreId, poolIds, { thenYear: year, now })
  return { rows, seated }
}

/**
 * When language support of the children ends: from their first school day, as many months as stand
 * fixed since their counselling was finished; where that is not stored (decision 0035), as many as the
 * class says that their school named, and where it named none, the longest that it can last. Of a child
 * nothing is opened but that: how long, not why. Keys are asked for, so never inside a transaction.
 */
export async function supportEndsOf(
  ctx: Context,
  centreId: CentreId,
  seated: readonly SeatedCase[],
): Promise<SupportEnds> {
  const supported = seated.filter(({ kind }) => kind === 'support')
  const monthsOf = await supportMonthsOf(ctx, centreId, supported)
  return new Map(
    supported.flatMap(({ caseId, firstDay }) => {
      if (firstDay === null) return []
      const months = monthsOf.get(caseId) ?? supportMonths(false)
      return [[caseId, supportOver(firstDay, months).endsOn]]
    }),
  )
}

/** For how many months each child has support; who is missing, of that it is not known. */
async function supportMonthsOf(
  { database: { db }, keys }: Context,
  centreId: CentreId,
  supported: readonly SeatedCase[],
): Promise<ReadonlyMap<CaseId, number>> {
  const ids = supported.map(({ caseId }) => caseId)
  const lengths = byCase(await listSupportLengths(db, centreId, ids))
  const classes = byCase(
    await listSchoolClasses(
      db,
      centreId,
      ids.filter((id) => !lengths.has(id)),
    ),
  )
  const childIds = supported.map(({ childId }) => childId)
  const keyOf = await keys.findMany('child', centreId, childIds)
  return new Map(
    supported.flatMap(({ caseId, childId }) => {
      const key = keyOf.get(childId)
      const [length, placed] = [lengths.get(caseId), classes.get(caseId)]
      if (key === undefined) return []
      const opened =
        (length && openSupportLength(key, length)) ?? (placed && openSchoolClass(key, placed))
      return opened ? [[caseId, opened.supportMonths]] : []
    }),
  )
}

function byCase<R extends { readonly id: CaseId }>(rows: readonly R[]): ReadonlyMap<CaseId, R> {
  return new Map(rows.map((row) => [row.id, row]))
}

/** What the turn of the year makes of the school's pools. */
export function planOf(
  { school, year }: TurningSchool,
  { rows, seated }: TurnGround,
  ends: SupportEnds,
): Turn {
  const pools: readonly SeatPool[] = rows.map(toSeatPool)
  const children = seated.map((one) => ({ ...one, supportEndsOn: ends.get(one.caseId) ?? null }))
  return planTurn(year, school.form, { pools, children })
}
