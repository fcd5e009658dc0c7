import { type ReportCapacityRefusal, reportCapacity } from '#app/domain/case/capacity.ts'
import type { GivenReason, NoPlaceReason } from '#app/domain/case/reasons.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { poolToCorrect } from './pool-to-correct.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type ReportCaseCapacityRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | ReportCapacityRefusal

type Report = {
  readonly caseId: CaseId
  readonly version: number
  readonly reason: GivenReason<NoPlaceReason>
}

/** Which pool counts for the report: what the school says there may have to be corrected. */
type Reported = {
  readonly caseId: CaseId
  readonly schoolNumber: SchoolNumber
  readonly poolId: SeatPoolId | null
}

/**
 * The school reports that it has no place for a child that was assigned to it, with a reason. The
 * child stays assigned and keeps its seat until it is decided; who decides is told, and who counsels
 * the case. Refused:
 * `case_not_found`, `forbidden`, `reason_required`, `wrong_stage`, `capacity_already_reported`,
 * `stale_case`.
 */
export async function reportCaseCapacity(
  ctx: Context,
  command: Report,
): Promise<Result<Reported, ReportCaseCapacityRefusal>> {
  // awaited: the stack of whatever happens inside names this use case
  return await answeredOnce(ctx, 'case.report_capacity', () => reportOnce(ctx, command))
}

async function reportOnce(
  ctx: Context,
  { caseId, version, reason }: Report,
): Promise<Result<Reported, ReportCaseCapacityRefusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.report_capacity', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version }
  const { centreId, childId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const poolId = await poolToCorrect(ctx, found)
  return transact(ctx, permit.value, centreId, async (tx) => {
    const reported = reportCapacity(pupilCase, { now: instant(ctx.clock), reason })
    if (!reported.ok) return reported
    const { schoolNumber } = reported.value.next.placement
    const facts = { event: 'capacity_reported', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, reported.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId, schoolNumber, poolId },
      events: [{ event: 'capacity_reported', caseId, schoolNumber }],
    })
  })
}
