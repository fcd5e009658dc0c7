import { type EndProposalRefusal, withdraw } from '#app/domain/case/propose.ts'
import { isAt } from '#app/domain/case/pupil-case.ts'
import type { GivenReason, WithdrawReason } from '#app/domain/case/reasons.ts'
import { wrongStage } from '#app/domain/case/transition.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type WithdrawProposalRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | EndProposalRefusal

/**
 * The counsellor takes a proposal back, with a reason: the held seat is released and the case waits
 * again. Refused: `case_not_found`, `forbidden`, `wrong_stage`, `reason_required`, `stale_case`.
 */
export async function withdrawProposal(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly reason: GivenReason<WithdrawReason> | null
  },
): Promise<Result<{ readonly caseId: CaseId }, WithdrawProposalRefusal>> {
  const { caseId, version, reason } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.propose', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    if (!isAt(pupilCase, ['proposed'])) return err(wrongStage(pupilCase, ['proposed']))
    const { schoolNumber } = pupilCase.proposal
    const decided = withdraw(pupilCase, { on: today(ctx.clock), now: instant(ctx.clock), reason })
    if (!decided.ok) return decided
    const facts = { event: 'proposal_withdrawn', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, decided.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId },
      events: [{ event: 'proposal_withdrawn', caseId, schoolNumber }],
    })
  })
}
