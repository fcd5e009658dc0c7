import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { findRunningErasure } from '#db/queries/erasure.server.ts'
import { putHold, removeHold } from '#db/queries/retention.server.ts'
import { childKey, sealRecord } from '#db/sealing/records.server.ts'
import { type VisibleCase, visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type HoldRefusal =
  | { readonly code: 'case_not_found' | 'erasure_running' | 'hold_not_there' }
  | { readonly code: 'hold_in_past'; readonly earliest: CalendarDate }
  | { readonly code: 'reason_required'; readonly for: 'hold' }
  | Forbidden

/** Why nobody may erase the case, in words; sealed under the child's key. */
export type HoldRecord = { readonly sentence: string }

/**
 * Keeps a case from being erased up to and including a day, with a reason: a lawsuit, an open request
 * for information. One that is there is replaced. Refused: `case_not_found`, `forbidden`,
 * `reason_required`, `hold_in_past`, `erasure_running`.
 */
export async function setHold(
  ctx: Context,
  command: { readonly caseId: CaseId; readonly until: CalendarDate; readonly sentence: string },
): Promise<Result<{ readonly caseId: CaseId }, HoldRefusal>> {
  const { caseId, until } = command
  const allowed = await holdable(ctx, caseId)
  if (!allowed.ok) return allowed
  const { permit, found } = allowed.value
  const { centreId, childId } = found.pupilCase
  const sentence = command.sentence.trim()
  if (sentence === '') return err({ code: 'reason_required', for: 'hold' })
  const { actor } = ctx
  if (actor.kind !== 'staff') return err({ code: 'case_not_found' })
  const earliest = today(ctx.clock)
  if (until < earliest) return err({ code: 'hold_in_past', earliest })
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const record: HoldRecord = { sentence }
  return transact(ctx, permit, centreId, async (tx) => {
    // locked first: an erasure that begins now either sees this hold or is seen here
    if ((await lockCase(tx, centreId, caseId)) === null) return err({ code: 'case_not_found' })
    if ((await findRunningErasure(tx, centreId, childId)) !== null) {
      return err({ code: 'erasure_running' })
    }
    await putHold(tx, {
      ...{ centre_id: centreId, id: caseId, until },
      sealed: sealRecord(key, 'legal_hold', centreId, caseId, record),
      ...{ set_by: actor.accountId, set_at: instant(ctx.clock) },
    })
    return ok({ value: { caseId }, events: [{ event: 'hold_set', caseId, until }] })
  })
}

/** Allows the erasure again. Refused: `case_not_found`, `forbidden`, `hold_not_there`. */
export async function liftHold(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<{ readonly caseId: CaseId }, HoldRefusal>> {
  const allowed = await holdable(ctx, caseId)
  if (!allowed.ok) return allowed
  const { permit, found } = allowed.value
  const { centreId } = found.pupilCase
  return transact(ctx, permit, centreId, async (tx) => {
    if (!(await removeHold(tx, centreId, caseId))) return err({ code: 'hold_not_there' })
    return ok({ value: { caseId }, events: [{ event: 'hold_lifted', caseId }] })
  })
}

type Holdable = { readonly permit: Permit; readonly found: VisibleCase }

async function holdable(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<Holdable, Forbidden | { readonly code: 'case_not_found' }>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.hold', found.facts)
  return permit.ok ? ok({ permit: permit.value, found }) : permit
}
