import { expireHold } from '#app/domain/case/propose.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { findCase } from '#db/queries/case.server.ts'
import { type ExpiredHold, listExpiredHolds } from '#db/queries/placement.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import type { Context, Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'

/** How many holds one run ends, about; the next one goes on. */
const AT_ONCE = 200

/**
 * Ends the proposals whose hold has run out: the child waits again since the day it ended, and its
 * seats are released. By the clock they have been free since that moment, whether this runs or not:
 * this only writes down what is so already. Returns how many it ended; who decided something in that
 * same moment goes first. A child whose record does not open is passed over, and so is nobody after it.
 */
export async function expireHolds(deps: Deps): Promise<number> {
  const ctx = systemContext(deps)
  const now = instant(deps.clock)
  let ended = 0
  let after: ExpiredHold | null = null
  do {
    const due: readonly ExpiredHold[] = await listExpiredHolds(deps.database.db, now, {
      ...{ limit: AT_ONCE, after },
    })
    for (const { centreId, caseId } of due) if (await expireOne(ctx, centreId, caseId)) ended += 1
    after = due.at(-1) ?? null
  } while (after !== null && ended < AT_ONCE)
  return ended
}

async function expireOne(ctx: Context, centreId: CentreId, caseId: CaseId): Promise<boolean> {
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('Only the clockwork ends holds')
  const found = await findCase(ctx.database.db, [centreId], caseId)
  if (found === null) return false
  const { pupilCase } = found
  const key = await childKey(ctx.database.db, ctx.keys, centreId, pupilCase.childId).catch(
    (accident: unknown) => {
      if (isSubjectGone(accident) || isUnreadable(accident)) return null
      throw accident
    },
  )
  // a child that is being erased: its seats go with it; or its key is lost: the clock in the query
  // has freed its seats, and whoever can mend the key finds the case as it was
  if (key === null) return false
  const done = await transact(ctx, permit.value, centreId, async (tx) => {
    const expired = expireHold(pupilCase, instant(ctx.clock))
    if (!expired.ok) return err(expired.error)
    const { schoolNumber } = expired.value
    const facts = { event: 'proposal_expired', schoolNumber, key }
    const stored = await storeDecision(ctx, tx, permit.value, expired.value.decided, facts)
    if (!stored.ok) return stored
    return ok({ value: null, events: [{ event: 'proposal_expired', caseId, schoolNumber }] })
  })
  return done.ok
}
