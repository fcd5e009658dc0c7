import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { fullName } from '#app/domain/child/name.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import {
  type DeskNoticeKind,
  kindsFor,
  lateBefore,
  type NoticeAudience,
} from '#app/domain/notice/desk-notice.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { type Action, can } from '#app/policy/policy.ts'
import { factsOf } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCase } from '#db/queries/case.server.ts'
import { type DeskNoticeRow, listUnread } from '#db/queries/desk-notice.server.ts'
import { listUndelivered } from '#db/queries/outbox.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** How many notices a desk shows at most. */
const SHOWN = 10

/** One thing that waits for the person. */
export type DeskNotice = {
  readonly id: string
  readonly kind: DeskNoticeKind
  readonly at: Instant
  /** The child, where the person may see it; null: it is none of theirs, or no longer. */
  readonly child: { readonly caseId: CaseId; readonly name: string } | null
}

/** What is new for a person on one of the desks, newest first. */
export type DeskNews = {
  readonly desk: NoticeAudience
  readonly notices: readonly DeskNotice[]
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

/**
 * What waits for the person on a desk, in the centres it shows. A child is named only to whom the
 * policy shows its case now; a notice itself holds no name.
 */
export async function newsOn(
  ctx: Context,
  desk: NoticeAudience,
  centreIds: readonly CentreId[],
): Promise<SeenNews> {
  const rows = await unreadOn(ctx, desk, centreIds)
  const named = new Map<string, NonNullable<DeskNotice['child']>>()
  const seen = new Map<CentreId, readonly CaseId[]>()
  for (const centreId of centreIds) {
    const own = rows.filter(({ centre_id }) => centre_id === centreId)
    const children = await childrenOf(ctx, desk, centreId, own)
    for (const [caseId, name] of children) named.set(caseId, { caseId, name })
    seen.set(centreId, [...children.keys()])
  }
  const notices = rows.map(({ id, kind, made_at, case_id }) => ({
    id,
    kind,
    at: made_at,
    child: named.get(case_id ?? '') ?? null,
  }))
  return {
    news: { desk, notices, undelivered: await undeliveredIn(ctx, desk, centreIds) },
    casesIn: (centreId) => seen.get(centreId) ?? [],
  }
}

async function unreadOn(
  { actor, database }: Context,
  desk: NoticeAudience,
  centreIds: readonly CentreId[],
): Promise<readonly DeskNoticeRow[]> {
  if (actor.kind !== 'staff') return []
  return listUnread(database.db, actor.accountId, centreIds, kindsFor(desk), SHOWN)
}

/** The names of the children that the person may see, by case. */
async function childrenOf(
  ctx: Context,
  desk: NoticeAudience,
  centreId: CentreId,
  rows: readonly DeskNoticeRow[],
): Promise<ReadonlyMap<CaseId, string>> {
  const cases: PupilCase[] = []
  const ids = new Set(rows.flatMap(({ case_id }) => (case_id === null ? [] : [case_id])))
  for (const id of ids) {
    const found = await findCase(ctx.database.db, [centreId], id)
    if (found !== null && can(ctx.actor, SEES[desk], factsOf(ctx, found))) {
      cases.push(found.pupilCase)
    }
  }
  const childIds = cases.map(({ childId }) => childId)
  const children = await openChildren(ctx, centreId, childIds)
  return new Map(
    cases.flatMap(({ id, childId }) => {
      const child = children.get(childId)
      return child === undefined ? [] : [[id, fullName(child)]]
    }),
  )
}

async function undeliveredIn(
  { mail, database, clock }: Context,
  desk: NoticeAudience,
  centreIds: readonly CentreId[],
): Promise<readonly string[]> {
  if (mail === null || desk !== 'counsellor') return []
  const late = lateBefore(instant(clock))
  return (await listUndelivered(database.db, centreIds, late)).map(({ name }) => name)
}

/** Cases of two lists of one page, each once. */
export function union(one: readonly CaseId[], other: readonly CaseId[]): readonly CaseId[] {
  return [...new Set([...one, ...other])]
}
