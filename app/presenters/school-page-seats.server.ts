import type { CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'
import { type GradeRange, gradesOf } from '#app/domain/seat/grades.ts'
import { countSeats } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { type CalendarDate, dayOf, instant, schoolYearOf, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { listPoolsWithDecider, tallyEntries, toSeatPool } from '#db/queries/seat.server.ts'

/** A pool of a school with its seats counted, and where its number comes from. */
export type ShownPool = {
  readonly poolId: SeatPoolId
  readonly version: number
  readonly schoolYear: number
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly kind: SeatKind
  readonly decided: number
  /** Assigned and taken. */
  readonly taken: number
  readonly held: number
  readonly free: number
  readonly decider: string
  readonly decidedOn: CalendarDate
  readonly enteredForSchool: boolean
}

/** The seats of a school, this school year and later, and what new ones may be. */
export type ShownSeats = {
  readonly schoolNumber: SchoolNumber
  readonly pools: readonly ShownPool[]
  /** School years seats may be entered for, by the year they start in. */
  readonly years: readonly number[]
  readonly grades: GradeRange
}

/** Counts the seats of a school now. The caller has authorised. */
export async function shownSeats(
  ctx: Context,
  centreId: CentreId,
  school: School,
): Promise<ShownSeats> {
  const { db } = ctx.database
  const now = instant(ctx.clock)
  const year = schoolYearOf(today(ctx.clock))
  const rows = await listPoolsWithDecider(db, centreId, school.number, year)
  const entries = await tallyEntries(
    db,
    centreId,
    rows.map(({ id }) => id),
  )
  return {
    schoolNumber: school.number,
    years: [year, year + 1],
    grades: gradesOf(school.form),
    pools: rows.map((row) => {
      const { held, assigned, taken, free } = countSeats(toSeatPool(row), entries, now)
      return {
        poolId: row.id,
        version: row.version,
        schoolYear: row.school_year,
        gradeFrom: row.grade_from,
        gradeTo: row.grade_to,
        kind: row.kind,
        decided: row.seats,
        taken: assigned + taken,
        held,
        free,
        decider: row.decider,
        decidedOn: dayOf(row.decided_at),
        enteredForSchool: row.entered_for_school === 1,
      }
    }),
  }
}
