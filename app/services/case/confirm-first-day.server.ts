import { type StartSchoolRefusal, startSchool } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type SchoolClass, usualClass } from '#app/domain/school/school-class.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { readSchoolClass, saveSchoolClass } from '#db/queries/school-class.server.ts'
import { findPool } from '#db/queries/seat.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { classRow } from './school-class.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { type VisibleCase, visibleCase } from './visible-case.server.ts'

export type ConfirmFirstDayRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | StartSchoolRefusal

/**
 * The school confirms the first school day once it has come, and by then the name of the class: the
 * third clock stops, follow-up begins. Refused: `case_not_found`, `forbidden`, `wrong_stage`, `first_day_in_future`,
 * `first_day_before_assignment`, `date_before_stage`, `stale_case`.
 */
export async function confirmFirstDay(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly firstDay: CalendarDate
    readonly className: string
  },
): Promise<Result<{ readonly caseId: CaseId }, ConfirmFirstDayRefusal>> {
  const { caseId, version, firstDay, className } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.start_school', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  const said = await classSoFar(ctx, found)
  const placed = await classRow(ctx, pupilCase, key, { ...said, className })
  return transact(ctx, permit.value, pupilCase.centreId, async (tx) => {
    const started = startSchool(pupilCase, { on: firstDay, now: instant(ctx.clock) })
    if (!started.ok) return started
    const { schoolNumber } = started.value.next.placement
    const facts = { event: 'school_started', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, started.value, facts)
    if (!stored.ok) return stored
    await saveSchoolClass(tx, placed)
    return ok({
      value: { caseId },
      events: [{ event: 'school_started', caseId, schoolNumber, firstDay }],
    })
  })
}

/** What the school said at the admission; where it was not asked yet, what is usual for the seat. */
async function classSoFar(ctx: Context, { pupilCase, row }: VisibleCase): Promise<SchoolClass> {
  const { db } = ctx.database
  const said = await readSchoolClass(db, ctx.keys, pupilCase)
  if (said !== null) return said
  if (row.pool_id === null) return usualClass(null)
  const day = today(ctx.clock)
  const pool = await findPool(db, pupilCase.centreId, row.pool_id, { day })
  return usualClass(pool?.kind ?? null)
}
