import { hasOpenReport } from '#app/domain/case/capacity.ts'
import { type CaseAt, isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import type { NoPlaceReason } from '#app/domain/case/reasons.ts'
import type { Child } from '#app/domain/child/child.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { type Instant, today } from '#app/domain/time.ts'
import { can } from '#app/policy/policy.ts'
import { factsOf } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { openReason } from '#db/queries/case.server.ts'
import { listCapacityReports, listNewestEvents } from '#db/queries/placement.server.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { childKey } from '#db/sealing/records.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import { type SchoolOfChild, schoolOfChild } from './authority-desk-proposal.server.ts'
import {
  type KnownOfCentre,
  knownOfCentre,
  type OtherSchool,
  otherSchools,
} from './authority-desk-seats.server.ts'
import { caseHead } from './case-head.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** What a school says of a child for whom it has no place, as the authority weighs it. */
export type ShownReport = SchoolOfChild & {
  readonly reportedAt: Instant
  readonly reason: { readonly code: NoPlaceReason; readonly sentence: string } | null
  /** The next schools of the list, two at most. */
  readonly others: readonly OtherSchool[]
}

/** A child whose school reported that it has no place, on the desk of the authority. */
export type ReportRow = {
  readonly caseId: CaseId
  readonly name: string
  readonly original: { readonly text: string; readonly lang: string } | null
  readonly age: number | null
  readonly grade: number
  readonly report: ShownReport
}

/** How many other schools stand beside that of the child. */
const OTHERS = 2

/** The report of a case that is open; null: there is none. The caller has authorised. */
export async function openReport(
  ctx: Context,
  pupilCase: PupilCase,
  child: Child,
): Promise<ShownReport | null> {
  if (!isReported(pupilCase)) return null
  return shownReport(
    ctx,
    pupilCase,
    child,
    await knownOfCentre(ctx, pupilCase.centreId, [pupilCase]),
  )
}

/**
 * The open reports of a centre about which this person decides, the oldest first. The caller has
 * authorised, and writes down that they were seen.
 */
export async function reportRows(ctx: Context, centreId: CentreId): Promise<readonly ReportRow[]> {
  const all = await listCapacityReports(ctx.database.db, centreId)
  const own = all.filter((one) => can(ctx.actor, 'case.decide_capacity', factsOf(ctx, one)))
  if (own.length === 0) return []
  const cases = own.map(({ pupilCase }) => pupilCase)
  const known = await knownOfCentre(ctx, centreId, cases)
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ childId }) => childId),
  )
  const rows: ReportRow[] = []
  for (const pupilCase of cases) {
    const child = children.get(pupilCase.childId)
    if (child === undefined) continue
    const row = await rowOf(ctx, pupilCase, child, known).catch(nullIfNotReadable)
    if (row !== null) rows.push(row)
  }
  return rows
}

/** One file that does not open keeps back its own row and no other. */
function nullIfNotReadable(accident: unknown): null {
  if (isUnreadable(accident) || isSubjectGone(accident)) return null
  throw accident
}

async function rowOf(
  ctx: Context,
  pupilCase: PupilCase,
  child: Child,
  known: KnownOfCentre,
): Promise<ReportRow | null> {
  if (!isReported(pupilCase)) return null
  const { caseId, name, original, age } = caseHead(pupilCase, child, today(ctx.clock))
  const { grade } = pupilCase.recommendation
  const report = await shownReport(ctx, pupilCase, child, known)
  return { ...{ caseId, name, original, age, grade }, report }
}

type Reported = CaseAt<'assigned'>

function isReported(pupilCase: PupilCase): pupilCase is Reported {
  return isAt(pupilCase, ['assigned']) && hasOpenReport(pupilCase)
}

async function shownReport(
  ctx: Context,
  pupilCase: Reported,
  child: Child,
  known: KnownOfCentre,
): Promise<ShownReport> {
  const { id, placement, recommendation, capacityReport } = pupilCase
  if (capacityReport === null) throw new Error(`Case ${id} has no report`)
  const found = await suggestForCase(ctx, pupilCase, known.seats, child)
  const { grade } = recommendation
  const at = await schoolOfChild(ctx, { ...pupilCase, seat: placement, grade }, known)
  return {
    ...at,
    reportedAt: capacityReport.at,
    reason: await reasonOf(ctx, pupilCase),
    others: otherSchools(ctx, known, found, {
      ...{ grade, except: at.school.number, atMost: OTHERS },
    }),
  }
}

async function reasonOf(
  { database: { db }, keys }: Context,
  { id, centreId, childId }: Reported,
): Promise<ShownReport['reason']> {
  const what = { event: 'capacity_reported', stage: null }
  const event = (await listNewestEvents(db, centreId, [id], what)).get(id)
  if (event === undefined) return null
  const reason = openReason(await childKey(db, keys, centreId, childId), event)
  if (reason === null || reason.sentence === null) return null
  // the row of a report carries no other reason
  return { code: reason.code as NoPlaceReason, sentence: reason.sentence }
}
