import { ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { countNewcomers } from '#db/queries/newcomer.server.ts'
import { type NewcomerRow, newcomers } from './newcomers.server.ts'
import { type NamedSchool, named, ownSchool } from './own-school.server.ts'

/** Children on one page. */
const PAGE_SIZE = 25

/** All children that go to one of the person's schools. */
export type SchoolChildren = {
  readonly school: NamedSchool
  readonly rows: readonly NewcomerRow[]
  readonly total: number
  readonly page: number
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
  await recordRead(ctx, permit, centreId, {
    event: 'list_viewed',
    list: 'school_children',
    caseIds: rows.map(({ caseId }) => caseId),
  })
  return ok({ school: named(school), rows, total, page })
}
