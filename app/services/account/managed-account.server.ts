import type { AccountId, CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, can, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Actor } from '#app/policy/roles.ts'
import {
  type AccountRow,
  type AssignmentRow,
  findAccount,
  listAssignments,
  listOtherLeads,
} from '#db/queries/account.server.ts'
import type { Tx } from '#db/schema.ts'

/** The account of a centre somebody wants to change. */
export type AccountCommand = { readonly centreId: CentreId; readonly accountId: AccountId }

export type ManageRefusal =
  | Forbidden
  | { readonly code: 'account_not_found' | 'own_account' | 'account_shared' | 'last_lead' }

/** An account one may change, with the roles it holds in the centre. */
export type Managed = {
  readonly account: AccountRow
  readonly here: readonly AssignmentRow[]
  readonly isShared: boolean
}

/** A lead manages the accounts of the centre, the operator its leads. Refused: `forbidden`. */
export function permitToManage(actor: Actor, centreId: CentreId): Result<Permit, Forbidden> {
  return can(actor, 'account.manage', { centreId })
    ? authorize(actor, 'account.manage', { centreId })
    : authorize(actor, 'lead.invite', { centreId })
}

/**
 * The account, when it may be changed by this person. Nobody changes their own. The operator
 * reaches leads, and accounts that also work outside the centre. Refused: `account_not_found`,
 * `own_account`, `forbidden`.
 */
export async function managedAccount(
  tx: Tx,
  actor: Actor,
  permit: Permit,
  { centreId, accountId }: AccountCommand,
): Promise<Result<Managed, ManageRefusal>> {
  const account = await findAccount(tx, accountId)
  const held = account === null ? [] : await listAssignments(tx, accountId)
  const here = held.filter((one) => one.scope_centre_id === centreId)
  if (account === null || here.length === 0) return err({ code: 'account_not_found' })
  if (actor.kind === 'staff' && actor.accountId === accountId) return err({ code: 'own_account' })
  const managed = { account, here, isShared: here.length < held.length }
  return permit.action === 'account.manage' || isForOperator(managed)
    ? ok(managed)
    : err({ code: 'forbidden', action: permit.action })
}

/**
 * The account, when this person may change the whole of it: a lead could otherwise sign in as
 * somebody who also works for another centre. Refused: as {@link managedAccount}, `account_shared`.
 */
export async function wholeAccount(
  tx: Tx,
  actor: Actor,
  permit: Permit,
  command: AccountCommand,
): Promise<Result<Managed, ManageRefusal>> {
  const managed = await managedAccount(tx, actor, permit, command)
  if (!managed.ok) return managed
  return managed.value.isShared && permit.action === 'account.manage'
    ? err({ code: 'account_shared' })
    : managed
}

/** Whether a centre would be left without an active lead if this one went. Counts and locks. */
export async function isLastLead(tx: Tx, { account, here }: Managed): Promise<boolean> {
  const lead = here.find(({ role }) => role === 'lead')
  if (lead === undefined || lead.scope_centre_id === null) return false
  if (account.state !== 'active') return false
  return (await listOtherLeads(tx, lead.scope_centre_id, account.id)).length === 0
}

function isForOperator({ here, isShared }: Managed): boolean {
  return isShared || here.some(({ role }) => role === 'lead')
}
