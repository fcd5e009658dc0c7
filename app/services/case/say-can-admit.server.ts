import { type SayCanAdmitRefusal, sayCanAdmit } from '#app/domain/case/propose.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type SayCanAdmitProposalRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | SayCanAdmitRefusal

/**
 * The school says "können aufnehmen": the stage stays, the authority sees it and does not wait for
 * it. Refused: `case_not_found` (also once the hold has run out), `forbidden`, `wrong_stage`,
 * `can_admit_already_said`, `stale_case`.
 */
export async function sayCanAdmitProposal(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly version: number },
): Promise<Result<{ readonly caseId: CaseId }, SayCanAdmitProposalRefusal>> {
  const { caseId, version } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.say_can_admit', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const said = sayCanAdmit(pupilCase, { now: instant(ctx.clock) })
    if (!said.ok) return said
    const { schoolNumber } = said.value.next.proposal
    const facts = { event: 'school_can_admit', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, said.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId },
      events: [{ event: 'school_can_admit', caseId, schoolNumber }],
    })
  })
}
