import { type MarkMissedRefusal, markMissed as missed } from '#app/domain/case/counsel.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { findPlannedAppointment, settleAppointment } from '#db/queries/appointment.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type MarkCaseMissedRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | MarkMissedRefusal

/**
 * The child did not come to the appointment (nicht erschienen). Counts for this child alone: a
 * brother or sister may have come. Refused: `case_not_found`, `forbidden`, `wrong_stage`,
 * `appointment_not_yet` before that day, `stale_case`.
 */
export async function markMissed(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly version: number },
): Promise<Result<{ readonly caseId: CaseId }, MarkCaseMissedRefusal>> {
  const { caseId, version } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.appoint', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const { centreId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId)
  return transact(ctx, permit.value, centreId, async (tx) => {
    const decided = missed(pupilCase, { now: instant(ctx.clock) })
    if (!decided.ok) return decided
    const facts = { event: 'appointment_missed', schoolNumber: null, key }
    const stored = await storeDecision(ctx, tx, permit.value, decided.value, facts)
    if (!stored.ok) return stored
    const planned = await findPlannedAppointment(tx, centreId, caseId)
    const appointmentId = planned?.id ?? null
    if (appointmentId !== null) {
      await settleAppointment(tx, { centreId, appointmentId, caseId, outcome: 'missed' })
    }
    return ok({
      value: { caseId },
      events: [{ event: 'appointment_missed', caseId, appointmentId }],
    })
  })
}
