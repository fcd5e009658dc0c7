import { decline, type EndProposalRefusal } from '#app/domain/case/propose.ts'
import type { DeclineReason, GivenReason } from '#app/domain/case/reasons.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { poolToCorrect } from './pool-to-correct.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type DeclineProposalRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | EndProposalRefusal

type DeclineProposal = {
  readonly caseId: CaseId
  readonly version: number
  readonly reason: GivenReason<DeclineReason>
}

/** Whose seat became free, and which pool counts: what the school says there may have to be corrected. */
type Declined = {
  readonly caseId: CaseId
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId | null
}

/**
 * The school says no to a proposal, with a reason: the held seat is released and the case waits
 * again; from then on the school no longer sees it. Refused: `case_not_found` (also once the hold
 * has run out), `forbidden`, `reason_required`, `wrong_stage`, `stale_case`.
 */
export async function declineProposal(
  ctx: Context,
  command: DeclineProposal,
): Promise<Result<Declined, DeclineProposalRefusal>> {
  return answeredOnce(ctx, 'case.decline', () => declineOnce(ctx, command))
}

async function declineOnce(
  ctx: Context,
  command: DeclineProposal,
): Promise<Result<Declined, DeclineProposalRefusal>> {
  const { caseId, version, reason } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.decline', found.facts)
  if (!permit.ok) return permit
  const { schoolNumber } = found.facts
  if (schoolNumber === null) return err({ code: 'case_not_found' })
  const pupilCase = { ...found.pupilCase, version }
  const when = { on: today(ctx.clock), now: instant(ctx.clock) }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  const poolId = await poolToCorrect(ctx, found)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const declined = decline(pupilCase, { ...when, reason })
    if (!declined.ok) return declined
    const facts = { event: 'proposal_declined', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, declined.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId, schoolNumber, poolId },
      events: [{ event: 'proposal_declined', caseId, schoolNumber }],
    })
  })
}
