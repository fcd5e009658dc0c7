import { whereaboutsAsked } from '#app/domain/follow-up/whereabouts.ts'
import type { CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordListRead } from '#app/services/transact.server.ts'
import { countNewcomers } from '#db/queries/newcomer.server.ts'
import { countAskedWhereabouts, listAskedWhereabouts } from '#db/queries/whereabouts.server.ts'
import { caseHead } from './case-head.server.ts'
import { type NewcomerRow, newcomers } from './newcomers.server.ts'
import { type NamedSchool, named, ownSchool } from './own-school.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** Children on one page. */
const PAGE_SIZE = 25

/** Children about whom the school is asked whether they are still there, the first of them. */
export type AskedWhereabouts = {
  readonly rows: readonly {
    readonly caseId: CaseId
    readonly version: number
    readonly name: string
    readonly original: { readonly text: string; readonly lang: string } | null
    readonly firstDay: CalendarDate
    /** Since when the school says that the child is not; null: not answered. */
    readonly goneOn: CalendarDate | null
  }[]
  /** How many have no answer yet, also beyond those above. */
  readonly total: number
}

/** All children that go to one of the person's schools. */
export type SchoolChildren = {
  readonly school: NamedSchool
  readonly rows: readonly NewcomerRow[]
  readonly total: number
  readonly page: number
  readonly asked: AskedWhereabouts
}

/**
 * The children of one of the person's schools, the newest first. Which of them were on the page is
 * written down first. Refused: `forbidden`, `school_not_found`.
 */
export async function schoolChildren(
  ctx: Context,
  query: { readonly school: string | null; readonly page: number },
): Promise<Result<SchoolChildren, Forbidden | { readonly code: 'school_not_found' }>> {
  const own = await ownSchool(ctx, query.school)
  if (!own.ok) return own
  const { centreId, school, permit } = own.value
  const total = await countNewcomers(ctx.database.db, centreId, school.number)
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / PAGE_SIZE)))
  const rows = await newcomers(ctx, centreId, school.number, {
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  })
  const asked = await askedWhereabouts(ctx, centreId, school.number)
  const shown = [...rows, ...asked.rows].map(({ caseId }) => caseId)
  await recordListRead(ctx, permit, centreId, {
    list: 'school_children',
    caseIds: [...new Set(shown)],
  })
  return ok({ school: named(school), rows, total, page, asked })
}

async function askedWhereabouts(
  ctx: Context,
  centreId: CentreId,
  schoolNumber: SchoolNumber,
): Promise<AskedWhereabouts> {
  const { db } = ctx.database
  const day = today(ctx.clock)
  const asked = whereaboutsAsked(day)
  const cases = await listAskedWhereabouts(db, centreId, schoolNumber, asked, PAGE_SIZE)
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ childId }) => childId),
  )
  return {
    rows: cases.flatMap((one) => {
      const child = children.get(one.childId)
      if (child === undefined) return []
      const { caseId, version, name, original } = caseHead(one, child, day)
      const { firstDay, goneOn } = one
      return [{ caseId, version, name, original, firstDay, goneOn }]
    }),
    total: await countAskedWhereabouts(db, centreId, schoolNumber, asked),
  }
}
