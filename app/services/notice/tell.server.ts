import type { AccountId, CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import {
  audienceOf,
  type Colleague,
  type DeskNoticeKind,
  mailDueAt,
  noticesOf,
  rolesTold,
  settledBy,
  settledForTold,
  toldAtCentre,
  withoutActor,
} from '#app/domain/notice/desk-notice.ts'
import { instant } from '#app/domain/time.ts'
import { type Action, type CaseFacts, can } from '#app/policy/policy.ts'
import { findCase } from '#db/queries/case.server.ts'
import {
  type DeskNoticeRow,
  insertDeskNotices,
  listRefusingMail,
  listRolesOfCentre,
  settleNotices,
} from '#db/queries/desk-notice.server.ts'
import { insertMessage, listAwaitingMail } from '#db/queries/outbox.server.ts'
import type { Tx } from '#db/schema.ts'
import { toAssignment } from '../account/assignments.server.ts'
import { factsOf } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'

type Happened = {
  readonly centreId: CentreId
  readonly caseId: CaseId
  /** Past tense, as the history has it: `school_proposed`. */
  readonly event: string
  /** The school it was about; null: none. */
  readonly schoolNumber: SchoolNumber | null
}

/** Whom the rules let do what somebody is told of: the school in question, and who assigns. */
const DOES = {
  school_proposed: 'case.say_can_admit',
  school_assigned: 'case.confirm_admission',
  proposal_waits: 'case.assign',
  capacity_reported: 'case.decide_capacity',
  report_waits: 'case.decide_capacity',
  school_kept: 'case.confirm_admission',
  school_taken_back: 'case.confirm_admission',
  regular_place_sought: 'case.view_placement',
  assignment_waits: 'case.assign',
} as const satisfies Partial<Record<DeskNoticeKind, Action>>

/**
 * Tells everybody whose turn it is after a decision, but who made it: a notice on the desk and, where
 * the installation sends mail, one mail per person. What was told of the case before and is settled by
 * it counts as read. Inside the caller's transaction: they exist
 * exactly if the decision does.
 */
export async function tellOf(ctx: Context, tx: Tx, happened: Happened): Promise<void> {
  await settleNotices(tx, happened, settledBy(happened.event), instant(ctx.clock))
  const kinds = noticesOf(happened.event)
  if (kinds.length === 0) return
  const notices: DeskNoticeRow[] = []
  for (const kind of kinds) {
    const told = withoutActor(await toldOf(ctx, tx, happened, kind), actorId(ctx))
    await settleNotices(tx, happened, settledForTold(kind), instant(ctx.clock), told)
    notices.push(...told.map((accountId) => noticeRow(ctx, happened, kind, accountId)))
  }
  await insertDeskNotices(tx, notices)
  await writeMails(ctx, tx, happened, notices)
}

/** Who is told of something, whoever acted. */
async function toldOf(
  ctx: Context,
  tx: Tx,
  { centreId, caseId, schoolNumber }: Happened,
  kind: DeskNoticeKind,
): Promise<readonly AccountId[]> {
  const found = await findCase(tx, [centreId], caseId)
  if (found === null) return []
  const facts = factsOf(ctx, found)
  if (audienceOf(kind) === 'counsellor') {
    return toldOfOwnCase(ctx, tx, { facts, counsellorId: found.row.counsellor_id, kind })
  }
  // the school has nothing of the case any more: whoever could still admit the child before is told
  const then: CaseFacts =
    kind === 'school_taken_back' ? { ...facts, stage: 'assigned', schoolNumber } : facts
  const told = await whoMay(tx, then, kind)
  return told.map(({ account_id }) => account_id)
}

type OwnCase = {
  readonly facts: CaseFacts
  readonly counsellorId: AccountId | null
  readonly kind: DeskNoticeKind
}

/** Who at the centre is told. */
async function toldOfOwnCase(
  ctx: Context,
  tx: Tx,
  { facts, counsellorId, kind }: OwnCase,
): Promise<readonly AccountId[]> {
  if (kind === 'assignment_waits') {
    const others = await whoMay(tx, facts, kind)
    // nobody's case in particular: whoever else may assign can do it
    return toldAtCentre(
      null,
      colleagues(others.filter(({ account_id }) => account_id !== actorId(ctx))),
    )
  }
  if (kind === 'report_waits') {
    return toldAtCentre(counsellorId, colleagues(await whoMay(tx, facts, kind)))
  }
  const roles = await listRolesOfCentre(tx, facts.centreId, rolesTold('counsellor'))
  const told = toldAtCentre(counsellorId, colleagues(roles))
  if (kind !== 'case_reported') return told
  // who may answer the report is asked to, and not told besides that somebody is
  const answering = new Set(
    (await whoMay(tx, facts, 'report_waits')).map(({ account_id }) => account_id),
  )
  return told.filter((id) => !answering.has(id))
}

type HeldRole = Awaited<ReturnType<typeof listRolesOfCentre>>[number]

function colleagues(roles: readonly HeldRole[]): readonly Colleague[] {
  return roles.map(({ account_id, role }) => ({ accountId: account_id, role }) as Colleague)
}

async function whoMay(
  tx: Tx,
  facts: CaseFacts,
  kind: DeskNoticeKind,
): Promise<readonly HeldRole[]> {
  const action = DOES[kind as keyof typeof DOES]
  const roles = await listRolesOfCentre(tx, facts.centreId, rolesTold(audienceOf(kind)))
  return roles.filter((row) => {
    const assignments = toAssignment(row)
    const actor = { kind: 'staff', accountId: row.account_id, name: '', assignments } as const
    return can(actor, action, facts)
  })
}

function noticeRow(
  ctx: Context,
  { centreId, caseId }: Happened,
  kind: DeskNoticeKind,
  accountId: AccountId,
): DeskNoticeRow {
  return {
    centre_id: centreId,
    id: ctx.newId(),
    account_id: accountId,
    kind,
    case_id: caseId,
    made_at: instant(ctx.clock),
    read_at: null,
  }
}

/**
 * One mail per person, unless one waits already or the person wants none. It names no case: further
 * notices, of other children, are told by the same mail, and outlive the first.
 */
async function writeMails(
  ctx: Context,
  tx: Tx,
  { centreId }: Happened,
  notices: readonly DeskNoticeRow[],
): Promise<void> {
  if (ctx.mail === null) return
  const ids = notices.map(({ account_id }) => account_id)
  const refusing = await listRefusingMail(tx, ids)
  const awaiting = await listAwaitingMail(tx, ids)
  const written = new Set<AccountId>()
  // always in the same order: two decisions at the same moment do not wait for one another
  for (const notice of notices.toSorted((a, b) => a.account_id.localeCompare(b.account_id))) {
    const to = notice.account_id
    if (refusing.has(to) || awaiting.has(to) || written.has(to)) continue
    written.add(to)
    await insertMessage(tx, {
      centre_id: centreId,
      id: ctx.newId(),
      account_id: to,
      event_id: notice.id,
      channel: 'mail',
      case_id: null,
      sealed: null,
      state: 'waiting',
      attempts: 0,
      run_at: mailDueAt(notice.made_at),
      lease_until: null,
      leased_by: null,
      // not a moment after what it tells of
      created_at: notice.made_at,
    })
  }
}

function actorId({ actor }: Context): AccountId | null {
  return actor.kind === 'staff' ? actor.accountId : null
}
