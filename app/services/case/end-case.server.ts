import type { AuditEvent } from '#app/audit/events.ts'
import { type EndRefusal, end } from '#app/domain/case/end.ts'
import type { EndReason, GivenReason } from '#app/domain/case/reasons.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { cancelPlanned } from '#db/queries/appointment.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { type RegularPlace, takeRegularPlace } from '../seat/take-regular-place.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision, storeRemark } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type EndCaseRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | EndRefusal

/**
 * Ends a case for good, with a reason. In the same transaction its seats are released and a planned
 * appointment of this child is cancelled; a brother or sister keeps theirs. Where the follow-up is over
 * the child learns in the regular class: its support place is given back, and its regular place stays
 * taken; one that is missing is taken now, or school and authority are told (decision 0031). The family's page stays
 * open for a while: it says that the way is over and whom to ring (decision 0021). Refused:
 * `case_not_found`, `forbidden`, `wrong_stage`, `reason_required`, the dates, `stale_case`.
 */
export async function endCase(
  ctx: Context,
  command: {
    readonly caseId: CaseId
    readonly version: number
    readonly on: CalendarDate
    readonly reason: GivenReason<EndReason> | null
  },
): Promise<Result<{ readonly caseId: CaseId }, EndCaseRefusal>> {
  const { caseId, version, on, reason } = command
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.end', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const { centreId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId)
  return transact(ctx, permit.value, centreId, async (tx) => {
    const decided = end(pupilCase, { on, now: instant(ctx.clock), reason })
    if (!decided.ok) return decided
    const { schoolNumber } = found.facts
    const isRegular = decided.value.seatMove?.to === 'regular'
    const place = isRegular ? await takeRegularPlace(ctx, tx, pupilCase, found.schoolForm) : HAD
    const facts = { event: 'case_ended', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, decided.value, facts)
    if (!stored.ok) return stored
    await cancelPlanned(tx, centreId, [caseId])
    const { stage } = decided.value.next
    const also = placeEvents(place, { caseId, schoolNumber })
    for (const { event } of also) {
      await storeRemark(ctx, tx, permit.value, stored.value, { ...facts, event })
    }
    const ended: AuditEvent = { event: 'case_ended', caseId, stage, on }
    return ok({ value: { caseId }, events: [ended, ...also] })
  })
}

/** Nothing to say of a regular place. */
const HAD: RegularPlace = { state: 'had' }

type AtSchool = { readonly caseId: CaseId; readonly schoolNumber: SchoolNumber | null }

/** What the trail says of the regular place, besides the end itself. */
function placeEvents(place: RegularPlace, { caseId, schoolNumber }: AtSchool) {
  if (schoolNumber === null || place.state === 'had') return []
  return place.state === 'taken'
    ? [{ event: 'regular_place_taken', caseId, schoolNumber, poolId: place.poolId } as const]
    : [{ event: 'regular_place_missing', caseId, schoolNumber } as const]
}
