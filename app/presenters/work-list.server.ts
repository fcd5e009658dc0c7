import { formatCaseNumber, parseCaseNumber } from '#app/domain/case/case-number.ts'
import type { WaitsFor } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { AssignedBy, Targets } from '#app/domain/centre/centre.ts'
import type { AccountId, CentreId, ChildId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addDays, type CalendarDate, dayOf, type Instant, instant } from '#app/domain/time.ts'
import {
  authorize,
  centresOf,
  centresWhere,
  type Forbidden,
  type Permit,
} from '#app/policy/policy.ts'
import { factsOfOwn } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { type CentreRow, listCentresById } from '#db/queries/centre.server.ts'
import {
  countWork,
  findCaseByNumber,
  lastCaseEvent,
  listWork,
  type WorkCount,
  type WorkFilter,
} from '#db/queries/work-list.server.ts'
import { NAMES_WAIT_MS } from '#db/sealing/name-index-feed.server.ts'
import { type CentreName, chosenCentre } from './chosen-centre.server.ts'
import { deciderFor } from './decider.server.ts'
import { type DeskNews, newsOn, union } from './desk-news.server.ts'
import { makeKeeper } from './work-list-kept.server.ts'
import { type Medians, mediansOf } from './work-list-medians.server.ts'
import { type WorkRow, workRow } from './work-list-row.server.ts'

/** Rows of a page, here and on every list of cases. */
export const PAGE_SIZE = 25
/** A search shows this many children at most: who sees more than a page types on. */
const MOST_FOUND = 100

type Narrowing = 'overdue' | 'us' | 'family' | 'school' | 'authority'
type Scope = 'mine' | 'all'

/** What a list is searched for. Links of the page carry the word sealed, never as it is. */
export type Search = {
  /** Empty: nothing. */
  readonly word: string
  readonly sealed: string | null
  /** The address brought a word that does not open any more. */
  readonly hasSearchEnded: boolean
}

export type WorkListView = Search & {
  /** Which centre is asked for; on a page the one shown, null when there is only one to show. */
  readonly centre: string | null
  readonly scope: Scope | null
  readonly narrow: Narrowing | null
  readonly page: number
}

export type WorkGroup = {
  readonly when: 'overdue' | 'soon' | 'later'
  /** All rows of the group, also those of other pages. */
  readonly count: number
  readonly rows: readonly WorkRow[]
}

export type WorkListPage = {
  /** Centres one may change between; empty when there is only one. */
  readonly centres: readonly CentreName[]
  readonly today: CalendarDate
  readonly soonUntil: CalendarDate
  readonly medians: Medians
  readonly view: WorkListView & { readonly scope: Scope }
  readonly counts: Readonly<Record<Scope | Narrowing, number>>
  readonly total: number
  readonly pageSize: number
  readonly groups: readonly WorkGroup[]
  /** Only on an empty page: how many others are waited for, and what is due next. */
  readonly outlook: {
    readonly waitingForOthers: number
    readonly next: WorkRow | null
  } | null
  readonly news: DeskNews
}

/** What a page of the list is made from, whoever looks. */
type Ground = {
  readonly ctx: Context
  readonly centreId: CentreId
  readonly assignedBy: AssignedBy
  readonly targets: Targets
  readonly now: Instant
  readonly today: CalendarDate
  readonly soonUntil: CalendarDate
}

/**
 * The work list of a centre: overdue first, then by the day due. Names come from the index in memory.
 * Which cases were shown is written down first. Refused: `forbidden`, `index_filling` while the names
 * are read in.
 */
export async function workListPage(
  ctx: Context,
  asked: WorkListView,
): Promise<Result<WorkListPage, Refusal>> {
  const door = await openList(ctx, asked.centre)
  if (!door.ok) return door
  const { centre, centres, shownAs, permit } = door.value
  const ground = groundOf(ctx, centre)
  const view = { ...asked, centre: shownAs, scope: asked.scope ?? homeScope(ctx, centre.id) }
  const lastEvent = await lastCaseEvent(ctx.database.db, centre.id)
  const counts = await countsOf(ground, `${centre.version}|${lastEvent}`)
  const found = await findRows(ground, view, counts)
  const isEmpty = found.total === 0 && view.word === ''
  const outlook = isEmpty ? await outlookFor(ground, view, counts) : null
  const medians = await mediansOf(ctx, centre.id, ground.targets, {
    now: ground.now,
    lastEvent,
  })
  const { news, casesIn } = await newsOn(ctx, 'counsellor', [centre.id])
  const shown = [...found.rows, ...(outlook?.next ? [outlook.next] : [])]
  await recordRead(ctx, permit, centre.id, {
    event: 'list_viewed',
    list: 'work_list',
    caseIds: union(
      shown.map(({ caseId }) => caseId),
      casesIn(centre.id),
    ),
  })
  return ok({
    centres,
    today: ground.today,
    soonUntil: ground.soonUntil,
    medians,
    view: { ...view, page: found.page },
    counts: chipCounts(ctx, counts, view.scope),
    total: found.total,
    pageSize: PAGE_SIZE,
    groups: grouped(ground, found),
    outlook,
    news,
  })
}

/** The centre a list of cases shows, and the right to see it. */
type ListDoor = {
  readonly centre: CentreRow
  readonly centres: readonly CentreName[]
  /** The centre as links of the page carry it: null when there is only one. */
  readonly shownAs: CentreId | null
  readonly permit: Permit<'case.list'>
}

/** What every list of cases asks first: a centre, the right, and the names. */
export async function openList(
  ctx: Context,
  wanted: string | null,
): Promise<Result<ListDoor, Refusal>> {
  const door = await openListDoor(ctx, wanted)
  if (!door.ok) return door
  if (!(await ctx.names.whenFull(NAMES_WAIT_MS))) return err({ code: 'index_filling' })
  await ctx.names.catchUp(ctx.database.db)
  return door
}

/** Whether the asker has lists of cases at all: of which centre, and the right to see them. */
export async function openListDoor(
  { actor, database }: Context,
  wanted: string | null,
): Promise<Result<ListDoor, Forbidden>> {
  const own = await listCentresById(database.db, centresWhere(actor, 'case.list'))
  const chosen = chosenCentre(own, wanted)
  if (chosen === null) return err({ code: 'forbidden', action: 'case.list' })
  const { centre, centres } = chosen
  const permit = authorize(actor, 'case.list', { centreId: centre.id })
  if (!permit.ok) return permit
  const shownAs = centres.length === 0 ? null : centre.id
  return ok({ centre, centres, shownAs, permit: permit.value })
}

/** The children a search finds: by name in any script, or by case number. */
export async function searchChildren(
  ctx: Context,
  centreId: CentreId,
  word: string,
): Promise<readonly ChildId[]> {
  const parts = parseCaseNumber(word)
  if (parts === null) {
    return ctx.names.index.search(centreId, word, MOST_FOUND).map(({ childId }) => childId)
  }
  const found = await findCaseByNumber(ctx.database.db, centreId, formatCaseNumber(parts))
  return found === null ? [] : [found.childId]
}

function groundOf(ctx: Context, centre: CentreRow): Ground {
  const now = instant(ctx.clock)
  const today = dayOf(now)
  const targets = {
    counsellingDays: centre.target_counselling_days,
    assignmentDays: centre.target_assignment_days,
    firstDayDays: centre.target_first_day_days,
  }
  const { id: centreId, assigned_by: assignedBy } = centre
  return { ctx, centreId, assignedBy, targets, now, today, soonUntil: sundayOf(today) }
}

/** The last day of the week (Monday to Sunday) a day lies in. */
function sundayOf(day: CalendarDate): CalendarDate {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(day, weekday === 0 ? 0 : 7 - weekday)
}

/** Who counsels begins with the own cases, who leads with all. */
function homeScope(ctx: Context, centreId: CentreId): Scope {
  return centresOf(ctx.actor, ['counsellor']).includes(centreId) ? 'mine' : 'all'
}

function ownAccount(ctx: Context): AccountId | null {
  return ctx.actor.kind === 'staff' ? ctx.actor.accountId : null
}

type Found = {
  readonly rows: readonly WorkRow[]
  readonly total: number
  readonly page: number
  readonly groupCounts: Readonly<Record<WorkGroup['when'], number>>
}

async function findRows(
  ground: Ground,
  view: WorkListPage['view'],
  counts: readonly WorkCount[],
): Promise<Found> {
  if (view.word !== '') return searchRows(ground, view)
  const { ctx, centreId, assignedBy, now } = ground
  const counsellorId = view.scope === 'mine' ? ownAccount(ctx) : null
  const groupCounts = groupCountsOf(counts, counsellorId, view.narrow)
  const total = groupCounts.overdue + groupCounts.soon + groupCounts.later
  const page = Math.min(view.page, Math.max(1, Math.ceil(total / PAGE_SIZE)))
  const { narrow } = view
  const filter: WorkFilter = { centreId, assignedBy, counsellorId, narrow, childIds: null }
  const slice = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }
  const cases = total === 0 ? [] : await listWork(ctx.database.db, filter, now, slice)
  return { rows: toRows(ground, cases), total, page, groupCounts }
}

/** A search looks at all open cases of the centre, whoever counsels them and whoever is waited for. */
async function searchRows(ground: Ground, view: WorkListPage['view']): Promise<Found> {
  const { ctx, centreId, assignedBy, now } = ground
  const childIds = await searchChildren(ctx, centreId, view.word)
  const anybodys = { counsellorId: null, narrow: null }
  const filter: WorkFilter = { centreId, assignedBy, ...anybodys, childIds }
  const all = { limit: MOST_FOUND, offset: 0 }
  const cases = childIds.length === 0 ? [] : await listWork(ctx.database.db, filter, now, all)
  const rows = toRows(ground, cases)
  const page = Math.min(view.page, Math.max(1, Math.ceil(rows.length / PAGE_SIZE)))
  const groupCounts = { overdue: 0, soon: 0, later: 0 }
  for (const row of rows) groupCounts[whenOf(ground, row)] += 1
  const slice = rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return { rows: slice, total: rows.length, page, groupCounts }
}

function toRows(ground: Ground, cases: readonly PupilCase[]): readonly WorkRow[] {
  const { ctx } = ground
  return cases.map((pupilCase) => {
    const decider = deciderFor(ctx, factsOfOwn(ctx, pupilCase, ground.assignedBy))
    return workRow(ctx.names.index, pupilCase, { ...ground, decider })
  })
}

/** On an empty page: what is due next in the same scope, and how many wait for an answer of others. */
async function outlookFor(
  ground: Ground,
  { scope }: WorkListPage['view'],
  counts: readonly WorkCount[],
): Promise<WorkListPage['outlook']> {
  const { ctx, centreId, assignedBy, now } = ground
  const counsellorId = scope === 'mine' ? ownAccount(ctx) : null
  const unnarrowed = { narrow: null, childIds: null }
  const filter: WorkFilter = { centreId, assignedBy, counsellorId, ...unnarrowed }
  const next = await listWork(ctx.database.db, filter, now, { limit: 1, offset: 0 })
  const others: readonly WaitsFor[] = ['family', 'school', 'authority', 'health_office']
  return {
    waitingForOthers: sum(inScope(counts, counsellorId), ({ waitsFor, total }) =>
      others.includes(waitsFor) ? total : 0,
    ),
    next: toRows(ground, next)[0] ?? null,
  }
}

function grouped(ground: Ground, { rows, groupCounts }: Found): readonly WorkGroup[] {
  return (['overdue', 'soon', 'later'] as const)
    .map((when) => ({
      when,
      count: groupCounts[when],
      rows: rows.filter((row) => whenOf(ground, row) === when),
    }))
    .filter((group) => group.rows.length > 0)
}

function whenOf({ soonUntil }: Ground, { isLate, dueOn }: WorkRow): WorkGroup['when'] {
  if (isLate) return 'overdue'
  return dueOn !== null && dueOn <= soonUntil ? 'soon' : 'later'
}

// ---- counts ----

const keep = makeKeeper<readonly WorkCount[]>()

/** Counted anew after a change of a case or a target, on another day, and when a hold runs out. */
function countsOf(ground: Ground, changes: string): Promise<readonly WorkCount[]> {
  const { ctx, centreId, assignedBy, now, today, soonUntil } = ground
  const { database } = ctx
  return keep({ database, centreId, now }, `${today}|${changes}`, async () => {
    const { counts, nextTurnAt } = await countWork(
      database.db,
      { centreId, assignedBy },
      now,
      soonUntil,
    )
    return { value: counts, wrongFrom: nextTurnAt }
  })
}

function inScope(counts: readonly WorkCount[], counsellorId: AccountId | null) {
  return counsellorId === null
    ? counts
    : counts.filter((count) => count.counsellorId === counsellorId)
}

function groupCountsOf(
  counts: readonly WorkCount[],
  counsellorId: AccountId | null,
  narrow: Narrowing | null,
): Found['groupCounts'] {
  const own = inScope(counts, counsellorId)
  const chosen =
    narrow === null || narrow === 'overdue'
      ? own
      : own.filter(({ waitsFor }) => waitsFor === narrow)
  const overdue = sum(chosen, (count) => count.overdue)
  if (narrow === 'overdue') return { overdue, soon: 0, later: 0 }
  const soon = sum(chosen, (count) => count.soon)
  return { overdue, soon, later: sum(chosen, ({ total }) => total) - overdue - soon }
}

/** The numbers on the filters: what one sees after choosing them in the present scope. */
function chipCounts(
  ctx: Context,
  counts: readonly WorkCount[],
  scope: Scope,
): WorkListPage['counts'] {
  const mine = inScope(counts, ownAccount(ctx))
  const own = scope === 'mine' ? mine : counts
  const waitingFor = (who: WaitsFor) =>
    sum(own, ({ waitsFor, total }) => (waitsFor === who ? total : 0))
  return {
    mine: sum(mine, ({ total }) => total),
    all: sum(counts, ({ total }) => total),
    overdue: sum(own, ({ overdue }) => overdue),
    us: waitingFor('us'),
    family: waitingFor('family'),
    school: waitingFor('school'),
    authority: waitingFor('authority'),
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
