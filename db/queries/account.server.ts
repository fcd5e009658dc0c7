import type { AccountId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type AccountRow = Row<'account'>
export type AssignmentRow = Row<'role_assignment'>

/** The account with an e-mail address (compared in lower case). */
export async function findAccountByEmail(db: Db, email: string): Promise<AccountRow | null> {
  const row = await db
    .selectFrom('account')
    .selectAll()
    .where('email', '=', email.toLowerCase())
    .executeTakeFirst()
  return row ?? null
}

/** The account with an id. */
export async function findAccount(db: Db, id: AccountId): Promise<AccountRow | null> {
  const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** The account a one-time link belongs to, whether the link still holds or not. */
export async function findAccountByLink(db: Db, linkHash: string): Promise<AccountRow | null> {
  const row = await db
    .selectFrom('account')
    .selectAll()
    .where('link_hash', '=', linkHash)
    .executeTakeFirst()
  return row ?? null
}

/** The roles an account holds now. */
export async function listAssignments(
  db: Db,
  accountId: AccountId,
): Promise<readonly AssignmentRow[]> {
  return db
    .selectFrom('role_assignment')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .execute()
}

/** Accounts that hold a role in a centre, with that role, by name. */
export async function listAccountsOfCentre(db: Db, centreId: CentreId) {
  return db
    .selectFrom('role_assignment')
    .innerJoin('account', 'account.id', 'role_assignment.account_id')
    .leftJoin('school', 'school.number', 'role_assignment.school_number')
    .select([
      'account.id',
      'account.name',
      'account.email',
      'account.state',
      'account.link_expires_at',
      'account.version',
      'role_assignment.id as assignment_id',
      'role_assignment.role',
      'role_assignment.school_number',
      'role_assignment.owner_number',
      'role_assignment.area',
      'role_assignment.forms',
      'school.short_name',
    ])
    .where('role_assignment.scope_centre_id', '=', centreId)
    .where('role_assignment.ended_at', 'is', null)
    .orderBy('account.name')
    .orderBy('account.id')
    .orderBy('role_assignment.role')
    .execute()
}

/** Which of the accounts also hold a role outside the centre: their lead alone may not reset them. */
export async function listSharedAccounts(
  db: Db,
  centreId: CentreId,
  ids: readonly AccountId[],
): Promise<readonly AccountId[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('role_assignment')
    .select('account_id')
    .distinct()
    .where('account_id', 'in', [...ids])
    .where('ended_at', 'is', null)
    .where((eb) =>
      eb.or([eb('scope_centre_id', 'is', null), eb('scope_centre_id', '<>', centreId)]),
    )
    .execute()
  return rows.map(({ account_id }) => account_id)
}

/**
 * Active leads of a centre besides one account. On PostgreSQL their rows are locked until the
 * commit, so that two leads who disable each other at the same second do not leave none.
 */
export async function listOtherLeads(
  tx: Tx,
  centreId: CentreId,
  accountId: AccountId,
): Promise<readonly AccountId[]> {
  const query = tx
    .selectFrom('account')
    .innerJoin('role_assignment', 'role_assignment.account_id', 'account.id')
    .select(['account.id', 'account.state'])
    .where('role_assignment.scope_centre_id', '=', centreId)
    .where('role_assignment.role', '=', 'lead')
    .where('role_assignment.ended_at', 'is', null)
    .orderBy('account.id')
  const rows = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).execute()
  return rows.filter(({ id, state }) => id !== accountId && state === 'active').map(({ id }) => id)
}

/**
 * Whether a school has an account that can sign in, or an invitation that can still be used at
 * `now`: one that nobody opened in time does not stop others from entering its seats.
 */
export async function schoolHasAccount(
  db: Db,
  schoolNumber: SchoolNumber,
  now: Instant,
): Promise<boolean> {
  const row = await whoCanSignIn(db, 'school', now)
    .where('role_assignment.school_number', '=', schoolNumber)
    .executeTakeFirst()
  return row !== undefined
}

/** The same of an owner of schools (Schulträger) in a centre. */
export async function ownerHasAccount(
  db: Db,
  centreId: CentreId,
  ownerNumber: string,
  now: Instant,
): Promise<boolean> {
  const row = await whoCanSignIn(db, 'owner', now)
    .where('role_assignment.scope_centre_id', '=', centreId)
    .where('role_assignment.owner_number', '=', ownerNumber)
    .executeTakeFirst()
  return row !== undefined
}

function whoCanSignIn(db: Db, role: string, now: Instant) {
  return db
    .selectFrom('role_assignment')
    .innerJoin('account', 'account.id', 'role_assignment.account_id')
    .select('account.id')
    .where('role_assignment.role', '=', role)
    .where('role_assignment.ended_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('account.state', '=', 'active'),
        eb.and([eb('account.state', '=', 'invited'), eb('account.link_expires_at', '>', now)]),
      ]),
    )
}

/** Adds an account. */
export async function insertAccount(tx: Tx, account: AccountRow): Promise<void> {
  await tx.insertInto('account').values(account).execute()
}

/** Adds a role assignment. */
export async function insertAssignment(tx: Tx, assignment: AssignmentRow): Promise<void> {
  await tx.insertInto('role_assignment').values(assignment).execute()
}

/** Ends a role: the right stops at the person's next request. */
export async function endAssignment(tx: Tx, id: string, at: Instant): Promise<void> {
  await tx.updateTable('role_assignment').set({ ended_at: at }).where('id', '=', id).execute()
}

/**
 * Uses up a one-time link: sets the password, opens the account. False when the link was used,
 * renewed or withdrawn since it was read.
 */
export async function redeemLink(
  tx: Tx,
  id: AccountId,
  linkHash: string,
  passwordHash: string,
): Promise<boolean> {
  const redeemed = await tx
    .updateTable('account')
    .set((eb) => ({
      password_hash: passwordHash,
      state: 'active',
      link_hash: null,
      link_expires_at: null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('link_hash', '=', linkHash)
    .where('state', '<>', 'disabled')
    .executeTakeFirst()
  return Number(redeemed.numUpdatedRows) === 1
}

/** Changes an account. */
export async function updateAccount(
  tx: Tx,
  id: AccountId,
  change: Partial<Omit<AccountRow, 'id' | 'created_at' | 'version'>>,
): Promise<void> {
  await tx
    .updateTable('account')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/**
 * The account as it stands inside a transaction. On PostgreSQL its row is locked until the commit: a
 * reset or a disabling that runs at the same moment comes wholly before or wholly after.
 */
export async function lockAccount(tx: Tx, id: AccountId): Promise<AccountRow | null> {
  const query = tx.selectFrom('account').selectAll().where('id', '=', id)
  const row = await (engineOf(tx) === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row ?? null
}

/** A session with the account and its roles, or null when there is none that still holds. */
export async function findSession(db: Db, idHash: string) {
  const session = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .select((eb) => [
      'session.id_hash',
      'session.account_id',
      'session.created_at',
      'session.last_seen_at',
      'session.absolute_end',
      'session.step_up_until',
      'session.factor_at',
      'account.name',
      'account.state',
      eb
        .selectFrom('second_factor')
        .whereRef('second_factor.account_id', '=', 'session.account_id')
        .where('second_factor.confirmed_at', 'is not', null)
        .select((sub) => sub.fn.countAll<number>().as('count'))
        .as('factors'),
    ])
    .where('session.id_hash', '=', idHash)
    .where('session.ended_at', 'is', null)
    .executeTakeFirst()
  return session ?? null
}

/** The row of a session that was not ended, or null. */
export async function findOpenSession(db: Db, idHash: string): Promise<Row<'session'> | null> {
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('id_hash', '=', idHash)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Adds a session. */
export async function insertSession(tx: Tx, session: Row<'session'>): Promise<void> {
  await tx.insertInto('session').values(session).execute()
}

/** Notes that a session was used. */
export async function touchSession(tx: Tx, idHash: string, at: Instant): Promise<void> {
  await tx.updateTable('session').set({ last_seen_at: at }).where('id_hash', '=', idHash).execute()
}

/** Ends one session. */
export async function endSession(tx: Tx, idHash: string, at: Instant): Promise<void> {
  await tx.updateTable('session').set({ ended_at: at }).where('id_hash', '=', idHash).execute()
}

/** Ends every session of an account, but the one that is kept: its rights stop at the next request. */
export async function endSessionsOf(
  tx: Tx,
  accountId: AccountId,
  at: Instant,
  kept: string | null = null,
): Promise<void> {
  await tx
    .updateTable('session')
    .set({ ended_at: at })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('id_hash', '<>', kept ?? '')
    .execute()
}

/** Sessions of an account that still hold at `now` and were used since `idleSince`, newest first. */
export async function listLiveSessions(
  db: Db,
  accountId: AccountId,
  now: Instant,
  idleSince: Instant,
): Promise<readonly Pick<Row<'session'>, 'id_hash' | 'created_at' | 'last_seen_at' | 'browser'>[]> {
  return db
    .selectFrom('session')
    .select(['id_hash', 'created_at', 'last_seen_at', 'browser'])
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .where('absolute_end', '>', now)
    .where('last_seen_at', '>', idleSince)
    .orderBy('created_at', 'desc')
    .execute()
}
