import { propose } from '#app/domain/case/propose.ts'
import type { CaseId, SeatEntryId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { holdSeat } from '#app/domain/seat/seat-entry.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import type { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { storeDecision } from '#app/services/case/store-decision.server.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import { transact } from '#app/services/transact.server.ts'
import { insertEntry, listEntries, listPoolsOfSchool, toSeatPool } from '#db/queries/seat.server.ts'
import { childKey } from '#db/sealing/records.server.ts'

/**
 * The control of P1: proposes as a program without the lock would. The seats are counted before the
 * transaction that takes one, and nobody waits for anybody; all the rest is as in `proposeSchool`.
 */
export const proposeWithoutLock: typeof proposeSchool = async (ctx, command) => {
  const { db } = ctx.database
  const found = await visibleCase(ctx, command.caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.propose', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version: command.version }
  const { caseId, schoolNumber, deviation } = command
  const { centreId, childId } = pupilCase
  const [pool] = await listPoolsOfSchool(db, centreId, schoolNumber, {
    day: today(ctx.clock),
  })
  if (pool === undefined) return err({ code: 'no_pool' })
  const now = instant(ctx.clock)
  const key = await childKey(db, ctx.keys, centreId, childId)
  const held = holdSeat(toSeatPool(pool), await listEntries(db, centreId, [pool.id]), {
    ...{ id: ctx.newId() as SeatEntryId, caseId, now, holdDays: 7 },
  })
  if (!held.ok) {
    const facts = { school: schoolNumber, next: null, wasGiven: true } as const
    return err({ code: 'support_place_missing', ...facts })
  }
  return transact(ctx, permit.value, centreId, async (tx) => {
    const { id: seatEntryId, poolId, holdUntil } = held.value
    const proposed = propose(pupilCase, {
      ...{ on: today(ctx.clock), now, schoolNumber, poolId, seatEntryId, holdUntil },
      ...{ by: null, firstSuggestion: null, deviation },
    })
    if (!proposed.ok) return proposed
    const facts = { event: 'school_proposed', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, proposed.value, facts)
    if (!stored.ok) return stored
    await insertEntry(tx, centreId, held.value, now)
    const value: { readonly caseId: CaseId } = { caseId }
    return ok({
      value,
      events: [
        {
          ...{ event: 'school_proposed', caseId, schoolNumber, poolId, holdUntil },
          ...{ regularPoolId: null, rank: 1 },
        },
      ],
    })
  })
}
