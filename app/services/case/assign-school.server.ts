import { type AssignRefusal, assign } from '#app/domain/case/place.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { lockPoolsOfCase } from '#db/queries/seat.server.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { answeredOnce, transact } from '../transact.server.ts'
import { type AssignedElsewhere, permitToDecide } from './decision-permit.server.ts'
import { type ProposalExpired, whyNotFound, whyNotTheirs } from './expired-meanwhile.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type AssignSchoolRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | AssignedElsewhere
  | ProposalExpired
  | AssignRefusal

type AssignSchool = {
  readonly caseId: CaseId
  readonly version: number
}

/**
 * The authority, or the centre for it, assigns the proposed school (Zuweisung): the held seat is
 * kept. Refused: `case_not_found`, `forbidden`, `centre_assigns`, `second_person_needed`,
 * `hold_expired`, `proposal_expired` where that was written down already, `wrong_stage`, `stale_case` when somebody changed the case since `version` was on
 * screen.
 */
export async function assignSchool(
  ctx: Context,
  command: AssignSchool,
): Promise<Result<{ readonly caseId: CaseId }, AssignSchoolRefusal>> {
  // awaited: the stack of whatever happens inside names this use case
  return await answeredOnce(ctx, 'case.assign', () => assignOnce(ctx, command))
}

async function assignOnce(
  ctx: Context,
  command: AssignSchool,
): Promise<Result<{ readonly caseId: CaseId }, AssignSchoolRefusal>> {
  const found = await visibleCase(ctx, command.caseId)
  if (found === null) return err(await whyNotFound(ctx, command))
  const permit = permitToDecide(ctx.actor, 'case.assign', found.facts)
  if (!permit.ok) {
    const decision = { action: 'case.assign', version: command.version } as const
    return err(await whyNotTheirs(ctx, found, decision, permit.error))
  }
  const pupilCase = { ...found.pupilCase, version: command.version }
  const { centreId, childId } = pupilCase
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  return transact(ctx, permit.value, centreId, async (tx) => {
    // whether the seat is still held is asked with the pool locked: a hold that runs out while one
    // decides is free for the next child, and it must not become both's
    if ('proposal' in pupilCase) await lockPoolsOfCase(tx, centreId, pupilCase.id, ctx.clock)
    const assigned = assign(pupilCase, { on: today(ctx.clock), now: instant(ctx.clock) })
    if (!assigned.ok) return assigned
    const { schoolNumber } = assigned.value.next.placement
    const facts = { event: 'case_assigned', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, assigned.value, facts)
    if (!stored.ok) return stored
    return ok({
      value: { caseId: command.caseId },
      events: [{ event: 'case_assigned', caseId: command.caseId, schoolNumber }],
    })
  })
}
