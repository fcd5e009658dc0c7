import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { err, ok } from '#app/domain/result.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Permit } from '#app/policy/policy.ts'
import {
  advanceErasure,
  deleteChildRows,
  type ErasureRow,
  findErasure,
  insertLedger,
  insertRecipients,
  lockCasesOfChild,
  type RecipientRow,
  schoolsTold,
} from '#db/queries/erasure.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context, Deps } from '../context.server.ts'
import { systemContext } from '../system-context.server.ts'
import { transact } from '../transact.server.ts'

/**
 * Goes on with an erasure from wherever it stands, to the end: rows and ledger in one transaction,
 * then the keys, then the files. Each step is stored before the next begins and may be repeated, so
 * a process that is ended in between loses nothing; any other goes on. From the destroyed key on
 * nobody can open what a file, a log or a data backup still holds.
 */
export async function carryOutErasure(
  deps: Deps,
  centreId: CentreId,
  erasureId: string,
): Promise<void> {
  const ctx = systemContext(deps)
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) throw new Error('The program may not run its own work')
  let isGoingOn = true
  while (isGoingOn) {
    const erasure = await findErasure(deps.database.db, centreId, erasureId)
    isGoingOn = erasure !== null && (await goOn(ctx, permit.value, erasure))
  }
}

/** One step from where the erasure stands; false when none is left, or must wait for a reader. */
async function goOn(ctx: Context, permit: Permit, erasure: ErasureRow): Promise<boolean> {
  const { state, child_id, family_id } = erasure
  if (child_id === null) return false
  if (state === 'key_gone') return finish(ctx, permit, erasure)
  if (state === 'ordered') await removeRows(ctx, permit, erasure, child_id)
  else await destroyKeys(ctx, erasure, child_id, family_id)
  return true
}

/** The name of a child in the ledger; says nothing to whoever does not have the child. */
export function ledgerHash({ keyed }: Deps, centreId: CentreId, childId: ChildId): string {
  return keyed('erasure', `${centreId}|${childId}`)
}

/** In the file first: a crash before the commit then leaves a child that the next start erases. */
async function removeRows(
  ctx: Context,
  permit: Permit,
  erasure: ErasureRow,
  childId: ChildId,
): Promise<void> {
  const { centre_id: centreId, id: erasureId, ground, role, family_id: familyId } = erasure
  const hash = ledgerHash(ctx, centreId, childId)
  const on = today(ctx.clock)
  ctx.ledger.append([{ hash, centreId, on, ground, role }])
  await transact(ctx, permit, centreId, async (tx) => {
    const caseIds = await lockCasesOfChild(tx, centreId, childId)
    const recipients = await recipientsOf(ctx, tx, erasure, caseIds)
    if (familyId === null) throw new Error(`Erasure ${erasureId} names no family`)
    const { counts, withFamily } = await deleteChildRows(tx, centreId, childId, familyId)
    const isMine = await advanceErasure(tx, erasure, 'ordered', {
      state: 'rows_gone',
      rows_gone_at: instant(ctx.clock),
      with_family: withFamily ? 1 : 0,
      counts: JSON.stringify(counts),
    })
    if (!isMine) return err({ code: 'already_done' })
    await insertLedger(tx, [{ centre_id: centreId, id: hash, erased_on: on, ground, role }])
    await insertRecipients(tx, recipients)
    return ok({ value: null, events: [{ event: 'child_erased', erasureId, ground, caseIds }] })
  })
}

/** Each school that was told of the child, and the authority where a school was proposed to it. */
async function recipientsOf(
  ctx: Context,
  tx: Tx,
  erasure: ErasureRow,
  caseIds: readonly CaseId[],
): Promise<readonly RecipientRow[]> {
  const { centre_id: centreId, id: erasureId } = erasure
  const told = await schoolsTold(tx, centreId, caseIds)
  const numbers = [...new Set(told.map(({ case_number }) => case_number))]
  const row = { centre_id: centreId, erasure_id: erasureId, told_at: null, told_by: null }
  return [
    ...told.map(({ school_number, case_number }) => ({
      ...row,
      ...{ id: ctx.newId(), kind: 'school' as const, school_number, case_number },
    })),
    ...numbers.map((case_number) => ({
      ...row,
      ...{ id: ctx.newId(), kind: 'authority' as const, school_number: null, case_number },
    })),
  ]
}

async function destroyKeys(
  ctx: Context,
  erasure: ErasureRow,
  childId: ChildId,
  familyId: ErasureRow['family_id'],
): Promise<void> {
  const { centre_id: centreId } = erasure
  await ctx.keys.destroy([
    { kind: 'child', centreId, id: childId },
    ...(erasure.with_family === 1 && familyId !== null
      ? [{ kind: 'family' as const, centreId, id: familyId }]
      : []),
  ])
  await ctx.keys.scrub()
  await ctx.database.write((tx) =>
    advanceErasure(tx, erasure, 'rows_gone', {
      state: 'key_gone',
      key_gone_at: instant(ctx.clock),
    }),
  )
}

/** False while somebody reads from a log that must be emptied: the next run tries again. */
async function finish(ctx: Context, permit: Permit, erasure: ErasureRow): Promise<boolean> {
  await ctx.removeLeftovers()
  if (!(await ctx.keys.scrub()) || !(await ctx.database.scrub())) return false
  await transact(ctx, permit, erasure.centre_id, async (tx) => {
    const isMine = await advanceErasure(tx, erasure, 'key_gone', {
      ...{ state: 'done', finished_at: instant(ctx.clock), child_id: null, family_id: null },
    })
    if (!isMine) return err({ code: 'already_done' })
    return ok({ value: null, events: [{ event: 'erasure_finished', erasureId: erasure.id }] })
  })
  return true
}
