import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCaseByNumber } from '#db/queries/case-number.server.ts'

/** The page that asks for a case number. It shows nothing of any case. Refused: `forbidden`. */
export function trailPage({ actor }: Context): Result<null, Forbidden> {
  const [centreId] = centresOf(actor, ['auditor'])
  if (centreId === undefined) return err({ code: 'forbidden', action: 'trail.view' })
  const permit = authorize(actor, 'trail.view', { centreId })
  return permit.ok ? ok(null) : permit
}

/**
 * The case of a number, for whoever may read its trail; the trail itself writes down who read it.
 * Refused: `forbidden`, `case_not_found` also where the case is another centre's.
 */
export async function caseOfNumber(
  ctx: Context,
  caseNumber: string,
): Promise<Result<CaseId, Forbidden | { readonly code: 'case_not_found' }>> {
  const door = trailPage(ctx)
  if (!door.ok) return door
  const centres = centresOf(ctx.actor, ['auditor'])
  const caseId = await findCaseByNumber(ctx.database.db, centres, caseNumber)
  const found = caseId === null ? null : await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view_trail', found.facts)
  return permit.ok ? ok(found.pupilCase.id) : permit
}
