import type { AuditEvent } from '#app/audit/events.ts'
import type { AccountId, CentreId, ChildId } from '#app/domain/ids.ts'
import type { ErasureGround } from '#app/domain/privacy/erasure.ts'
import { childDue, isHeldOn } from '#app/domain/privacy/retention.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import type { Permit } from '#app/policy/policy.ts'
import { findChild } from '#db/queries/child.server.ts'
import {
  findRunningErasure,
  insertErasure,
  lockCasesOfChild,
  silenceCases,
} from '#db/queries/erasure.server.ts'
import { type FiledCase, listCasesOfChild, lockRulesOn } from '#db/queries/retention.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { periodsIn } from './due-children.server.ts'

export type BeginErasureRefusal =
  | { readonly code: 'case_not_found' | 'erasure_running' | 'rule_not_found' }
  | { readonly code: 'on_hold'; readonly until: CalendarDate }

export type BegunErasure = { readonly centreId: CentreId; readonly erasureId: string }

/** Which child, and why. */
export type ErasureOrder = {
  readonly centreId: CentreId
  readonly childId: ChildId
  readonly ground: ErasureGround
}

/**
 * The first step of every erasure, in one transaction: nobody holds the child, the erasure stands in
 * the database so that any process can go on with it, the family's access and sessions end, what
 * waits to be sent is gone. By retention it happens only while an approved rule takes the child: the
 * list it stands on is as old as its run. Refused: `case_not_found`, `on_hold`, `erasure_running`, by
 * retention `rule_not_found`.
 */
export async function beginErasure(
  ctx: Context,
  permit: Permit,
  order: ErasureOrder,
): Promise<Result<BegunErasure, BeginErasureRefusal>> {
  const { centreId, childId, ground } = order
  return transact(ctx, permit, centreId, async (tx) => {
    // before anything is read: a hold that is set, or an erasure that is begun, at this moment comes
    // wholly before, and is seen here, or wholly after, and is told that this one runs
    await lockCasesOfChild(tx, centreId, childId)
    const child = await findChild(tx, centreId, childId)
    if (child === null) return err({ code: 'case_not_found' })
    if ((await findRunningErasure(tx, centreId, childId)) !== null) {
      return err({ code: 'erasure_running' })
    }
    const cases = await listCasesOfChild(tx, centreId, childId)
    const rule = await ruleUnlessHeld(ctx, tx, order, cases)
    if (!rule.ok) return rule
    const erasureId = ctx.newId()
    const now = instant(ctx.clock)
    await insertErasure(tx, {
      ...{ centre_id: centreId, id: erasureId, child_id: childId, family_id: child.family_id },
      ...{ with_family: 0, state: 'ordered', ground, rule_id: rule.value, role: permit.role },
      ...{ ordered_by: accountOf(ctx), ordered_at: now, counts: '{}' },
      ...{ rows_gone_at: null, key_gone_at: null, finished_at: null },
    })
    const caseIds = cases.map(({ caseId }) => caseId)
    if (caseIds.length > 0) await silenceCases(tx, centreId, caseIds, now)
    const event: AuditEvent = { event: 'erasure_ordered', erasureId, ground, caseIds }
    return ok({ value: { centreId, erasureId }, events: [event] })
  })
}

/**
 * The rule whose day has come for the child; null where none is asked for: a person orders it, or it
 * came back with a backup. Refused when somebody holds the child, and by retention when its rule was
 * stopped or it is not due any more.
 */
async function ruleUnlessHeld(
  { clock }: Context,
  tx: Tx,
  { centreId, ground }: ErasureOrder,
  cases: readonly FiledCase[],
): Promise<Result<string | null, BeginErasureRefusal>> {
  const day = today(clock)
  // who was erased once stays erased: a hold that came back with a backup is older than that
  if (ground === 'restored') return ok(null)
  if (isHeldOn(cases, day)) return err({ code: 'on_hold', until: lastHold(cases) })
  if (ground !== 'retention') return ok(null)
  const rules = await lockRulesOn(tx, centreId, day)
  const due = childDue(cases, periodsIn(rules))
  if (due === null || due.on > day) return err({ code: 'rule_not_found' })
  return ok(rules.get(due.class)?.id ?? null)
}

function lastHold(cases: readonly FiledCase[]): CalendarDate {
  const days = cases.flatMap(({ heldUntil }) => (heldUntil === null ? [] : [heldUntil]))
  const last = days.toSorted().at(-1)
  if (last === undefined) throw new Error('Held, and by nothing')
  return last
}

function accountOf({ actor }: Context): AccountId | null {
  return actor.kind === 'staff' ? actor.accountId : null
}
