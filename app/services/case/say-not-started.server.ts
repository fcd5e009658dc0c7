import { type NotStartedRefusal, notStarted } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { deleteSchoolClass } from '#db/queries/school-class.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type SayNotStartedRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | NotStartedRefusal

/**
 * The school says that the child has not come (nicht angetreten): its seat is free again, its class
 * is forgotten, and the counsellor finds out why. Refused: `case_not_found`, `forbidden`,
 * `wrong_stage`, `first_day_not_named`, `first_day_not_over`, `stale_case`.
 */
export async function sayNotStarted(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly version: number },
): Promise<Result<{ readonly caseId: CaseId }, SayNotStartedRefusal>> {
  const { caseId, version } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.say_not_started', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const { centreId, childId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  return transact(ctx, permit.value, centreId, async (tx) => {
    const said = notStarted(pupilCase, { now: instant(ctx.clock) })
    if (!said.ok) return said
    const { schoolNumber } = said.value.next.placement
    const facts = { event: 'school_not_started', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, said.value, facts)
    if (!stored.ok) return stored
    await deleteSchoolClass(tx, centreId, caseId)
    return ok({
      value: { caseId },
      events: [{ event: 'school_not_started', caseId, schoolNumber }],
    })
  })
}
