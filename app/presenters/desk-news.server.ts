import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { StepReason } from '#app/domain/case/transition.ts'
import { fullName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import {
  type DeskNoticeKind,
  kindsFor,
  type NoticeAudience,
} from '#app/domain/notice/desk-notice.ts'
import type { Instant } from '#app/domain/time.ts'
import { type Action, type CaseFacts, can, centresOf } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import { isToldTo } from '#app/policy/told-to.ts'
import { factsOf } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { listUnreached } from '#app/services/notice/unreached.server.ts'
import { findCase } from '#db/queries/case.server.ts'
import { type DeskNoticeRow, listUnread } from '#db/queries/desk-notice.server.ts'
import { listNewestEvents, type ReasonRow } from '#db/queries/placement.server.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { openForList } from '#db/sealing/records.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** How many notices a desk shows at most; the others move up. */
const SHOWN = 10

/** What the history calls that of which a notice tells, where a reason was given for it. */
const REASONED: Readonly<Partial<Record<DeskNoticeKind, string>>> = {
  proposal_declined: 'proposal_declined',
  proposal_sent_back: 'proposal_sent_back',
  case_taken_back: 'assignment_taken_back',
}

/** One thing that waits for the person. */
export type DeskNotice = {
  readonly id: string
  readonly kind: DeskNoticeKind
  readonly at: Instant
  /** The child, where the person may see it; null: it is none of theirs, or no longer. */
  readonly child: { readonly caseId: CaseId; readonly name: string } | null
  /** Why, in the words of whoever decided; null: no reason was given, or none of theirs to read. */
  readonly why: string | null
  /** They were asked to decide, and since then who assigns was changed: somebody else decides. */
  readonly passedOn: boolean
}

/**
 * What is new for a person on one of the desks, newest first: shown, older, listed and elsewhere are
 * together what the menu counts.
 */
export type DeskNews = {
  readonly desk: NoticeAudience
  readonly notices: readonly DeskNotice[]
  /** How many more there are, older than those. */
  readonly older: number
  /** Notices of what stands on the page anyway as to be done: they are counted and not repeated. */
  readonly listed: readonly string[]
  /** How many wait in centres of the person that the page does not show. */
  readonly elsewhere: number
  /** Who was to be told by mail and was not reached; on the centre's own desk only. */
  readonly undelivered: readonly string[]
}

/** The same, with the children it shows by centre: the caller writes down that they were seen. */
export type SeenNews = {
  readonly news: DeskNews
  readonly casesIn: (centreId: CentreId) => readonly CaseId[]
}

const SEES = {
  school: 'case.view_transfer',
  authority: 'case.view_placement',
  counsellor: 'case.view',
} as const satisfies Readonly<Record<NoticeAudience, Action>>

/** What the page lists as to be done, by the kind of the notice that would tell of it once more. */
type Listed = Readonly<Partial<Record<DeskNoticeKind, readonly CaseId[]>>>

/**
 * What waits for the person on a desk, in the centres it shows, but for what the page lists itself. A
 * child is named only to whom the policy shows its case now; a notice itself holds no name.
 */
export async function newsOn(
  ctx: Context,
  desk: NoticeAudience,
  centreIds: readonly CentreId[],
  listed: Listed = {},
): Promise<SeenNews> {
  const everywhere = await unreadOn(ctx, desk)
  const all = everywhere.filter(({ centre_id }) => centreIds.includes(centre_id))
  const isListed = ({ kind, case_id }: DeskNoticeRow) =>
    case_id !== null && (listed[kind]?.includes(case_id) ?? false)
  const untold = all.filter((row) => !isListed(row))
  const rows = untold.slice(0, SHOWN)
  const named = new Map<string, Named>()
  const seen = new Map<CentreId, readonly CaseId[]>()
  for (const centreId of centreIds) {
    const own = rows.filter(({ centre_id }) => centre_id === centreId)
    const children = await childrenOf(ctx, desk, centreId, own)
    for (const [caseId, child] of children) named.set(caseId, child)
    seen.set(centreId, [...children.keys()])
  }
  const notices = rows.map(({ id, kind, made_at, case_id }) => ({
    id,
    kind,
    at: made_at,
    ...toldOf(kind, named.get(case_id ?? '')),
  }))
  const undelivered = await undeliveredIn(ctx, desk, centreIds)
  const listedIds = all.filter(isListed).map(({ id }) => id)
  return {
    news: {
      ...{ desk, notices, older: untold.length - rows.length, listed: listedIds },
      ...{ elsewhere: everywhere.length - all.length, undelivered },
    },
    casesIn: (centreId) => seen.get(centreId) ?? [],
  }
}

/** Kinds that ask for a decision: who decides is a setting of the centre, and can change meanwhile. */
const ASKS_TO: Readonly<Partial<Record<DeskNoticeKind, Asked>>> = {
  proposal_waits: 'case.assign',
  assignment_waits: 'case.assign',
  report_waits: 'case.decide_capacity',
}
type Asked = 'case.assign' | 'case.decide_capacity'

/** A child as its notices name it, with what was said no to, by the kind of the notice. */
type Named = NonNullable<DeskNotice['child']> & {
  readonly may: (action: Asked) => boolean
  readonly why: Readonly<Partial<Record<DeskNoticeKind, string>>>
}

function toldOf(
  kind: DeskNoticeKind,
  named: Named | undefined,
): Pick<DeskNotice, 'child' | 'why' | 'passedOn'> {
  if (named === undefined) return { child: null, why: null, passedOn: false }
  const { caseId, name, why, may } = named
  const asked = ASKS_TO[kind]
  const passedOn = asked !== undefined && !may(asked)
  return { child: { caseId, name }, why: why[kind] ?? null, passedOn }
}

async function unreadOn(
  { actor, database }: Context,
  desk: NoticeAudience,
): Promise<readonly DeskNoticeRow[]> {
  if (actor.kind !== 'staff') return []
  const centreIds = centresOf(actor, ROLES)
  const unread = await listUnread(database.db, actor.accountId, centreIds, kindsFor(desk))
  return unread.filter((notice) => isToldTo(actor.assignments, notice))
}

/** The children that the person may see, by case. */
async function childrenOf(
  ctx: Context,
  desk: NoticeAudience,
  centreId: CentreId,
  rows: readonly DeskNoticeRow[],
): Promise<ReadonlyMap<CaseId, Named>> {
  const cases: PupilCase[] = []
  const factsById = new Map<CaseId, CaseFacts>()
  const ids = new Set(rows.flatMap(({ case_id }) => (case_id === null ? [] : [case_id])))
  for (const id of ids) {
    const found = await findCase(ctx.database.db, [centreId], id)
    if (found === null) continue
    const facts = factsOf(ctx, found)
    if (!can(ctx.actor, SEES[desk], facts)) continue
    cases.push(found.pupilCase)
    factsById.set(id, facts)
  }
  const childIds = cases.map(({ childId }) => childId)
  const children = await openChildren(ctx, centreId, childIds)
  const why = desk === 'counsellor' ? await reasonsOf(ctx, centreId, cases, rows) : NO_REASON
  return new Map(
    cases.flatMap(({ id: caseId, childId }) => {
      const child = children.get(childId)
      if (child === undefined) return []
      const facts = factsById.get(caseId)
      const may = (action: Asked) => facts !== undefined && can(ctx.actor, action, facts)
      return [[caseId, { caseId, name: fullName(child), why: why(caseId), may }]]
    }),
  )
}

type Why = (caseId: CaseId) => Named['why']

const NO_REASON: Why = () => ({})

/** Why it was so, for the centre alone: the newest reason of each kind that is to be told. */
async function reasonsOf(
  { database: { db }, keys }: Context,
  centreId: CentreId,
  cases: readonly PupilCase[],
  rows: readonly DeskNoticeRow[],
): Promise<Why> {
  const opened = await keys.findMany(
    'child',
    centreId,
    cases.map(({ childId }) => childId),
  )
  const found = new Map<CaseId, Record<string, string>>()
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const event = REASONED[kind]
    const told = new Set(rows.filter((row) => row.kind === kind).map(({ case_id }) => case_id))
    const own = event === undefined ? [] : cases.filter(({ id }) => told.has(id))
    const ids = own.map(({ id }) => id)
    const events = await listNewestEvents(db, centreId, ids, {
      ...{ event: event ?? '', stage: 'waiting' },
    })
    for (const { id, childId } of own) {
      const sentence = sentenceOf(opened.get(childId), events.get(id))
      if (sentence !== null) found.set(id, { ...found.get(id), [kind]: sentence })
    }
  }
  return (caseId) => found.get(caseId) ?? {}
}

function sentenceOf(key: SubjectKey | undefined, row: ReasonRow | undefined): string | null {
  if (key === undefined || row === undefined || row.sealed === null) return null
  const reason = openForList<StepReason>(key, 'case_event', row.centre_id, row.id, row.sealed)
  return reason?.sentence ?? null
}

async function undeliveredIn(
  ctx: Context,
  desk: NoticeAudience,
  centreIds: readonly CentreId[],
): Promise<readonly string[]> {
  if (ctx.mail === null || desk !== 'counsellor') return []
  return (await listUnreached(ctx, centreIds)).map(({ name }) => name)
}

/** Cases of two lists of one page, each once. */
export function union(one: readonly CaseId[], other: readonly CaseId[]): readonly CaseId[] {
  return [...new Set([...one, ...other])]
}
