import { type ConfirmAdmissionRefusal, confirmAdmission } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolClass } from '#app/domain/school/school-class.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { saveSchoolClass } from '#db/queries/school-class.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { classRow } from './school-class.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type ConfirmCaseAdmissionRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | ConfirmAdmissionRefusal

/**
 * The school confirms the admission (Aufnahme): the assigned seat is taken. It says where the child
 * will learn; the name of the class and the first school day may be left open. Refused: `case_not_found`, `forbidden`, `wrong_stage`, a first day
 * before the assignment or more than a year ahead, `stale_case`.
 */
export async function confirmCaseAdmission(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly plannedFirstDay: CalendarDate | null
    readonly schoolClass: SchoolClass
  },
): Promise<Result<{ readonly caseId: CaseId }, ConfirmCaseAdmissionRefusal>> {
  const { caseId, version, plannedFirstDay, schoolClass } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.confirm_admission', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const when = { on: today(ctx.clock), now: instant(ctx.clock) }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  const placed = await classRow(ctx, pupilCase, key, schoolClass)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const confirmed = confirmAdmission(pupilCase, { ...when, plannedFirstDay })
    if (!confirmed.ok) return confirmed
    const { schoolNumber } = confirmed.value.next.placement
    const facts = { event: 'admission_confirmed', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, confirmed.value, facts)
    if (!stored.ok) return stored
    await saveSchoolClass(tx, placed)
    return ok({
      value: { caseId },
      events: [{ event: 'admission_confirmed', caseId, schoolNumber }],
    })
  })
}
