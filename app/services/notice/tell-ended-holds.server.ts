import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { isEndTold, listEndedHolds } from '#db/queries/desk-notice.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context, Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'
import { tellOf, toldOf } from './tell.server.ts'

/** How far back a hold may have run out and still be told of, in hours: a week without the program. */
const LOOK_BACK_HOURS = 7 * 24

/**
 * Tells whoever counsels a case that the school's time to answer has run out: nobody did anything, so
 * nobody else would. Each end is told once, however many processes look. Returns how many were told.
 */
export async function tellEndedHolds(deps: Deps): Promise<number> {
  const ctx = systemContext(deps)
  const now = instant(deps.clock)
  const ended = await listEndedHolds(deps.database.db, addHours(now, -LOOK_BACK_HOURS), now)
  let told = 0
  for (const { centreId, caseId } of ended) {
    if (await tellOne(ctx, centreId, caseId)) told += 1
  }
  return told
}

async function tellOne(ctx: Context, centreId: CentreId, caseId: CaseId): Promise<boolean> {
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('The program may run its jobs')
  const done = await transact(ctx, permit.value, centreId, async (tx) => {
    const pupilCase = await lockCase(tx, centreId, caseId)
    if (pupilCase?.stage !== 'proposed') return err({ code: 'case_not_found' } as const)
    const { schoolNumber, holdUntil } = pupilCase.proposal
    const isOver = holdUntil <= instant(ctx.clock)
    const people = await toldOf(ctx, tx, { centreId, caseId }, 'hold_ran_out')
    if (!isOver || people.length === 0 || (await isEndTold(tx, centreId, caseId, holdUntil))) {
      return err({ code: 'case_not_found' } as const)
    }
    const key = await childKey(tx, ctx.keys, centreId, pupilCase.childId)
    await tellOf(ctx, tx, { centreId, caseId, event: 'proposal_expired', key })
    return ok({ value: null, events: [{ event: 'proposal_expired', caseId, schoolNumber }] })
  })
  return done.ok
}
