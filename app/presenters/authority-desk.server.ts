import { runningClock } from '#app/domain/case/clocks.ts'
import { isAt } from '#app/domain/case/pupil-case.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { endsSoon } from '#app/domain/seat/seat-entry.ts'
import { type CalendarDate, instant, today } from '#app/domain/time.ts'
import { authorize, can, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { factsOf } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordListRead } from '#app/services/transact.server.ts'
import { type CentreRow, findCentre, listCentresById } from '#db/queries/centre.server.ts'
import { listHeldProposals, type PlacementCase } from '#db/queries/placement.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import { type ShownProposal, shownProposal } from './authority-desk-proposal.server.ts'
import { type ReportRow, reportRows } from './authority-desk-report.server.ts'
import { type KnownOfCentre, knownOfCentre } from './authority-desk-seats.server.ts'
import { caseHead, clocksOf } from './case-head.server.ts'
import { type DeskNews, newsOn, union } from './desk-news.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** Rows of a list page. */
const ROWS = 25

/** A proposal that waits for the authority. */
export type AuthorityRow = {
  readonly caseId: CaseId
  readonly version: number
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly age: number | null
  readonly grade: number
  readonly language: string
  readonly proposal: ShownProposal
  readonly clock: {
    readonly name: 'assignment'
    readonly state: 'running'
    readonly days: number
    readonly target: number
  } | null
  readonly isLate: boolean
}

/** What the queue may be narrowed to; the words of its address stand in `forms/authority-query.ts`. */
export type DeskNarrowing = 'overdue' | 'ends_soon' | 'said_yes' | 'at_centre'

/** What an address asks the queue for. */
type DeskQuery = {
  readonly narrow: DeskNarrowing | null
  /** From 1. */
  readonly page: number
  /** Every row of the page is chosen from the start. */
  readonly all: boolean
}

/** The queue of the authority, longest overdue first. */
export type AuthorityDesk = {
  readonly today: CalendarDate
  readonly rows: readonly AuthorityRow[]
  readonly query: DeskQuery
  /** How many proposals the chosen filter leaves. */
  readonly total: number
  /** How many there are, and how many each filter leaves. */
  readonly counts: Readonly<Record<'all' | DeskNarrowing, number>>
  /** Children whose school reported that it has no place: they come before all proposals. */
  readonly reports: readonly ReportRow[]
  /** The centres that assign for the authority: their proposals can be seen (`at_centre`), not decided. */
  readonly assigningCentres: readonly string[]
  readonly news: DeskNews
}

/**
 * The proposals in the person's area and school forms whose seat is still held: to decide on, or to
 * follow where the centre decides; and the reports of schools that have no place for a child. Which
 * children were on the page is written down first. Refused: `forbidden`.
 */
export async function authorityDesk(
  ctx: Context,
  query: DeskQuery,
): Promise<Result<AuthorityDesk, Forbidden>> {
  const centres = centresOf(ctx.actor, ['authority'])
  if (centres.length === 0) return err({ code: 'forbidden', action: 'desk.authority' })
  const proposals = (await Promise.all(centres.map((id) => seenIn(ctx, id)))).flat()
  const day = today(ctx.clock)
  const narrowed = (narrow: DeskNarrowing | null) =>
    proposals.filter((one) => isOf(narrow, one, day))
  const chosen = narrowed(query.narrow)
  const sorted = chosen.toSorted((a, b) => (a.dueOn ?? '9999').localeCompare(b.dueOn ?? '9999'))
  const shown = sorted.slice((query.page - 1) * ROWS, query.page * ROWS)
  const reports = (await Promise.all(centres.map((id) => reportsIn(ctx, id)))).flat()
  const { news, casesIn } = await newsOn(ctx, 'authority', centres, {
    proposal_waits: narrowed(null).map(({ pupilCase }) => pupilCase.id),
    capacity_reported: reports.map(({ caseId }) => caseId),
  })
  const rows: AuthorityRow[] = []
  for (const centreId of centres) {
    const permit = authorize(ctx.actor, 'desk.authority', { centreId })
    if (!permit.ok) return permit
    const own = shown.filter(({ pupilCase }) => pupilCase.centreId === centreId)
    rows.push(...(await rowsIn(ctx, centreId, own, day)))
    await recordListRead(ctx, permit.value, centreId, {
      list: 'authority_desk',
      caseIds: union(
        [
          ...reports.filter((one) => one.centreId === centreId).map(({ caseId }) => caseId),
          ...own.map(({ pupilCase }) => pupilCase.id),
        ],
        casesIn(centreId),
      ),
    })
  }
  const place = new Map(shown.map(({ pupilCase }, index) => [pupilCase.id, index]))
  return ok({
    today: day,
    rows: rows.toSorted((a, b) => (place.get(a.caseId) ?? 0) - (place.get(b.caseId) ?? 0)),
    query,
    total: chosen.length,
    counts: {
      all: narrowed(null).length,
      overdue: narrowed('overdue').length,
      ends_soon: narrowed('ends_soon').length,
      said_yes: narrowed('said_yes').length,
      at_centre: narrowed('at_centre').length,
    },
    reports: reports.map(({ centreId: _, ...row }) => row),
    assigningCentres: await namesOfAssigning(ctx, centres),
    news,
  })
}

async function reportsIn(ctx: Context, centreId: CentreId) {
  return (await reportRows(ctx, centreId)).map((row) => ({ ...row, centreId }))
}

async function namesOfAssigning(
  { database }: Context,
  ids: readonly CentreId[],
): Promise<readonly string[]> {
  const centres = await listCentresById(database.db, ids)
  return centres.filter(({ assigned_by }) => assigned_by !== 'authority').map(({ name }) => name)
}

/** A proposal as the queue sorts it: to decide on, or only to follow. */
type SeenProposal = PlacementCase & { readonly isToDecide: boolean }

function isOf(
  narrow: DeskNarrowing | null,
  { pupilCase, dueOn, isToDecide }: SeenProposal,
  day: CalendarDate,
): boolean {
  if (narrow === 'at_centre') return !isToDecide
  if (!isToDecide) return false
  if (narrow === null) return true
  if (narrow === 'overdue') return isLate(dueOn, day)
  if (!isAt(pupilCase, ['proposed'])) return false
  const { holdUntil, canAdmitAt } = pupilCase.proposal
  return narrow === 'ends_soon' ? endsSoon(holdUntil, day) : canAdmitAt !== null
}

function isLate(dueOn: CalendarDate | null, day: CalendarDate): boolean {
  return dueOn !== null && dueOn < day
}

/** The proposals of a centre that this person may see: the policy knows the area and the forms. */
async function seenIn(ctx: Context, centreId: CentreId): Promise<readonly SeenProposal[]> {
  const now = instant(ctx.clock)
  const proposals = await listHeldProposals(ctx.database.db, centreId, now)
  return proposals.flatMap((proposal) => {
    const facts = factsOf(ctx, proposal)
    if (!can(ctx.actor, 'case.view_placement', facts)) return []
    return [{ ...proposal, isToDecide: can(ctx.actor, 'case.assign', facts) }]
  })
}

async function rowsIn(
  ctx: Context,
  centreId: CentreId,
  cases: readonly PlacementCase[],
  day: CalendarDate,
): Promise<readonly AuthorityRow[]> {
  const centre = await findCentre(ctx.database.db, centreId)
  const ids = cases.map(({ pupilCase }) => pupilCase.childId)
  const children = await openChildren(ctx, centreId, ids)
  const known = await knownOfCentre(
    ctx,
    centreId,
    cases.map(({ pupilCase }) => pupilCase),
  )
  const rows: AuthorityRow[] = []
  for (const one of cases) {
    const child = children.get(one.pupilCase.childId)
    if (child === undefined || centre === null) continue
    const row = await rowOf(ctx, one, child, { centre, day, known }).catch(nullIfNotReadable)
    if (row !== null) rows.push(row)
  }
  return rows
}

/** One file that does not open keeps back its own row and no other. */
function nullIfNotReadable(accident: unknown): null {
  if (isUnreadable(accident) || isSubjectGone(accident)) return null
  throw accident
}

/** What all rows of a centre rest on. */
type OfAllRows = {
  readonly centre: CentreRow
  readonly day: CalendarDate
  readonly known: KnownOfCentre
}

async function rowOf(
  ctx: Context,
  { pupilCase, dueOn }: PlacementCase,
  child: Child,
  { centre, day, known }: OfAllRows,
): Promise<AuthorityRow> {
  if (!isAt(pupilCase, ['proposed'])) throw new Error(`Case ${pupilCase.id} is not proposed`)
  const { caseId, version, name, original, age } = caseHead(pupilCase, child, day)
  const clock = runningClock(clocksOf(pupilCase, centre, day))
  return {
    caseId,
    version,
    name,
    original,
    age,
    grade: pupilCase.recommendation.grade,
    language: findLanguage(pupilCase.language)?.german ?? pupilCase.language,
    proposal: await shownProposal(ctx, pupilCase, known, child),
    clock:
      clock === null
        ? null
        : { name: 'assignment', state: 'running', days: clock.days, target: clock.target },
    isLate: isLate(dueOn, day),
  }
}
