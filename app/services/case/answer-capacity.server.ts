import {
  type AnswerCapacityRefusal,
  keepAssignment,
  takeBackAssignment,
} from '#app/domain/case/capacity.ts'
import type { GivenReason, ReasonRequired, TakeBackReason } from '#app/domain/case/reasons.ts'
import type { DateRefusal } from '#app/domain/case/transition.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { type AssignedElsewhere, permitToDecide } from './decision-permit.server.ts'
import { cameSecond } from './expired-meanwhile.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

type Answer = { readonly caseId: CaseId; readonly version: number }

export type KeepAssignmentRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | AssignedElsewhere
  | AnswerCapacityRefusal

/**
 * The authority, or the centre where that assigns for it, leaves a child where it was assigned to
 * although the school reported that it has no place: the report is answered, school and centre are
 * told. Refused: `case_not_found`, `forbidden`, `second_person_needed`, `wrong_stage`,
 * `capacity_not_reported`, `stale_case`.
 */
export async function keepCaseAssignment(
  ctx: Context,
  command: Answer,
): Promise<Result<{ readonly caseId: CaseId }, KeepAssignmentRefusal>> {
  // awaited: the stack of whatever happens inside names this use case
  return await answeredOnce(ctx, 'case.decide_capacity', () => keepOnce(ctx, command))
}

async function keepOnce(
  ctx: Context,
  command: Answer,
): Promise<Result<{ readonly caseId: CaseId }, KeepAssignmentRefusal>> {
  const opened = await open(ctx, command)
  if (!opened.ok) return opened
  const { permit, pupilCase, key } = opened.value
  const { caseId } = command
  return transact(ctx, permit, pupilCase.centreId, async (tx) => {
    const kept = keepAssignment(pupilCase, { now: instant(ctx.clock) })
    if (!kept.ok) return kept
    const { schoolNumber } = kept.value.next.placement
    const facts = { event: 'assignment_kept', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit, kept.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId },
      events: [{ event: 'assignment_kept', caseId, schoolNumber }],
    })
  })
}

type TakeBack = Answer & { readonly reason: GivenReason<TakeBackReason> }

export type TakeBackAssignmentRefusal = KeepAssignmentRefusal | DateRefusal | ReasonRequired

/**
 * The authority, or the centre where that assigns for it, takes an assignment back because the
 * school reported that it has no place: the seats are released, the case waits again, and school and
 * centre are told. Refused: as
 * {@link keepCaseAssignment}, `reason_required`, the dates.
 */
export async function takeBackCaseAssignment(
  ctx: Context,
  command: TakeBack,
): Promise<Result<{ readonly caseId: CaseId }, TakeBackAssignmentRefusal>> {
  // awaited as above
  return await answeredOnce(ctx, 'case.decide_capacity', () => takeBackOnce(ctx, command))
}

async function takeBackOnce(
  ctx: Context,
  command: TakeBack,
): Promise<Result<{ readonly caseId: CaseId }, TakeBackAssignmentRefusal>> {
  const opened = await open(ctx, command)
  if (!opened.ok) return opened
  const { permit, pupilCase, key, schoolNumber } = opened.value
  const { caseId, reason } = command
  const when = { on: today(ctx.clock), now: instant(ctx.clock) }
  return transact(ctx, permit, pupilCase.centreId, async (tx) => {
    const taken = takeBackAssignment(pupilCase, { ...when, reason })
    if (!taken.ok) return taken
    const facts = { event: 'assignment_taken_back', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit, taken.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId },
      events: [{ event: 'assignment_taken_back', caseId, schoolNumber }],
    })
  })
}

/** What both answers need: the case, the right to decide about it, and the child's key. */
async function open(ctx: Context, { caseId, version }: Answer) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' } as const)
  const permit = permitToDecide(ctx.actor, 'case.decide_capacity', found.facts)
  if (!permit.ok) {
    const decision = { action: 'case.decide_capacity', version } as const
    const isLate = cameSecond(ctx, found, decision, permit.error)
    return isLate ? err({ code: 'stale_case' } as const) : permit
  }
  const { schoolNumber } = found.facts
  if (schoolNumber === null) return err({ code: 'case_not_found' } as const)
  const pupilCase = { ...found.pupilCase, version }
  const { centreId, childId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  return ok({ permit: permit.value, pupilCase, key, schoolNumber })
}
