import type { AccountId, CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { authorize, can, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { type Actor, ROLES, type StaffRole } from '#app/policy/roles.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listAccountsOfCentre, listSharedAccounts } from '#db/queries/account.server.ts'
import { listCentres } from '#db/queries/centre.server.ts'
import { type CentreName, chosenCentre } from './chosen-centre.server.ts'

/** One role of an account in the centre, with its narrower scope in words of the list. */
export type AccountRole = {
  readonly assignmentId: string
  readonly role: StaffRole
  readonly school: { readonly number: string; readonly name: string } | null
  readonly ownerNumber: string | null
  /** AGS prefixes; null: the whole centre. */
  readonly area: string | null
  /** Keys of Schulformen; null: all. */
  readonly forms: readonly string[] | null
}

/** An account as the person who looks may change it. */
export type AccountLine = {
  readonly id: AccountId
  readonly name: string
  readonly email: string
  readonly state: 'active' | 'invited' | 'link_expired' | 'disabled'
  readonly linkUntil: Instant | null
  readonly roles: readonly AccountRole[]
  readonly isOwn: boolean
  /** Also works outside this centre. */
  readonly isShared: boolean
  readonly mayReset: boolean
  readonly mayDisable: boolean
  readonly mayEnable: boolean
  readonly mayEndRoles: boolean
}

export type AccountsPage = {
  readonly centre: CentreName | null
  /** All centres the person may manage; empty when there is only one. */
  readonly centres: readonly CentreName[]
  /** `leads`: the operator, who invites leads and sees only them and shared accounts. */
  readonly scope: 'all' | 'leads'
  readonly accounts: readonly AccountLine[]
}

/**
 * The accounts of a centre: for its lead all of them, for the operator the leads and those that
 * work for several centres. `wanted` is the centre's id from the address; another one than the
 * person's own is not shown. Refused: `forbidden`.
 */
export async function accountsPage(
  ctx: Context,
  wanted: string | null,
): Promise<Result<AccountsPage, Forbidden>> {
  const { actor } = ctx
  const chosen = chosenCentre(await manageableCentres(ctx), wanted)
  if (chosen === null) return emptyPage(actor)
  const centreId = chosen.centre.id
  const isLead = can(actor, 'account.manage', { centreId })
  const permit = isLead
    ? authorize(actor, 'account.manage', { centreId })
    : authorize(actor, 'lead.invite', { centreId })
  if (!permit.ok) return permit
  const all = await accountsOf(ctx, centreId, permit.value)
  const accounts = isLead ? all : all.filter(isForOperator)
  await recordRead(ctx, permit.value, centreId, {
    event: 'accounts_viewed',
    count: accounts.length,
  })
  return ok({ ...chosen, scope: isLead ? 'all' : 'leads', accounts })
}

/** An operator may come before the first centre is there. */
function emptyPage(actor: Actor): Result<AccountsPage, Forbidden> {
  const isOperator =
    actor.kind === 'staff' && actor.assignments.some(({ role }) => role === 'operator')
  return isOperator
    ? ok({ centre: null, centres: [], scope: 'leads', accounts: [] })
    : err({ code: 'forbidden', action: 'account.manage' })
}

async function manageableCentres({ actor, database }: Context) {
  const all = await listCentres(database.db)
  return all
    .filter(({ id }) => {
      const centre = { centreId: id }
      return can(actor, 'account.manage', centre) || can(actor, 'lead.invite', centre)
    })
    .map(({ id, name }) => ({ id, name }))
}

type Row = Awaited<ReturnType<typeof listAccountsOfCentre>>[number]

async function accountsOf(
  ctx: Context,
  centreId: CentreId,
  permit: Permit,
): Promise<readonly AccountLine[]> {
  const rows = await listAccountsOfCentre(ctx.database.db, centreId)
  const byAccount = new Map<AccountId, Row[]>()
  for (const row of rows) {
    const held = byAccount.get(row.id) ?? []
    held.push(row)
    byAccount.set(row.id, held)
  }
  const shared = new Set(await listSharedAccounts(ctx.database.db, centreId, [...byAccount.keys()]))
  return [...byAccount.values()].flatMap((held) => {
    const [first] = held
    return first === undefined ? [] : [lineOf(ctx, permit, first, held, shared.has(first.id))]
  })
}

function lineOf(
  ctx: Context,
  permit: Permit,
  first: Row,
  held: readonly Row[],
  isShared: boolean,
): AccountLine {
  const isOwn = ctx.actor.kind === 'staff' && ctx.actor.accountId === first.id
  const mayChange = !isOwn && !(isShared && permit.action === 'account.manage')
  const isDisabled = first.state === 'disabled'
  return {
    id: first.id,
    name: first.name,
    email: first.email,
    state: stateOf(first, instant(ctx.clock)),
    linkUntil: first.link_expires_at,
    roles: held.map(toRole),
    isOwn,
    isShared,
    mayReset: mayChange && !isDisabled,
    mayDisable: mayChange && !isDisabled,
    mayEnable: mayChange && isDisabled,
    mayEndRoles: !isOwn && (isShared || held.length > 1),
  }
}

function stateOf({ state, link_expires_at }: Row, now: Instant): AccountLine['state'] {
  if (state !== 'invited') return state
  return (link_expires_at ?? '') > now ? 'invited' : 'link_expired'
}

function toRole(row: Row): AccountRole {
  return {
    assignmentId: row.assignment_id,
    role: ROLES.find((role) => role === row.role) ?? 'counsellor',
    school:
      row.school_number === null
        ? null
        : { number: row.school_number, name: row.short_name ?? row.school_number },
    ownerNumber: row.owner_number,
    area: row.area,
    forms: row.forms === null ? null : row.forms.split(','),
  }
}

function isForOperator({ roles, isShared }: AccountLine): boolean {
  return isShared || roles.some(({ role }) => role === 'lead')
}
