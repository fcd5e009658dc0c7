import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { seatGrade } from '#app/domain/suggestion/fit.ts'
import { type CalendarDate, dayOf, daysBetween, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import type { Assignment } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listCasesForSchool, type PlacementCase } from '#db/queries/placement.server.ts'
import { findSchool, listSchoolsByNumber } from '#db/queries/school.server.ts'
import { caseHead } from './case-head.server.ts'
import { type DeskNews, newsOn, union } from './desk-news.server.ts'
import { openChildren } from './school-desk-children.server.ts'
import { type ShownSeats, shownSeats } from './school-page-seats.server.ts'

/** What a school has to answer or confirm, in the order in which it is due. */
export type DeskRow = {
  readonly caseId: CaseId
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly age: number | null
  readonly grade: number | null
  readonly asks: 'proposal' | 'admission' | 'first_day'
  /** Proposed, assigned or admitted on. */
  readonly since: CalendarDate
  /** At `proposal`: the school has said that it can admit the child. */
  readonly hasSaidYes: boolean
  /** At `first_day`: the day named at the admission. */
  readonly plannedFirstDay: CalendarDate | null
  readonly dueOn: CalendarDate | null
  /** Days until then; negative: over. */
  readonly daysLeft: number | null
}

/** The desk of a school: what is due, then its seats. */
export type SchoolDesk = {
  readonly today: CalendarDate
  readonly school: { readonly number: SchoolNumber; readonly name: string }
  /** All schools of the person; one or more. */
  readonly schools: readonly { readonly number: SchoolNumber; readonly name: string }[]
  readonly rows: readonly DeskRow[]
  readonly seats: ShownSeats
  readonly news: DeskNews
}

type AtSchool = Extract<Assignment, { readonly role: 'school' }>

/**
 * The desk of one of the person's schools: `number`, or the first when it is null. Which children
 * were on the list is written down first. Refused: `forbidden`, `school_not_found` for a school
 * that is not the person's own.
 */
export async function schoolDesk(
  ctx: Context,
  number: string | null,
): Promise<Result<SchoolDesk, Forbidden | { readonly code: 'school_not_found' }>> {
  const own = schoolsOf(ctx)
  const chosen = number === null ? own[0] : own.find((one) => one.schoolNumber === number)
  if (chosen === undefined) {
    return err(
      own.length === 0
        ? { code: 'forbidden', action: 'desk.school' }
        : { code: 'school_not_found' },
    )
  }
  const { centreId, schoolNumber } = chosen
  const permit = authorize(ctx.actor, 'desk.school', { centreId })
  if (!permit.ok) return permit
  const { db } = ctx.database
  const school = await findSchool(db, schoolNumber)
  if (school === null) return err({ code: 'school_not_found' })
  const cases = await listCasesForSchool(db, centreId, schoolNumber, instant(ctx.clock))
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ pupilCase }) => pupilCase.childId),
  )
  const day = today(ctx.clock)
  const rows = cases.flatMap((one) => {
    const child = children.get(one.pupilCase.childId)
    return child === undefined ? [] : [toRow(one, child, day)]
  })
  const seats = await shownSeats(ctx, centreId, school)
  const schools = await listSchoolsByNumber(
    db,
    own.map((one) => one.schoolNumber),
  )
  const { news, casesIn } = await newsOn(ctx, 'school', [centreId])
  await recordRead(ctx, permit.value, centreId, {
    event: 'list_viewed',
    list: 'school_desk',
    caseIds: union(
      rows.map(({ caseId }) => caseId),
      casesIn(centreId),
    ),
  })
  return ok({
    today: day,
    school: { number: school.number, name: school.shortName },
    schools: schools.map((one) => ({ number: one.number, name: one.shortName })),
    rows: rows.toSorted(byDue),
    seats,
    news,
  })
}

function schoolsOf(ctx: Context): readonly AtSchool[] {
  if (ctx.actor.kind !== 'staff') return []
  return ctx.actor.assignments.filter((one): one is AtSchool => one.role === 'school')
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
): Pick<DeskRow, 'asks' | 'since' | 'hasSaidYes' | 'plannedFirstDay' | 'dueOn'> {
  const plain = { hasSaidYes: false, plannedFirstDay: null, since: pupilCase.stageSince, dueOn }
  if (pupilCase.stage === 'proposed') {
    const { holdUntil, canAdmitAt } = pupilCase.proposal
    return {
      ...plain,
      asks: 'proposal',
      hasSaidYes: canAdmitAt !== null,
      dueOn: dayOf(holdUntil),
    }
  }
  if (pupilCase.stage !== 'admitted') return { ...plain, asks: 'admission' }
  const { plannedFirstDay } = pupilCase
  return { ...plain, asks: 'first_day', plannedFirstDay, dueOn: plannedFirstDay ?? dueOn }
}

/** Oldest deadline first; a proposal the school has answered comes after all others. */
function byDue(a: DeskRow, b: DeskRow): number {
  if (a.hasSaidYes !== b.hasSaidYes) return a.hasSaidYes ? 1 : -1
  return (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999')
}
