import { toPin, toShortCode } from '#app/domain/family/short-code.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import {
  countWrongPin,
  type FamilyAccessRow,
  findAccessByCode,
  forgetWrongPins,
  insertFamilySession,
} from '#db/queries/family-access.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import { addressBlock } from '../account/address-block.ts'
import { countTries, type TooManyTries, triedRightly } from '../account/limits.server.ts'
import type { Context } from '../context.server.ts'
import { actAsIf, transact } from '../transact.server.ts'
import { FAMILY_ABSOLUTE_HOURS } from './family-session.server.ts'

/** Five PINs a quarter of an hour for a code; more for an address, a shelter shares one. */
const PER_CODE = { tries: 5, minutes: 15 } as const
const PER_ADDRESS = { tries: 60, minutes: 15 } as const
/** Wrong PINs in all after which the slip is dead and a new one must be printed. */
const LOCK_AFTER = 10

export type SignInFamilyRefusal = Forbidden | { readonly code: 'code_or_pin_wrong' } | TooManyTries

/**
 * Opens the family page by short code and PIN. The answer is the same for an unknown code, a wrong
 * PIN and a dead slip, after the same work (a hash is checked and as much is written in any case).
 * The trail calls whoever knocks with a case's code its family. Refused: `code_or_pin_wrong`,
 * `too_many_tries`. Returns the session's token for the cookie.
 */
export async function signInFamily(
  ctx: Context,
  typed: { readonly code: string; readonly pin: string; readonly address: string },
): Promise<Result<{ readonly token: string }, SignInFamilyRefusal>> {
  const permit = authorize(ctx.actor, 'family.sign_in', null)
  if (!permit.ok) return permit
  const now = instant(ctx.clock)
  const codeHash = ctx.keyed('family code', toShortCode(typed.code) ?? '')
  const byCode = { what: `family|${codeHash}`, limit: PER_CODE }
  const byAddress = { what: `family|address|${addressBlock(typed.address)}`, limit: PER_ADDRESS }
  const mayTry = await countTries(ctx, [byAddress, byCode])
  if (!mayTry.ok) return mayTry

  const access = await findAccessByCode(ctx.database.db, codeHash)
  const isRight = await ctx.hasher.verify(access?.pin_hash ?? null, toPin(typed.pin) ?? '')
  if (access === null || access.locked_at !== null) {
    await noteNothing(ctx, permit.value, now)
    return err({ code: 'code_or_pin_wrong' })
  }
  if (!isRight) {
    await noteWrongPin(ctx, permit.value, access, now)
    return err({ code: 'code_or_pin_wrong' })
  }
  const opened = await openSession(ctx, permit.value, access, now)
  if (opened.ok) await triedRightly(ctx, [byAddress, byCode], byCode)
  return opened
}

/** Opens nothing when the slip was locked or replaced while its PIN was checked. */
async function openSession(
  ctx: Context,
  permit: Permit,
  access: FamilyAccessRow,
  now: Instant,
): Promise<Result<{ readonly token: string }, SignInFamilyRefusal>> {
  const token = ctx.secrets.token()
  const opened = await transact(ctx, permit, access.centre_id, async (tx) => {
    if (!(await forgetWrongPins(tx, access))) return err({ code: 'code_or_pin_wrong' })
    await insertFamilySession(tx, {
      centre_id: access.centre_id,
      id: ctx.keyed('session', token),
      access_id: access.id,
      created_at: now,
      last_seen_at: now,
      absolute_end: addHours(now, FAMILY_ABSOLUTE_HOURS),
      ended_at: null,
    })
    return ok({ value: null, events: [{ event: 'family_signed_in', caseId: access.case_id }] })
  })
  return opened.ok ? ok({ token }) : opened
}

async function noteWrongPin(ctx: Context, permit: Permit, access: FamilyAccessRow, now: Instant) {
  await transact(ctx, permit, access.centre_id, async (tx) => {
    const tries = await countWrongPin(tx, access, LOCK_AFTER, now)
    if (tries === null) return err({ code: 'code_or_pin_wrong' })
    const event = tries >= LOCK_AFTER ? 'family_access_locked' : 'family_pin_wrong'
    return ok({ value: null, events: [{ event, caseId: access.case_id }] })
  })
}

/** The work of {@link noteWrongPin} where there is no slip to count at, or a dead one. */
async function noteNothing(ctx: Context, permit: Permit, now: Instant) {
  const nobody = { centre_id: INSTALLATION, id: ctx.newId() }
  const caseId = ctx.newId() as CaseId
  await actAsIf(ctx, permit, INSTALLATION, async (tx) => {
    await countWrongPin(tx, nobody, LOCK_AFTER, now)
    return [{ event: 'family_pin_wrong', caseId }]
  })
}
