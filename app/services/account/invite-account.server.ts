import type { AccountId, CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, can, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Actor, StaffRole } from '#app/policy/roles.ts'
import {
  type AssignmentRow,
  findAccountByEmail,
  insertAccount,
  insertAssignment,
  listAssignments,
  updateAccount,
} from '#db/queries/account.server.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import {
  type InvitedRole,
  type InvitedRoleRefusal,
  type Scope,
  scopeOf,
} from './invited-role.server.ts'
import { type Issued, issuedOf, makeLink, type OneTimeLink } from './one-time-link.server.ts'

export type InviteAccountRefusal =
  | Forbidden
  | InvitedRoleRefusal
  | { readonly code: 'centre_not_found' | 'email_taken' | 'account_blocked' }

/** Who is invited. */
export type Invitee = { readonly email: string; readonly name: string }

/**
 * Gives a person a role in a centre: a lead invites anybody, the operator leads. A new person gets
 * an account and a one-time link. An e-mail address that has an account already, here or in another
 * centre, gets the further role instead of a second account and signs in as before; who never used
 * the link and belongs to this centre alone gets a new one. The answer names the person as they
 * were typed here, never as another centre knows them. Refused: `forbidden`, `centre_not_found`,
 * `email_taken` when the account holds this role already, `account_blocked` when it is disabled,
 * and what the scope does not allow.
 */
export async function inviteAccount(
  ctx: Context,
  command: Invitee & { readonly centreId: CentreId; readonly invited: InvitedRole },
): Promise<Result<Issued, InviteAccountRefusal>> {
  const { centreId, invited } = command
  const permit = permitToInvite(ctx.actor, centreId, invited.role)
  if (!permit.ok) return permit
  const made = makeLink(ctx)
  const done = await transact(ctx, permit.value, centreId, async (tx) => {
    if ((await findCentre(tx, centreId)) === null) return err({ code: 'centre_not_found' })
    const scope = await scopeOf(tx, centreId, invited)
    if (!scope.ok) return scope
    const given = await giveRole(ctx, tx, command, scope.value, made)
    if (!given.ok) return given
    const { accountId } = given.value
    return ok({
      value: given.value,
      events: [{ event: 'account_invited', accountId, role: invited.role }],
    })
  })
  return done.ok ? ok(issuedOf(command, made, done.value.linkHash)) : done
}

function permitToInvite(
  actor: Actor,
  centreId: CentreId,
  role: StaffRole,
): Result<Permit, Forbidden> {
  const mayAsLead = can(actor, 'account.manage', { centreId })
  return role === 'lead' && !mayAsLead
    ? authorize(actor, 'lead.invite', { centreId })
    : authorize(actor, 'account.manage', { centreId })
}

type Given = {
  readonly accountId: AccountId
  /** Null: no link was needed. */
  readonly linkHash: string | null
}

/**
 * Adds the role to the account with this e-mail address, or to a new one, inside the caller's
 * transaction. Refused: `account_blocked`, `email_taken`.
 */
export async function giveRole(
  ctx: Context,
  tx: Tx,
  invitee: Invitee,
  scope: Scope,
  made: OneTimeLink,
): Promise<Result<Given, { readonly code: 'email_taken' | 'account_blocked' }>> {
  const account = await findAccountByEmail(tx, invitee.email)
  if (account === null) {
    const accountId = await addAccount(ctx, tx, invitee, made)
    await addRole(ctx, tx, accountId, scope)
    return ok({ accountId, linkHash: made.columns.link_hash })
  }
  if (account.state === 'disabled') return err({ code: 'account_blocked' })
  const held = await listAssignments(tx, account.id)
  if (held.some((one) => isSame(one, scope))) return err({ code: 'email_taken' })
  await addRole(ctx, tx, account.id, scope)
  const isOurs = held.every((one) => one.scope_centre_id === scope.scope_centre_id)
  if (account.state === 'active' || !isOurs) return ok({ accountId: account.id, linkHash: null })
  await updateAccount(tx, account.id, made.columns)
  return ok({ accountId: account.id, linkHash: made.columns.link_hash })
}

async function addAccount(ctx: Context, tx: Tx, { email, name }: Invitee, made: OneTimeLink) {
  const id = ctx.newId() as AccountId
  await insertAccount(tx, {
    id,
    email: email.toLowerCase(),
    name,
    password_hash: null,
    state: 'invited',
    ...made.columns,
    created_at: instant(ctx.clock),
    version: 1,
  })
  return id
}

async function addRole(ctx: Context, tx: Tx, accountId: AccountId, scope: Scope): Promise<void> {
  await insertAssignment(tx, {
    ...scope,
    id: ctx.newId(),
    account_id: accountId,
    created_at: instant(ctx.clock),
    ended_at: null,
  })
}

/** The same role in the same place; a narrower or wider area is a change of it, not a second one. */
function isSame(held: AssignmentRow, scope: Scope): boolean {
  return (
    held.role === scope.role &&
    held.scope_centre_id === scope.scope_centre_id &&
    held.school_number === scope.school_number &&
    held.owner_number === scope.owner_number
  )
}
