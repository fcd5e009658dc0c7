import { endedOn, endReasonsAt } from '#app/domain/case/end.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

/**
 * How a case ends, or since when it has ended. Reading it is written down first. Refused:
 * `case_not_found`, `forbidden`.
 */
export async function endPage(ctx: Context, caseId: CaseId) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.end', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const day = today(ctx.clock)
  const child = await readChild(ctx.database.db, ctx.keys, centreId, childId)
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'end', caseId })
  return ok({
    ...caseHead(pupilCase, child, day),
    today: day,
    endedOn: endedOn(pupilCase),
    reasons: endReasonsAt(pupilCase.stage),
    hasSeat: found.facts.schoolNumber !== null,
  })
}
