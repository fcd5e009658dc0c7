import type { CaseId } from '#app/domain/ids.ts'
import type { OrderedGround } from '#app/domain/privacy/erasure.ts'
import { err, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { requireStepUp, type StepUpNeeded } from '../account/step-up.ts'
import { afterCommit } from '../after-commit.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce } from '../transact.server.ts'
import {
  type BeginErasureRefusal,
  type BegunErasure,
  beginErasure,
} from './begin-erasure.server.ts'
import { carryOutErasure } from './carry-out-erasure.server.ts'

export type EraseNowRefusal = BeginErasureRefusal | Forbidden | StepUpNeeded

/**
 * The lead has a child erased at once, with all its cases, without waiting for a period: on a request
 * under Art. 17 DSGVO, after a registration by mistake. The erasure itself is done when it returns,
 * or goes on by itself. Refused: `case_not_found`, `forbidden`,
 * `step_up_needed`, `on_hold`, `erasure_running`.
 */
export async function eraseNow(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly ground: OrderedGround },
): Promise<Result<BegunErasure, EraseNowRefusal>> {
  // sent again, the case is gone, and the answer is the one of the first time
  const begun = await answeredOnce(ctx, 'case.erase', () => order(ctx, command))
  if (!begun.ok) return begun
  const { centreId, erasureId } = begun.value
  // the job goes on with what could not be done just now
  await afterCommit(ctx, 'erasure_goes_on', () => carryOutErasure(ctx, centreId, erasureId))
  return begun
}

async function order(
  ctx: Context,
  { caseId, ground }: { readonly caseId: CaseId; readonly ground: OrderedGround },
): Promise<Result<BegunErasure, EraseNowRefusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.erase', found.facts)
  if (!permit.ok) return permit
  const stepUp = requireStepUp(ctx)
  if (!stepUp.ok) return stepUp
  const { centreId, childId } = found.pupilCase
  return beginErasure(ctx, permit.value, { centreId, childId, ground })
}
