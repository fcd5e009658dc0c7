import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { endFamilySession } from '#db/queries/family-access.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** Ends the family's page on this phone. Refused: `case_not_found`, `forbidden`. */
export async function signOutFamily(
  ctx: Context,
  idHash: string,
): Promise<Result<null, Forbidden | { readonly code: 'case_not_found' }>> {
  const { actor } = ctx
  if (actor.kind !== 'family') return err({ code: 'case_not_found' })
  const found = await visibleCase(ctx, actor.caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(actor, 'case.view_as_family', found.facts)
  if (!permit.ok) return permit
  return transact(ctx, permit.value, actor.centreId, async (tx) => {
    await endFamilySession(tx, actor.centreId, idHash, instant(ctx.clock))
    return ok({ value: null, events: [{ event: 'family_signed_out', caseId: actor.caseId }] })
  })
}
