import { type SayClassRefusal, sayClass } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolClass } from '#app/domain/school/school-class.ts'
import { type CalendarDate, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { saveSchoolClass } from '#db/queries/school-class.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { classRow } from './school-class.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type SayCaseClassRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | SayClassRefusal

/**
 * The school says where the child learns, or corrects it; until the child has come also another
 * first school day. The stage stays. Refused: `case_not_found`, `forbidden`, `wrong_stage`,
 * `class_not_named` of a child that attends, a first day before the assignment or more than a year ahead, `stale_case`.
 */
export async function sayCaseClass(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly schoolClass: SchoolClass
    /** Read until the child has come, and only then. */
    readonly plannedFirstDay: CalendarDate | null
  },
): Promise<Result<{ readonly caseId: CaseId }, SayCaseClassRefusal>> {
  const { caseId, version, schoolClass, plannedFirstDay } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.say_class', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  const placed = await classRow(ctx, pupilCase, key, schoolClass)
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const { className } = schoolClass
    const said = sayClass(pupilCase, { now: instant(ctx.clock), plannedFirstDay, className })
    if (!said.ok) return said
    const { schoolNumber } = said.value.next.placement
    const facts = { event: 'class_said', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, said.value, facts)
    if (!stored.ok) return stored
    await saveSchoolClass(tx, placed)
    return ok({ value: { caseId }, events: [{ event: 'class_said', caseId, schoolNumber }] })
  })
}
