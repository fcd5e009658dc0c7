import { isOpen, STAGES } from '#app/domain/case/stage.ts'
import { FAMILY_ACCESS_DAYS } from '#app/domain/privacy/retention.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { addDays, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { listCentres } from '#db/queries/centre.server.ts'
import { dropEndedAccesses } from '#db/queries/erasure.server.ts'
import { newestEntryAt } from '#db/queries/operation.server.ts'
import {
  insertRetentionRun,
  lastRetentionRun,
  newestRetentionRun,
  rulesOn,
} from '#db/queries/retention.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context, Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'
import { beginErasure } from './begin-erasure.server.ts'
import { carryOutErasure } from './carry-out-erasure.server.ts'
import { dueChildren, isClockDoubted, periodsIn } from './due-children.server.ts'
import { resumeErasures } from './settle-erasures.server.ts'

export type RetentionRun = {
  /** The clock jumped: nothing was erased, a person is asked. */
  readonly isStopped: boolean
  readonly erased: number
}

const ENDED = STAGES.filter((stage) => !isOpen(stage))

/**
 * The daily run: whoever is due by an approved rule is erased, and families' access to cases that
 * ended a while ago ends. When the clock is more than a week ahead of the last run, or behind it,
 * nothing is erased until a person has said that it is right (F5). The first run of all only notes
 * the time.
 */
export async function runRetention(deps: Deps): Promise<RetentionRun> {
  const ctx = systemContext(deps)
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('The program may not run its own work')
  if (await isClockDoubted(deps)) {
    await doubtClock(ctx, permit.value)
    return { isStopped: true, erased: 0 }
  }
  const last = await lastRetentionRun(deps.database.db)
  await resumeErasures(deps)
  const erased = last === null ? 0 : await eraseDue(ctx, permit.value)
  await transact(ctx, permit.value, INSTALLATION, async (tx) => {
    const before = addDays(today(ctx.clock), -FAMILY_ACCESS_DAYS)
    const accessesEnded = last === null ? 0 : await dropEndedAccesses(tx, ENDED, before)
    await insertRetentionRun(tx, {
      ...{ id: ctx.newId(), at: instant(ctx.clock), outcome: 'done', erased, account_id: null },
    })
    return ok({ value: null, events: [{ event: 'retention_ran', erased, accessesEnded }] })
  })
  return { isStopped: false, erased }
}

/**
 * A lead, the operator or the terminal says that the clock is right: the next run goes on, and a trail
 * that is ahead because the clock had been wrong does not keep the program from starting. Refused:
 * `forbidden`.
 */
export async function confirmClock(ctx: Context): Promise<Result<null, Forbidden>> {
  const permit = authorize(ctx.actor, 'retention.confirm_clock', null)
  if (!permit.ok) return permit
  return transact(ctx, permit.value, INSTALLATION, async (tx) => {
    await insertRetentionRun(tx, {
      ...{ id: ctx.newId(), at: instant(ctx.clock), outcome: 'confirmed', erased: 0 },
      account_id: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
    })
    const newest = await newestEntryAt(tx)
    const ahead = newest !== null && newest > instant(ctx.clock) ? newest : null
    return ok({ value: null, events: [{ event: 'retention_clock_confirmed', ahead }] })
  })
}

async function eraseDue(ctx: Context, permit: Permit): Promise<number> {
  const { db } = ctx.database
  const day = today(ctx.clock)
  let erased = 0
  for (const { id: centreId } of await listCentres(db)) {
    const rules = await rulesOn(db, centreId, day)
    for (const { childId } of await dueChildren(db, centreId, periodsIn(rules), day)) {
      const begun = await beginErasure(ctx, permit, { centreId, childId, ground: 'retention' })
      // held, begun or its rule stopped since the list was made: the next run looks again
      if (!begun.ok) continue
      await carryOutErasure(ctx, centreId, begun.value.erasureId)
      erased += 1
    }
  }
  return erased
}

/** Said once, however often the run is tried meanwhile. */
async function doubtClock(ctx: Context, permit: Permit): Promise<void> {
  const newest = await newestRetentionRun(ctx.database.db)
  if (newest?.outcome === 'stopped') return
  ctx.log({ event: 'retention_stopped', code: 'clock_jumped' })
  await transact(ctx, permit, INSTALLATION, async (tx) => {
    await insertRetentionRun(tx, {
      ...{ id: ctx.newId(), at: instant(ctx.clock), outcome: 'stopped', erased: 0 },
      account_id: null,
    })
    return ok({ value: null, events: [{ event: 'retention_clock_doubted' }] })
  })
}
