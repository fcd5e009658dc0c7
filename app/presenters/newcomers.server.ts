import { dueReview } from '#app/domain/case/place.ts'
import type { CaseAt } from '#app/domain/case/pupil-case.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { GerLevel } from '#app/domain/follow-up/ger-level.ts'
import {
  daysOfSupportLeft,
  type SchoolTask,
  schoolTask,
} from '#app/domain/follow-up/school-task.ts'
import type { CaseId, CentreId, ChildId, SchoolNumber } from '#app/domain/ids.ts'
import { supportOver } from '#app/domain/law/language-support.ts'
import type { PlacedClass } from '#app/domain/school/school-class.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { listLastReviews, listNewcomers } from '#db/queries/newcomer.server.ts'
import type { ReviewRecord } from '#db/queries/review.server.ts'
import { listSchoolClasses, openSchoolClass } from '#db/queries/school-class.server.ts'
import { openForList } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** A child that goes to the school, as its school sees it in a list. */
export type NewcomerRow = {
  readonly caseId: CaseId
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly className: string | null
  readonly firstDay: CalendarDate
  /** At the last review; null: there was none. */
  readonly level: GerLevel | null
  /** When language support ends; null where the school has not been asked about the class yet. */
  readonly supportEndsOn: CalendarDate | null
  /** Days until then, once it is near. */
  readonly daysLeft: number | null
  readonly task: SchoolTask
  readonly nextReviewOn: CalendarDate
}

type Known = { readonly placed: PlacedClass | null; readonly level: GerLevel | null }

/**
 * A page of the children that go to a school, the newest first: what the school itself said, the
 * level of the last review and the end of language support. Nothing of the counselling is loaded.
 * The caller has authorised, and writes down that the list was seen.
 */
export async function newcomers(
  ctx: Context,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
  page: { readonly limit: number; readonly offset: number },
): Promise<readonly NewcomerRow[]> {
  const cases = await listNewcomers(ctx.database.db, centreId, schoolNumber, page)
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ childId }) => childId),
  )
  const known = await knownOf(ctx, centreId, cases)
  const day = today(ctx.clock)
  return cases.flatMap((one) => {
    const child = children.get(one.childId)
    return child === undefined ? [] : [toRow(one, child, known(one), day)]
  })
}

/** What is sealed of the cases besides: the class and the level of the last review. */
async function knownOf(
  ctx: Context,
  centreId: CentreId,
  cases: readonly CaseAt<'attending'>[],
): Promise<(of: CaseAt<'attending'>) => Known> {
  const { db } = ctx.database
  const ids = cases.map(({ id }) => id)
  const keys = await ctx.keys.findMany('child', centreId, childIds(cases))
  const rows = await listSchoolClasses(db, centreId, ids)
  const classes = new Map(rows.map((row) => [row.id, row]))
  const reviews = await listLastReviews(db, centreId, ids)
  return ({ id, childId }) => {
    const key = keys.get(childId)
    const placed = classes.get(id)
    const review = reviews.get(id)
    return {
      placed: key && placed ? openSchoolClass(key, placed) : null,
      level:
        key && review
          ? (openForList<ReviewRecord>(key, 'review', centreId, review.id, review.sealed)
              ?.gerLevel ?? null)
          : null,
    }
  }
}

function childIds(cases: readonly CaseAt<'attending'>[]): readonly ChildId[] {
  return cases.map(({ childId }) => childId)
}

function toRow(
  pupilCase: CaseAt<'attending'>,
  child: Child,
  { placed, level }: Known,
  day: CalendarDate,
): NewcomerRow {
  const { caseId, name, original } = caseHead(pupilCase, child, day)
  const { firstDay, goneOn } = pupilCase
  const className = placed?.className ?? null
  const support = placed === null ? null : supportOver(firstDay, placed.supportMonths)
  return {
    ...{ caseId, name, original, className, firstDay, level },
    nextReviewOn: dueReview(pupilCase),
    supportEndsOn: support?.endsOn ?? null,
    daysLeft: support === null ? null : daysOfSupportLeft(support, day),
    task: schoolTask({ goneOn, className, level, support }, day),
  }
}
