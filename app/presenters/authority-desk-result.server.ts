import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import { authorize, can, centresOf } from '#app/policy/policy.ts'
import { factsOf } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { type FoundCase, findCase } from '#db/queries/case.server.ts'
import { listSchoolsByNumber } from '#db/queries/school.server.ts'
import {
  type KnownOfCentre,
  knownOfCentre,
  type OtherSchool,
  otherSchools,
} from './authority-desk-seats.server.ts'
import { caseHead } from './case-head.server.ts'
import { openChildren } from './school-desk-children.server.ts'

/** What was decided about several children at once. */
export type DeskIntent = 'assign' | 'send_back'

/** What came of the decision about one of them. */
export type ResultRow = {
  /** Null: it is no longer the authority's (sent back, withdrawn), or never was; nothing of it is told. */
  readonly child: {
    readonly caseId: CaseId
    /** Null where the record does not open. */
    readonly name: string | null
    readonly original: { readonly text: string; readonly lang: string } | null
    /** The school it is proposed or assigned to; null: none. */
    readonly school: string | null
  } | null
  /** Null: done. */
  readonly refusal: Refusal | null
  /** Where the seat was lost: the school that fits best now; null: none has a seat, or none was lost. */
  readonly next: OtherSchool | null
}

/** The answer to a decision about several children: a result for each, in the order they were chosen. */
export type DeskResult = {
  readonly intent: DeskIntent
  readonly at: Instant
  readonly rows: readonly ResultRow[]
}

/** What came of one of them; null: it was done. */
type Outcome = { readonly caseId: CaseId; readonly refusal: Refusal | null }

/**
 * What is told of decisions that were taken. Of a child that is still the person's to see its name
 * stands here, and that it was shown is written down first. Nothing is told of a child that was
 * somebody else's, or has become it: one that was sent back is the centre's again.
 */
export async function deskResult(
  ctx: Context,
  intent: DeskIntent,
  outcomes: readonly Outcome[],
): Promise<DeskResult> {
  const told = new Map<CaseId, ResultRow>()
  for (const centreId of centresOf(ctx.actor, ['authority'])) {
    for (const [id, row] of await toldIn(ctx, centreId, outcomes)) told.set(id, row)
  }
  return {
    intent,
    at: instant(ctx.clock),
    rows: outcomes.map(
      ({ caseId, refusal }) => told.get(caseId) ?? { child: null, refusal, next: null },
    ),
  }
}

/** Codes that say that the child is not this person's. */
const NOT_THEIRS: readonly Refusal['code'][] = ['case_not_found', 'forbidden']

function isTheirs({ refusal }: Outcome): boolean {
  return refusal === null || !NOT_THEIRS.includes(refusal.code)
}

async function toldIn(
  ctx: Context,
  centreId: CentreId,
  outcomes: readonly Outcome[],
): Promise<ReadonlyMap<CaseId, ResultRow>> {
  const permit = authorize(ctx.actor, 'desk.authority', { centreId })
  if (!permit.ok) return new Map()
  const found = await casesIn(ctx, centreId, outcomes.filter(isTheirs))
  if (found.length === 0) return new Map()
  await recordRead(ctx, permit.value, centreId, {
    event: 'list_viewed',
    list: 'authority_desk',
    caseIds: found.map(({ pupilCase }) => pupilCase.id),
  })
  return rowsOf(ctx, centreId, found)
}

type Told = { readonly pupilCase: PupilCase; readonly refusal: Refusal | null }

/** Those the person may see now: the same answer, sent again days later, tells of nobody else. */
async function casesIn(
  ctx: Context,
  centreId: CentreId,
  outcomes: readonly Outcome[],
): Promise<readonly Told[]> {
  const found: Told[] = []
  for (const { caseId, refusal } of outcomes) {
    const one: FoundCase | null = await findCase(ctx.database.db, [centreId], caseId)
    if (one !== null && can(ctx.actor, 'case.view_placement', factsOf(ctx, one))) {
      found.push({ pupilCase: one.pupilCase, refusal })
    }
  }
  return found
}

async function rowsOf(
  ctx: Context,
  centreId: CentreId,
  found: readonly Told[],
): Promise<ReadonlyMap<CaseId, ResultRow>> {
  const cases = found.map(({ pupilCase }) => pupilCase)
  const children = await openChildren(
    ctx,
    centreId,
    cases.map(({ childId }) => childId),
  )
  const schools = await listSchoolsByNumber(ctx.database.db, cases.flatMap(schoolOf))
  const names = new Map(schools.map(({ number, shortName }) => [number, shortName]))
  const expired = found.filter(isExpired).map(({ pupilCase }) => pupilCase)
  const known = expired.length === 0 ? null : await knownOfCentre(ctx, centreId, expired)
  const rows = new Map<CaseId, ResultRow>()
  for (const one of found) {
    const { pupilCase, refusal } = one
    const child = children.get(pupilCase.childId)
    const [school] = schoolOf(pupilCase)
    rows.set(pupilCase.id, {
      child: {
        caseId: pupilCase.id,
        ...(child === undefined
          ? { name: null, original: null }
          : namesOf(pupilCase, child, today(ctx.clock))),
        school: school === undefined ? null : (names.get(school) ?? school),
      },
      refusal,
      next: known !== null && isExpired(one) ? await nextFor(ctx, pupilCase, known) : null,
    })
  }
  return rows
}

function namesOf(pupilCase: PupilCase, child: Parameters<typeof caseHead>[1], day: CalendarDate) {
  const { name, original } = caseHead(pupilCase, child, day)
  return { name, original }
}

/** A seat is lost by its hold running out and in no other way: a live hold is nobody else's. */
function isExpired({ refusal }: Told): boolean {
  return refusal?.code === 'hold_expired'
}

function schoolOf(pupilCase: PupilCase): readonly SchoolNumber[] {
  if ('proposal' in pupilCase) return [pupilCase.proposal.schoolNumber]
  return 'placement' in pupilCase ? [pupilCase.placement.schoolNumber] : []
}

/** The best school of today's list: the same one again where its seat is still free. */
async function nextFor(
  ctx: Context,
  pupilCase: PupilCase,
  known: KnownOfCentre,
): Promise<OtherSchool | null> {
  if (!('recommendation' in pupilCase)) return null
  const found = await suggestForCase(ctx, pupilCase, known.seats)
  const { grade } = pupilCase.recommendation
  const [next] = otherSchools(ctx, known, found, { grade, except: null, atMost: 1 })
  return next ?? null
}
