import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Child } from '#app/domain/child/child.ts'
import { whereaboutsAsked } from '#app/domain/follow-up/whereabouts.ts'
import type { CaseId, CentreId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { shareGrades } from '#app/domain/seat/turn.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import {
  type CalendarDate,
  dayOf,
  daysBetween,
  instant,
  schoolYearOf,
  today,
} from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordListRead } from '#app/services/transact.server.ts'
import { countNewcomers } from '#db/queries/newcomer.server.ts'
import { listCasesForSchool, type PlacementCase } from '#db/queries/placement.server.ts'
import { findPool, toSeatPool } from '#db/queries/seat.server.ts'
import { countAskedWhereabouts } from '#db/queries/whereabouts.server.ts'
import { caseHead } from './case-head.server.ts'
import { type DeskNews, newsOn, union } from './desk-news.server.ts'
import { type NewcomerRow, newcomers } from './newcomers.server.ts'
import { type NamedSchool, named, ownSchool } from './own-school.server.ts'
import { openChildren } from './school-desk-children.server.ts'
import { type ShownPool, type ShownSeats, shownSeats } from './school-page-seats.server.ts'

/** What a school has to answer or confirm, in the order in which it is due. */
export type DeskRow = {
  readonly caseId: CaseId
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly age: number | null
  readonly grade: number | null
  /**
   * `absence`: the child was said not to have come; the counsellor finds out why. `capacity`: the
   * school said that it has no place, the authority decides; `kept`: it did, the assignment stays.
   */
  readonly asks: 'proposal' | 'admission' | 'capacity' | 'kept' | 'first_day' | 'absence'
  /** Proposed, assigned, admitted, said not to have come, or reported and decided on. */
  readonly since: CalendarDate
  /** At `proposal`: the school has said that it can admit the child. */
  readonly hasSaidYes: boolean
  /** Nothing to answer any more: somebody else is at work. */
  readonly isAnswered: boolean
  /** At `first_day`: the day named at the admission. */
  readonly plannedFirstDay: CalendarDate | null
  readonly dueOn: CalendarDate | null
  /** Days until then; negative: over. */
  readonly daysLeft: number | null
}

/** The desk of a school: what is due, then its seats. */
export type SchoolDesk = {
  readonly today: CalendarDate
  readonly school: NamedSchool
  /** All schools of the person; one or more. */
  readonly schools: readonly NamedSchool[]
  readonly rows: readonly DeskRow[]
  readonly seats: ShownSeats
  /** The seats somebody has just declined for, when some of them are free. */
  readonly contradiction: Pick<ShownPool, 'free' | 'gradeFrom' | 'gradeTo' | 'kind'> | null
  /** They have none of this school year to compare with: what it is, and whether to carry over is the way. */
  readonly missing: {
    readonly kind: SeatKind
    readonly year: number
    readonly isTurn: boolean
  } | null
  readonly newcomers: { readonly rows: readonly NewcomerRow[]; readonly total: number }
  /** Of how many children the school is asked whether they are still there. */
  readonly askedWhereabouts: number
  readonly news: DeskNews
}

/** Newcomers that the desk shows; the others have a page of their own. */
const NEWEST = 5

/** What an address asks the desk for: one of several schools, and the pool somebody declined for. */
export type DeskQuery = { readonly school: string | null; readonly declined: string | null }

/**
 * The desk of one of the person's schools. Which children were on the list is written down first.
 * Refused: `forbidden`, `school_not_found` for a school that is not the person's own.
 */
export async function schoolDesk(
  ctx: Context,
  query: DeskQuery,
): Promise<Result<SchoolDesk, Forbidden | { readonly code: 'school_not_found' }>> {
  const own = await ownSchool(ctx, query.school)
  if (!own.ok) return own
  const { centreId, school, schools, permit } = own.value
  const [rows, seats, { newest, total, asked }] = await Promise.all([
    openRows(ctx, centreId, school.number),
    shownSeats(ctx, centreId, school, { withDecisions: false }),
    attendingAt(ctx, centreId, school.number),
  ])
  const due = rows.filter(({ isAnswered }) => !isAnswered)
  const { news, casesIn } = await newsOn(ctx, 'school', [centreId], {
    school_proposed: idsOf(due, 'proposal'),
    school_assigned: idsOf(due, 'admission'),
    school_kept: idsOf(due, 'kept'),
  })
  await recordListRead(ctx, permit, centreId, {
    list: 'school_desk',
    caseIds: union(
      [...rows, ...newest].map(({ caseId }) => caseId),
      casesIn(centreId),
    ),
  })
  return ok({
    today: today(ctx.clock),
    school: named(school),
    schools,
    rows: rows.toSorted(byDue),
    seats,
    news,
    contradiction: contradictionIn(seats, query.declined),
    missing: await missingIn(ctx, { centreId, schoolNumber: school.number }, seats, query.declined),
    newcomers: { rows: newest, total },
    askedWhereabouts: asked,
  })
}

/** The newest of the children who go to a school, how many there are, and about how many it is asked. */
async function attendingAt(
  ctx: Context,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
): Promise<{
  readonly newest: readonly NewcomerRow[]
  readonly total: number
  readonly asked: number
}> {
  const { db } = ctx.database
  const total = await countNewcomers(db, centreId, schoolNumber)
  if (total === 0) return { newest: [], total, asked: 0 }
  const [newest, asked] = await Promise.all([
    newcomers(ctx, centreId, schoolNumber, { limit: NEWEST, offset: 0 }),
    countAskedWhereabouts(db, centreId, schoolNumber, whereaboutsAsked(today(ctx.clock))),
  ])
  return { newest, total, asked }
}

function idsOf(rows: readonly DeskRow[], asks: DeskRow['asks']): readonly CaseId[] {
  return rows.filter((row) => row.asks === asks).map(({ caseId }) => caseId)
}

async function openRows(
  ctx: Context,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
): Promise<readonly DeskRow[]> {
  const now = instant(ctx.clock)
  const cases = await listCasesForSchool(ctx.database.db, centreId, schoolNumber, now)
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ pupilCase }) => pupilCase.childId),
  )
  return cases.flatMap((one) => {
    const child = children.get(one.pupilCase.childId)
    return child === undefined ? [] : [toRow(one, child, dayOf(now))]
  })
}

/** The school said that no seat is free, and its own number says otherwise. */
function contradictionIn(
  { pools }: ShownSeats,
  declined: string | null,
): SchoolDesk['contradiction'] {
  const pool = pools.find(({ poolId }) => poolId === declined)
  if (pool === undefined || pool.free === 0) return null
  const { free, gradeFrom, gradeTo, kind } = pool
  return { free, gradeFrom, gradeTo, kind }
}

/** What an identifier of ours is made of. */
const ID = /^[\w.-]{1,64}$/

/** The school said that no seat is free, and has not entered those of this school year. */
async function missingIn(
  ctx: Context,
  { centreId, schoolNumber }: { readonly centreId: CentreId; readonly schoolNumber: SchoolNumber },
  { pools, mayDecide, turn }: ShownSeats,
  declined: string | null,
): Promise<SchoolDesk['missing']> {
  // what stands in the address is anything: PostgreSQL refuses to look for what is no text
  if (declined === null || !ID.test(declined)) return null
  if (pools.some(({ poolId }) => poolId === declined)) return null
  const day = today(ctx.clock)
  const row = await findPool(ctx.database.db, centreId, declined as SeatPoolId, { day })
  if (row === null || row.school_number !== schoolNumber) return null
  const year = schoolYearOf(day)
  const before = toSeatPool(row)
  const isThere = pools.some((pool) => pool.schoolYear === year && shareGrades(pool, before))
  if (isThere || !mayDecide.includes(before.kind)) return null
  return { kind: before.kind, year, isTurn: turn?.year === year }
}

function toRow(
  { pupilCase, dueOn, schoolForm }: PlacementCase,
  child: Child,
  day: CalendarDate,
): DeskRow {
  const { caseId, name, original, age } = caseHead(pupilCase, child, day)
  const asked = askedOf(pupilCase, dueOn)
  return {
    caseId,
    name,
    original,
    age,
    grade: gradeOf(pupilCase, schoolForm),
    ...asked,
    daysLeft: asked.dueOn === null ? null : daysBetween(day, asked.dueOn),
  }
}

function gradeOf(pupilCase: PupilCase, form: SchoolForm): number | null {
  return 'recommendation' in pupilCase ? seatGrade(form, pupilCase.recommendation.grade) : null
}

/** What the school is asked for, and until when: the hold, else the clock, else the day it named. */
function askedOf(
  pupilCase: PupilCase,
  dueOn: CalendarDate | null,
): Pick<DeskRow, 'asks' | 'since' | 'hasSaidYes' | 'isAnswered' | 'plannedFirstDay' | 'dueOn'> {
  const since = pupilCase.stageSince
  const plain = { hasSaidYes: false, isAnswered: false, plannedFirstDay: null, since, dueOn }
  if (pupilCase.stage === 'proposed') {
    const { holdUntil, canAdmitAt } = pupilCase.proposal
    return {
      ...plain,
      asks: 'proposal',
      hasSaidYes: canAdmitAt !== null,
      isAnswered: canAdmitAt !== null,
      dueOn: dayOf(holdUntil),
    }
  }
  if (pupilCase.stage === 'not_started') {
    return { ...plain, asks: 'absence', isAnswered: true, dueOn: null }
  }
  if (pupilCase.stage === 'assigned' && pupilCase.capacityReport !== null) {
    const { state, at } = pupilCase.capacityReport
    const isOpen = state === 'open'
    return { ...plain, asks: isOpen ? 'capacity' : 'kept', isAnswered: isOpen, since: dayOf(at) }
  }
  if (pupilCase.stage !== 'admitted') return { ...plain, asks: 'admission' }
  const { plannedFirstDay } = pupilCase
  return { ...plain, asks: 'first_day', plannedFirstDay, dueOn: plannedFirstDay ?? dueOn }
}

/** Oldest deadline first; what the school has answered comes after all others. */
function byDue(a: DeskRow, b: DeskRow): number {
  if (a.isAnswered !== b.isAnswered) return a.isAnswered ? 1 : -1
  return (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999')
}
