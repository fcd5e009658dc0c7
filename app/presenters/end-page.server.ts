import { endedOn, endReasonsAt } from '#app/domain/case/end.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CaseId } from '#app/domain/ids.ts'
import {
  childDue,
  type Due,
  isHeldOn,
  RETENTION_PROPOSALS,
  retentionClassOf,
} from '#app/domain/privacy/retention.ts'
import { err, ok } from '#app/domain/result.ts'
import { today } from '#app/domain/time.ts'
import { authorize, can } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { periodsOn } from '#app/services/privacy/due-children.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { findHold, listCasesOfChild } from '#db/queries/retention.server.ts'
import { childKey, openRecord, readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

/**
 * How a case ends, when its data are erased by which rule, and what keeps it from that. Reading it is
 * written down first. Refused: `case_not_found`, `forbidden`.
 */
export async function endPage(ctx: Context, caseId: CaseId) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.end', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const day = today(ctx.clock)
  const { db } = ctx.database
  const child = await readChild(db, ctx.keys, centreId, childId)
  const cases = await listCasesOfChild(db, centreId, childId)
  const periods = await periodsOn(db, centreId, day)
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'end', caseId })
  return ok({
    ...caseHead(pupilCase, child, day),
    today: day,
    endedOn: endedOn(pupilCase),
    reasons: endReasonsAt(pupilCase.stage),
    hasSeat: found.facts.schoolNumber !== null,
    erasure: erasureOf(pupilCase, childDue(cases, periods)),
    otherCases: cases.length - 1,
    isHeld: isHeldOn(cases, day),
    hold: await holdOf(ctx, pupilCase),
    may: {
      hold: can(ctx.actor, 'case.hold', found.facts),
      erase: can(ctx.actor, 'case.erase', found.facts),
    },
  })
}

/** When the file goes by itself: `due` where a rule is in force, else what is only proposed. */
function erasureOf({ stage }: PupilCase, due: Due | null) {
  const kind = retentionClassOf(stage)
  if (kind === null) return null
  const { months, trigger } = RETENTION_PROPOSALS[kind]
  return { due, proposedMonths: months, trigger }
}

async function holdOf(ctx: Context, { centreId, childId, id }: PupilCase) {
  const row = await findHold(ctx.database.db, centreId, id)
  if (row === null) return null
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const { sentence } = openRecord<{ readonly sentence: string }>(
    key,
    'legal_hold',
    centreId,
    id,
    row.sealed,
  )
  return { until: row.until, sentence }
}
