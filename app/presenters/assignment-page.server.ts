import type { Decider } from '#app/domain/case/clocks.ts'
import { isHeld } from '#app/domain/case/propose.ts'
import { isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import { type Child, SEX_NAMES } from '#app/domain/child/child.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { findNationality } from '#app/domain/nationality/nationalities.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import { authorize, type CaseFacts, can, centresWhere, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { addressForOthers } from '#app/services/family/kin.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { type CaseSurroundings, findCaseSurroundings } from '#db/queries/case-page.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { type ShownProposal, shownProposal } from './authority-desk-proposal.server.ts'
import { openReport, type ShownReport } from './authority-desk-report.server.ts'
import { knownOfCentre } from './authority-desk-seats.server.ts'
import { caseHead, clocksOf } from './case-head.server.ts'
import { deciderFor } from './decider.server.ts'

/** What the assignment of one case rests on: placement data, nothing of the counselling. */
export type AssignmentPage = ReturnType<typeof caseHead> & {
  readonly stageSince: CalendarDate
  readonly facts: {
    readonly sex: string
    readonly nationality: string | null
    readonly language: string
    /** Null without an address, and under an address lock: the authority cannot tell which. */
    readonly municipality: string | null
    readonly grade: number | null
    readonly form: SchoolForm | null
  }
  readonly clock: ReturnType<typeof clocksOf>[1]
  /** Null unless a school is proposed. */
  readonly proposal: ShownProposal | null
  readonly isHeld: boolean
  /** The word of the school that it has no place, until it is decided upon; null: none. */
  readonly report: ShownReport | null
  /** When it was decided that the assignment stays although the school has no place. */
  readonly keptAt: Instant | null
  /** Null before the assignment. */
  readonly placement: {
    readonly school: { readonly number: SchoolNumber; readonly name: string }
    readonly assignedOn: CalendarDate
  } | null
  /** Who decides on the proposal: this person, or others; then the page only shows how it stands. */
  readonly decider: Decider
  /** Whether this person decides what becomes of a reported lack of places. */
  readonly canAnswerReport: boolean
  /** Whether the file and the suggestions are open to this person. */
  readonly canOpenFile: boolean
}

/**
 * The proposal of one case: for who assigns to decide on, with the same reasons whoever that is; for
 * others to follow. Reading it is written down first. Refused: `case_not_found`, `forbidden`.
 */
export async function assignmentPage(
  ctx: Context,
  caseId: CaseId,
): Promise<Result<AssignmentPage, Forbidden | { readonly code: 'case_not_found' }>> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = permitFor(ctx, found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { db } = ctx.database
  const { centreId, childId } = pupilCase
  const child = await readChild(db, ctx.keys, centreId, childId)
  const surroundings = await findCaseSurroundings(db, centreId, caseId)
  if (surroundings === null) throw new Error(`No centre or Gemeinde of case ${caseId}`)
  const day = today(ctx.clock)
  const address = await addressForOthers(ctx, pupilCase)
  const proposal = isAt(pupilCase, ['proposed'])
    ? await shownProposal(ctx, pupilCase, await knownOfCentre(ctx, centreId, [pupilCase]), child)
    : null
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'assignment',
    caseId,
  })
  const [, clock] = clocksOf(pupilCase, surroundings, day)
  return ok({
    ...caseHead(pupilCase, child, day),
    stageSince: pupilCase.stageSince,
    facts: {
      ...factsOf(pupilCase, child),
      municipality: address === null ? null : surroundings.municipality_name,
    },
    clock,
    proposal,
    isHeld: proposal !== null && isHeld(proposal, instant(ctx.clock)),
    report: await openReport(ctx, pupilCase, child),
    keptAt: keptAt(pupilCase),
    placement: placementOf(pupilCase, surroundings),
    decider: deciderFor(ctx, found.facts),
    canAnswerReport: can(ctx.actor, 'case.decide_capacity', found.facts),
    canOpenFile: can(ctx.actor, 'case.view', found.facts),
  })
}

/** Where who has just decided goes on: the desk of the authority, or the child's own page. */
export function pathAfterDecision(ctx: Context, caseId: CaseId): string {
  return centresWhere(ctx.actor, 'desk.authority').length > 0 ? '/schulamt' : `/faelle/${caseId}`
}

function permitFor(ctx: Context, facts: CaseFacts) {
  const placement = authorize(ctx.actor, 'case.view_placement', facts)
  return placement.ok ? placement : authorize(ctx.actor, 'case.view', facts)
}

function factsOf(
  pupilCase: PupilCase,
  child: Child,
): Omit<AssignmentPage['facts'], 'municipality'> {
  const { nationality, language } = pupilCase
  const recommendation = 'recommendation' in pupilCase ? pupilCase.recommendation : null
  return {
    sex: SEX_NAMES[child.sex],
    nationality: nationality === null ? null : (findNationality(nationality)?.name ?? nationality),
    language: findLanguage(language)?.german ?? language,
    grade: recommendation?.grade ?? null,
    form: recommendation?.form ?? null,
  }
}

function keptAt(pupilCase: PupilCase): Instant | null {
  const report = isAt(pupilCase, ['assigned']) ? pupilCase.capacityReport : null
  return report?.state === 'kept' ? report.at : null
}

function placementOf(
  pupilCase: PupilCase,
  { school_name: name }: CaseSurroundings,
): AssignmentPage['placement'] {
  if (!('placement' in pupilCase)) return null
  const { schoolNumber, assignedOn } = pupilCase.placement
  return { school: { number: schoolNumber, name: name ?? schoolNumber }, assignedOn }
}
