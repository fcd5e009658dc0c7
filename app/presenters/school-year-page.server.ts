import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { type ClassSizeHint, classSizeHint } from '#app/domain/law/class-size.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { isVocational } from '#app/domain/school/form.ts'
import type { School } from '#app/domain/school/school.ts'
import { countSeats, type SeatTally } from '#app/domain/seat/seat-entry.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import {
  firstDayOfYear,
  isTurnDue,
  type LeavingChild,
  type TurnPool,
  turnYear,
} from '#app/domain/seat/turn.ts'
import { type CalendarDate, dayOf, type Instant, instant, today } from '#app/domain/time.ts'
import { authorize, can, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  planOf,
  readTurnGround,
  supportEndsOf,
  type TurnGround,
} from '#app/services/seat/turn-of-year.server.ts'
import { centreOfMunicipality } from '#db/queries/centre.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import { listDecisions, type SeatPoolRow, tallyEntries } from '#db/queries/seat.server.ts'
import { kindsToDecide } from './school-page-seats.server.ts'

type Grades = {
  readonly kind: SeatKind
  readonly gradeFrom: number
  readonly gradeTo: number
}

/** A pool of the year that ends, and what it would be in the one that comes. */
export type ComingPool = Grades & {
  readonly poolId: SeatPoolId
  readonly version: number
  /** As decided for the year that ends. */
  readonly decided: number
  readonly classes: number | null
  /** Not carried over: somebody enters them anew. */
  readonly others: number
  readonly reserve: number
  /** Children who stay, or move up from another pool. */
  readonly staying: number
  /** With the same number, before anybody says where others sit. */
  readonly free: number
  readonly hint: ClassSizeHint | null
  /** Who decided on it last, and when. */
  readonly saved: { readonly by: string; readonly on: CalendarDate } | null
  /** This person decides on seats of the kind. */
  readonly isMine: boolean
}

/** A pool which the year that comes has already. */
export type PresentPool = Grades & {
  readonly poolId: SeatPoolId
  readonly version: number
  /** The pools of the year that ends which it stands for, of the same kind and one grade at least. */
  readonly standsFor: readonly (Pick<Grades, 'gradeFrom' | 'gradeTo'> & {
    readonly poolId: SeatPoolId
  })[]
  readonly decided: number
  readonly others: number
  readonly classes: number | null
  /** All that is occupied: others, assigned and taken. */
  readonly taken: number
  readonly held: number
  readonly free: number
  /** Children who stay and have no seat in it yet. */
  readonly staying: number
  readonly isMine: boolean
}

/** Of a pool of the year that ends: who is not carried over. */
export type LeftPool = Grades & {
  readonly supportOver: number
  readonly noGrade: number
}

/** The turn of the school year at one school, before it is done. */
export type SchoolYearPage = {
  readonly schoolNumber: SchoolNumber
  readonly name: string
  /** The school year that comes, by the year it starts in. */
  readonly year: number
  /** Its first day is past: who missed the turn makes up for it. */
  readonly hasBegun: boolean
  /** At most schools children move one grade up; at vocational ones they stay in theirs. */
  readonly movesUp: boolean
  readonly coming: readonly ComingPool[]
  readonly present: readonly PresentPool[]
  readonly left: readonly LeftPool[]
  /** Whether this person has something to carry over. */
  readonly isDue: boolean
  /** The page is reached from the desk of the school, or from its own. */
  readonly isOwnSchool: boolean
}

const KINDS: readonly SeatKind[] = ['support', 'regular']

/**
 * What a school's pools would be in the school year that comes: seats and counted children, nobody by
 * name, so nothing is written down. Refused: `school_not_found` (also outside the person's centres),
 * `forbidden`.
 */
export async function schoolYearPage(
  ctx: Context,
  number: SchoolNumber,
): Promise<Result<SchoolYearPage, Forbidden | { readonly code: 'school_not_found' }>> {
  const { db } = ctx.database
  const school = await findSchool(db, number)
  const centreId = school && (await centreOfMunicipality(db, school.municipality))
  if (school === null || centreId === null) return err({ code: 'school_not_found' })
  const permit = authorize(ctx.actor, 'seat.view', { centreId, schoolNumber: number })
  if (!permit.ok) {
    const isOwnCentre = centresOf(ctx.actor, ROLES).includes(centreId)
    return isOwnCentre ? permit : err({ code: 'school_not_found' })
  }
  const mine = await kindsToDecide(ctx, centreId, school)
  const day = today(ctx.clock)
  const year = turnYear(day)
  const now = instant(ctx.clock)
  const turning = { centreId, school, kinds: KINDS, year }
  const ground = await readTurnGround(ctx, db, turning, now)
  const turn = planOf(turning, ground, await supportEndsOf(ctx, centreId, ground.seated))
  const presentIds = turn.pools.flatMap(({ existing }) => existing?.id ?? [])
  const tallies = await tallyEntries(db, centreId, presentIds)
  const comingIds = turn.pools.flatMap(({ existing, from }) => (existing ? [] : (from?.id ?? [])))
  const decisions = await listDecisions(db, centreId, comingIds)
  const shown = { school, ground, mine, decisions }
  return ok({
    ...{ schoolNumber: number, name: school.shortName, year },
    hasBegun: day >= firstDayOfYear(year),
    movesUp: !isVocational(school.form),
    coming: turn.pools.flatMap((pool) => comingPool(pool, shown) ?? []),
    present: turn.pools.flatMap((pool) => presentPool(pool, shown, tallies, now) ?? []),
    left: leftPools(ground, turn.leaving),
    isDue: isTurnDue({ ...turn, pools: turn.pools.filter(({ kind }) => mine.includes(kind)) }),
    isOwnSchool: can(ctx.actor, 'desk.school', { centreId }),
  })
}

type Shown = {
  readonly school: School
  readonly ground: TurnGround
  readonly mine: readonly SeatKind[]
  /** About the pools of the year that ends, the newest of each first. */
  readonly decisions: Awaited<ReturnType<typeof listDecisions>>
}

function rowOf({ rows }: TurnGround, id: SeatPoolId): SeatPoolRow {
  const row = rows.find((one) => one.id === id)
  if (row === undefined) throw new Error(`No pool ${id}`)
  return row
}

function comingPool(pool: TurnPool, { school, ground, mine, decisions }: Shown): ComingPool | null {
  const { kind, gradeFrom, gradeTo, from, existing } = pool
  if (existing !== null || from === null) return null
  const { version, classes } = rowOf(ground, from.id)
  const { decided, others, reserve } = from
  const staying = pool.staying.length
  const range = { from: gradeFrom, to: gradeTo }
  const hint = classSizeHint(school.form, range, { seats: decided, classes })
  const last = decisions.find((decision) => decision.pool_id === from.id)
  return {
    ...{ kind, gradeFrom, gradeTo, poolId: from.id, version },
    ...{ decided, classes, others, reserve, staying, free: Math.max(0, decided - staying) },
    hint: kind === 'regular' ? hint : null,
    saved: last ? { by: last.decider, on: dayOf(last.decided_at) } : null,
    isMine: mine.includes(kind),
  }
}

function presentPool(
  { kind, gradeFrom, gradeTo, existing, staying }: TurnPool,
  { ground, mine }: Shown,
  tallies: readonly SeatTally[],
  now: Instant,
): PresentPool | null {
  if (existing === null) return null
  const { decided, others, held, assigned, taken, free } = countSeats(existing, tallies, now)
  const { version, classes } = rowOf(ground, existing.id)
  const before = ground.rows.filter(
    (row) =>
      row.school_year === existing.schoolYear - 1 &&
      row.kind === kind &&
      row.grade_from <= gradeTo &&
      gradeFrom <= row.grade_to,
  )
  return {
    ...{ kind, gradeFrom, gradeTo, poolId: existing.id, version },
    standsFor: before.map(({ id, grade_from, grade_to }) => ({
      ...{ poolId: id, gradeFrom: grade_from, gradeTo: grade_to },
    })),
    ...{ decided, others, classes },
    ...{ taken: others + assigned + taken, held, free, staying: staying.length },
    isMine: mine.includes(kind),
  }
}

function leftPools({ rows }: TurnGround, leaving: readonly LeavingChild[]): readonly LeftPool[] {
  return rows.flatMap((row) => {
    const own = leaving.filter(({ poolId }) => poolId === row.id)
    const count = (wanted: LeavingChild['why']) => own.filter(({ why }) => why === wanted).length
    const [supportOver, noGrade] = [count('support_over'), count('no_grade')]
    if (supportOver + noGrade === 0) return []
    const { kind, grade_from: gradeFrom, grade_to: gradeTo } = row
    return [{ kind, gradeFrom, gradeTo, supportOver, noGrade }]
  })
}
