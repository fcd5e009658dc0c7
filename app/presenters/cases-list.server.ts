import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { STAGES, type Stage } from '#app/domain/case/stage.ts'
import type { CaseId, CentreId, ChildId } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { recordRead } from '#app/services/transact.server.ts'
import {
  caseIdsAtStages,
  countStages,
  lastCaseEvent,
  listCasesById,
  listCasesByNumber,
} from '#db/queries/work-list.server.ts'
import type { CentreName } from './chosen-centre.server.ts'
import { openList, PAGE_SIZE, type Search, searchChildren } from './work-list.server.ts'
import { makeKeeper } from './work-list-kept.server.ts'
import { type ListedChild, listedChild } from './work-list-row.server.ts'

export type CasesView = Search & {
  /** Which centre is asked for; on a page the one shown, null when there is only one to show. */
  readonly centre: string | null
  readonly stage: Stage | null
  readonly order: 'name' | 'number'
  readonly page: number
}

export type CasesListPage = {
  /** Centres one may change between; empty when there is only one. */
  readonly centres: readonly CentreName[]
  readonly view: CasesView
  /** How many cases stand at each stage, in the order of the way; empty stages are left out. */
  readonly stages: readonly { readonly stage: Stage; readonly count: number }[]
  readonly all: number
  readonly total: number
  readonly pageSize: number
  readonly rows: readonly CasesRow[]
}

export type CasesRow = ListedChild & {
  readonly caseNumber: string
  readonly registeredOn: CalendarDate
}

/**
 * All cases of a centre, the ended ones too: by name in German order, or the newest case number
 * first. Which ones were shown is written down first. Refused: `forbidden`, `index_filling`.
 */
export async function casesListPage(
  ctx: Context,
  asked: CasesView,
): Promise<Result<CasesListPage, Refusal>> {
  const door = await openList(ctx, asked.centre)
  if (!door.ok) return door
  const { centre, centres, shownAs, permit } = door.value
  const view = { ...asked, centre: shownAs }
  const counts = await stagesOf(ctx, centre.id)
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0)
  const found = await find(ctx, centre.id, view, counts, all)
  await recordRead(ctx, permit, centre.id, {
    event: 'list_viewed',
    list: 'cases',
    caseIds: found.cases.map(({ id }) => id),
  })
  const day = today(ctx.clock)
  return ok({
    centres,
    view: { ...view, page: found.page },
    stages: STAGES.flatMap((stage) => {
      const count = counts.get(stage) ?? 0
      return count === 0 ? [] : [{ stage, count }]
    }),
    all,
    total: found.total,
    pageSize: PAGE_SIZE,
    rows: found.cases.map((pupilCase) => ({
      ...listedChild(ctx.names.index, pupilCase, day),
      caseNumber: pupilCase.caseNumber,
      registeredOn: pupilCase.registeredOn,
    })),
  })
}

const keep = makeKeeper<ReadonlyMap<Stage, number>>()

/** Every change of a stage is an entry in the case's history. */
async function stagesOf(ctx: Context, centreId: CentreId): Promise<ReadonlyMap<Stage, number>> {
  const { database, clock } = ctx
  const lastEvent = await lastCaseEvent(database.db, centreId)
  return keep({ database, centreId, now: instant(clock) }, lastEvent, async () => ({
    value: await countStages(database.db, centreId),
    wrongFrom: null,
  }))
}

type Found = {
  readonly cases: readonly PupilCase[]
  readonly total: number
  readonly page: number
}

async function find(
  ctx: Context,
  centreId: CentreId,
  view: CasesView,
  counts: ReadonlyMap<Stage, number>,
  all: number,
): Promise<Found> {
  if (view.word !== '' || view.order === 'name') return findByName(ctx, centreId, view)
  const total = view.stage === null ? all : (counts.get(view.stage) ?? 0)
  const page = pageWithin(view.page, total)
  const stages = view.stage === null ? null : [view.stage]
  const slice = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }
  return { cases: await listCasesByNumber(ctx.database.db, centreId, stages, slice), total, page }
}

/** The order of names stands in the index only: it says which cases are on the page, the database the rest. */
async function findByName(ctx: Context, centreId: CentreId, view: CasesView): Promise<Found> {
  const { db } = ctx.database
  const found =
    view.word === ''
      ? await allInOrder(ctx, centreId)
      : caseIdsOf(ctx, centreId, await searchChildren(ctx, centreId, view.word))
  const ids = await atStage(ctx, centreId, view.stage, found)
  const page = pageWithin(view.page, ids.length)
  const slice = ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const cases = new Map((await listCasesById(db, centreId, slice)).map((one) => [one.id, one]))
  return {
    cases: slice.flatMap((id) => cases.get(id) ?? []),
    total: ids.length,
    page,
  }
}

const keepOrder = makeKeeper<readonly CaseId[]>()

/** Every case of a centre by the child's name; put together anew when a child changed. */
function allInOrder(ctx: Context, centreId: CentreId): Promise<readonly CaseId[]> {
  const { database, names, clock } = ctx
  const where = { database, centreId, now: instant(clock) }
  return keepOrder(where, String(names.index.position), async () => ({
    value: caseIdsOf(ctx, centreId, names.index.order(centreId)),
    wrongFrom: null,
  }))
}

function caseIdsOf(
  { names }: Context,
  centreId: CentreId,
  children: readonly ChildId[],
): readonly CaseId[] {
  return children.flatMap((id) => names.index.nameOf(centreId, id)?.caseIds ?? [])
}

async function atStage(
  ctx: Context,
  centreId: CentreId,
  stage: Stage | null,
  ids: readonly CaseId[],
): Promise<readonly CaseId[]> {
  if (stage === null) return ids
  const there = await caseIdsAtStages(ctx.database.db, centreId, [stage])
  return ids.filter((id) => there.has(id))
}

function pageWithin(page: number, total: number): number {
  return Math.min(page, Math.max(1, Math.ceil(total / PAGE_SIZE)))
}
