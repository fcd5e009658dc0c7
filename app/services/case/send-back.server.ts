import { type EndProposalRefusal, sendBack } from '#app/domain/case/propose.ts'
import type { GivenReason, SendBackReason } from '#app/domain/case/reasons.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { type AssignedElsewhere, permitToDecide } from './decision-permit.server.ts'
import { type ProposalExpired, whyNotFound, whyNotTheirs } from './expired-meanwhile.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type SendBackProposalRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | AssignedElsewhere
  | ProposalExpired
  | EndProposalRefusal

export type SendBackProposal = {
  readonly caseId: CaseId
  readonly version: number
  readonly reason: GivenReason<SendBackReason>
}

/**
 * Whoever assigns sends a proposal back to the counsellor, with a reason: the held seat is released
 * and the case waits again. Refused: `case_not_found`, `forbidden`, `centre_assigns`,
 * `second_person_needed`, `proposal_expired`, `reason_required`, `wrong_stage`, `stale_case`.
 */
export async function sendBackProposal(
  ctx: Context,
  command: SendBackProposal,
): Promise<Result<{ readonly caseId: CaseId }, SendBackProposalRefusal>> {
  // awaited: the stack of whatever happens inside names this use case
  return await answeredOnce(ctx, 'case.send_back', () => sendBackOnce(ctx, command))
}

async function sendBackOnce(
  ctx: Context,
  command: SendBackProposal,
): Promise<Result<{ readonly caseId: CaseId }, SendBackProposalRefusal>> {
  const { caseId, version, reason } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err(await whyNotFound(ctx, command))
  const permit = permitToDecide(ctx.actor, 'case.send_back', found.facts)
  if (!permit.ok) {
    const decision = { action: 'case.send_back', version: command.version } as const
    return err(await whyNotTheirs(ctx, found, decision, permit.error))
  }
  const { schoolNumber } = found.facts
  if (schoolNumber === null) return err({ code: 'case_not_found' })
  const pupilCase = { ...found.pupilCase, version }
  const when = { on: today(ctx.clock), now: instant(ctx.clock) }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const sentBack = sendBack(pupilCase, { ...when, reason })
    if (!sentBack.ok) return sentBack
    const facts = { event: 'proposal_sent_back', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, sentBack.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId },
      events: [{ event: 'proposal_sent_back', caseId, schoolNumber }],
    })
  })
}
