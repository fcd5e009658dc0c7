import { ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { giveRole, type Invitee } from './invite-account.server.ts'
import { makeLink } from './one-time-link.server.ts'

export type AddStateAccountRefusal =
  | Forbidden
  | { readonly code: 'email_taken' | 'account_blocked' }

const STATE = {
  role: 'state',
  scope_centre_id: null,
  school_number: null,
  owner_number: null,
  area: null,
  forms: null,
} as const

/**
 * Makes an account of the state's coordination (landesweite Koordinierung) and a one-time link for
 * it. It belongs to no centre, so no lead can invite it: like an operator it is made by the program
 * itself, under the same permit. Refused: `forbidden`, `email_taken`, `account_blocked`.
 */
export async function addStateAccount(
  ctx: Context,
  invitee: Invitee,
): Promise<Result<{ readonly link: string }, AddStateAccountRefusal>> {
  const permit = authorize(ctx.actor, 'operator.add', null)
  if (!permit.ok) return permit
  const made = makeLink(ctx)
  const done = await transact(ctx, permit.value, INSTALLATION, async (tx) => {
    const given = await giveRole(ctx, tx, invitee, STATE, made)
    if (!given.ok) return given
    const { accountId } = given.value
    return ok({ value: null, events: [{ event: 'account_invited', accountId, role: STATE.role }] })
  })
  return done.ok ? ok({ link: made.link }) : done
}
