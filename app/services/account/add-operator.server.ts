import type { AccountId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { findAccountByEmail, updateAccount } from '#db/queries/account.server.ts'
import { INSTALLATION, type Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { giveRole, type Invitee } from './invite-account.server.ts'
import { makeLink, type OneTimeLink } from './one-time-link.server.ts'

export type AddOperatorRefusal = Forbidden | { readonly code: 'account_blocked' }

const OPERATOR = {
  role: 'operator',
  scope_centre_id: null,
  school_number: null,
  owner_number: null,
  area: null,
  forms: null,
} as const

/**
 * Makes the account of an operator, on the terminal only, and a one-time link for it. For an
 * address that has an account already the role is added where it is missing, and the link is made
 * all the same: whoever has the terminal helps an operator who forgot the password. Until the link
 * is used the old password holds. Refused: `forbidden`, `account_blocked`.
 */
export async function addOperator(
  ctx: Context,
  invitee: Invitee,
): Promise<Result<{ readonly accountId: AccountId; readonly link: string }, AddOperatorRefusal>> {
  const permit = authorize(ctx.actor, 'operator.add', null)
  if (!permit.ok) return permit
  const made = makeLink(ctx)
  const done = await transact(ctx, permit.value, INSTALLATION, async (tx) => {
    const given = await withLink(ctx, tx, invitee, made)
    if (!given.ok) return given
    const accountId = given.value
    return ok({
      value: { accountId },
      events: [{ event: 'account_invited', accountId, role: OPERATOR.role }],
    })
  })
  return done.ok ? ok({ accountId: done.value.accountId, link: made.link }) : done
}

async function withLink(
  ctx: Context,
  tx: Tx,
  invitee: Invitee,
  made: OneTimeLink,
): Promise<Result<AccountId, { readonly code: 'account_blocked' }>> {
  const given = await giveRole(ctx, tx, invitee, OPERATOR, made)
  if (given.ok && given.value.linkHash !== null) return ok(given.value.accountId)
  if (!given.ok && given.error.code === 'account_blocked') return err({ code: 'account_blocked' })
  const account = await findAccountByEmail(tx, invitee.email)
  if (account === null) throw new Error('An account that holds a role is gone')
  await updateAccount(tx, account.id, made.columns)
  return ok(account.id)
}
