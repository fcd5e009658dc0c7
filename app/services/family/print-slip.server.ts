import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import {
  type FamilyAccessRow,
  findAccessOfCase,
  insertAccess,
  revokeAccess,
} from '#db/queries/family-access.server.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey, openRecord, sealRecord } from '#db/sealing/records.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type PrintSlipRefusal =
  | { readonly code: 'case_not_found' | 'centre_phone_missing' }
  | Forbidden

/** What the slip shows once; the PIN is stored hashed only. */
export type Slip = { readonly code: string; readonly pin: string }

/**
 * Makes the family's access anew: the same short code (so that a note of it stays right), a new
 * PIN; the old PIN and every page opened with it end at once. Deliberately without an idempotency
 * key: a slip printed again is a new slip, and its PIN must not be kept to be answered twice.
 * Refused: `case_not_found`, `forbidden`, `centre_phone_missing`: the slip asks the family to ring.
 */
export async function printSlip(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<Slip, PrintSlipRefusal>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.print_slip', found.facts)
  if (!permit.ok) return permit
  const { centreId, childId } = found.pupilCase
  if (!(await findCentre(ctx.database.db, centreId))?.phone) {
    return err({ code: 'centre_phone_missing' })
  }
  const key = await childKey(ctx.database.db, ctx.keys, centreId, childId)
  const pin = ctx.secrets.pin()
  const pinHash = await ctx.hasher.hash(pin)
  const unkeyed = { ...ctx, idempotencyKey: null }
  const printed = await transact(unkeyed, permit.value, centreId, async (tx) => {
    if ((await lockCase(tx, centreId, caseId)) === null) return err({ code: 'case_not_found' })
    const now = instant(ctx.clock)
    const earlier = await findAccessOfCase(tx, centreId, caseId)
    const code = earlier === null ? ctx.secrets.shortCode() : codeOf(key, earlier)
    if (earlier !== null) await revokeAccess(tx, centreId, earlier.id, now)
    const id = ctx.newId()
    await insertAccess(tx, {
      centre_id: centreId,
      id,
      case_id: caseId,
      code_hash: ctx.keyed('family code', code),
      pin_hash: pinHash,
      sealed: sealRecord(key, 'family_access', centreId, id, { code }),
      created_at: now,
      tries: 0,
      locked_at: null,
      revoked_at: null,
    })
    return ok({ value: { code }, events: [{ event: 'slip_printed', caseId }] })
  })
  return printed.ok ? ok({ code: printed.value.code, pin }) : printed
}

function codeOf(key: SubjectKey, access: FamilyAccessRow): string {
  const { centre_id, id, sealed } = access
  return openRecord<{ readonly code: string }>(key, 'family_access', centre_id, id, sealed).code
}
