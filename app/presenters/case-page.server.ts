import { nextStep, waitsFor } from '#app/domain/case/clocks.ts'
import { dueReview } from '#app/domain/case/place.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import { isOpen } from '#app/domain/case/stage.ts'
import { ageOn } from '#app/domain/child/birth-date.ts'
import { addressLine, type Family } from '#app/domain/family/family.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { type Interview, isLiterateInLatin } from '#app/domain/interview/interview.ts'
import { languageSupport } from '#app/domain/law/language-support.ts'
import { err, ok } from '#app/domain/result.ts'
import { type SchoolClass, saidOf } from '#app/domain/school/school-class.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type CaseFacts, can, centresWhere } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { readKin } from '#app/services/family/kin.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { findPlannedAppointment } from '#db/queries/appointment.server.ts'
import { listCaseEvents, openReason } from '#db/queries/case.server.ts'
import { type CaseSurroundings, findCaseSurroundings } from '#db/queries/case-page.server.ts'
import { findAccessOfCase } from '#db/queries/family-access.server.ts'
import { findInterview, openInterview } from '#db/queries/interview.server.ts'
import { listSchoolsByNumber } from '#db/queries/school.server.ts'
import { readSchoolClass } from '#db/queries/school-class.server.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey, readChild, readFamily } from '#db/sealing/records.server.ts'
import { callName, caseHead, clocksOf } from './case-head.server.ts'
import { deciderFor } from './decider.server.ts'

/** Newest entries of the history that the page shows without being asked for all. */
const EXCERPT = 6

/** The person may know of the case, and has another page of it than the file. */
export type CaseElsewhere = {
  readonly code: 'case_elsewhere'
  readonly part: 'aufnahme' | 'zuweisung' | 'verlauf'
}

/**
 * The file of one case for counsellors and leads: head, clocks, next step, history, family, contact.
 * With an address lock anywhere in the family neither town nor address nor a school of a brother or
 * sister leaves the server. Reading it is written down first, in the cases of the brothers and
 * sisters shown as well. Refused: `case_not_found`,
 * `case_elsewhere` where school, authority or auditor have a page of their own.
 */
export async function casePage(ctx: Context, caseId: CaseId, view: { readonly isWhole: boolean }) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view', found.facts)
  if (!permit.ok) return err(elsewhere(ctx, found.facts) ?? permit.error)
  const { pupilCase } = found
  const { centreId } = pupilCase
  const now = instant(ctx.clock)
  const day = today(ctx.clock)
  const surroundings = await findCaseSurroundings(ctx.database.db, centreId, caseId)
  if (surroundings === null) throw new Error(`No centre or Gemeinde of case ${caseId}`)
  const kin = await kinOf(ctx, pupilCase)
  const family = await readFamily(ctx.database.db, ctx.keys, centreId, pupilCase.familyId)
  const interview = await interviewOf(ctx, pupilCase, kin.key)
  const history = await historyOf(ctx, pupilCase, kin.key, view.isWhole)
  const siblings = await siblingsOf(ctx, pupilCase, kin)
  const appointment = await appointmentOf(ctx, pupilCase)
  const access = await findAccessOfCase(ctx.database.db, centreId, caseId)
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'case',
    caseId,
    alsoShown: siblings.map((sibling) => sibling.caseId),
  })
  return ok({
    ...caseHead(pupilCase, kin.child, day),
    listOf: centresWhere(ctx.actor, 'case.list').length > 1 ? centreId : null,
    language: pupilCase.language,
    municipality: kin.isLocked ? null : surroundings.municipality_name,
    isLocked: kin.isLocked,
    today: day,
    ...daysOf(pupilCase),
    counsellor: surroundings.counsellor_name,
    clocks: clocksOf(pupilCase, surroundings, day),
    next: {
      step: nextStep(pupilCase, now, deciderFor(ctx, found.facts)),
      waitsFor: waitsFor(pupilCase, now, found.assignedBy),
    },
    appointment,
    school: schoolOf(pupilCase, surroundings),
    schoolClass: await classOf(ctx, pupilCase),
    followUp: followUpOf(pupilCase, interview),
    recommendation: recommendationOf(pupilCase, interview),
    history,
    slipPrintedAt: access?.created_at ?? null,
    family: {
      guardians: family.guardians.map(({ name, role }) => ({ name, role })),
      readsLanguages: family.readsLanguages,
      contact: family.contact,
      address: addressFor(family, kin.isLocked),
    },
    siblings,
    may: mayOf(ctx, pupilCase, found.facts),
  })
}

/** The days of the case that are known at its stage. */
function daysOf(pupilCase: PupilCase) {
  return {
    registeredOn: pupilCase.registeredOn,
    stageSince: pupilCase.stageSince,
    endedOn: isOpen(pupilCase.stage) ? null : pupilCase.stageSince,
    counselledOn: 'counselledOn' in pupilCase ? pupilCase.counselledOn : null,
    proposal: 'proposal' in pupilCase ? pupilCase.proposal : null,
    plannedFirstDay: 'plannedFirstDay' in pupilCase ? pupilCase.plannedFirstDay : null,
    firstDay: 'firstDay' in pupilCase ? pupilCase.firstDay : null,
    goneOn: 'goneOn' in pupilCase ? pupilCase.goneOn : null,
  }
}

function mayOf(ctx: Context, { stage }: PupilCase, facts: CaseFacts) {
  return {
    withdraw: stage === 'proposed' && can(ctx.actor, 'case.propose', facts),
    printSlip: isOpen(stage) && can(ctx.actor, 'case.print_slip', facts),
  }
}

function elsewhere(ctx: Context, facts: CaseFacts): CaseElsewhere | null {
  if (can(ctx.actor, 'case.view_transfer', facts))
    return { code: 'case_elsewhere', part: 'aufnahme' }
  if (can(ctx.actor, 'case.view_placement', facts)) {
    return { code: 'case_elsewhere', part: 'zuweisung' }
  }
  return can(ctx.actor, 'case.view_trail', facts)
    ? { code: 'case_elsewhere', part: 'verlauf' }
    : null
}

type Kin = Awaited<ReturnType<typeof kinOf>>

/** The child with its brothers and sisters. @throws when the child itself is gone or cannot be read. */
async function kinOf(ctx: Context, { id, centreId, familyId, childId }: PupilCase) {
  const { children, keys, isLocked, cases } = await readKin(ctx, centreId, familyId)
  const { db } = ctx.database
  const child = children.get(childId) ?? (await readChild(db, ctx.keys, centreId, childId))
  const key = keys.get(childId) ?? (await childKey(db, ctx.keys, centreId, childId))
  return { child, key, children, isLocked, cases: cases.filter((one) => one.id !== id) }
}

/** The other cases of the family; a child's own earlier case is called so. */
async function siblingsOf(ctx: Context, pupilCase: PupilCase, kin: Kin) {
  const numbers = kin.isLocked ? [] : kin.cases.flatMap(schoolNumberOf)
  const schools = await listSchoolsByNumber(ctx.database.db, numbers)
  return kin.cases.flatMap((other) => {
    const child = kin.children.get(other.childId)
    if (child === undefined) return []
    const [number] = schoolNumberOf(other)
    return {
      caseId: other.id,
      name: callName(child),
      age: ageOn(child.birthDate, today(ctx.clock)),
      stage: other.stage,
      isSameChild: other.childId === pupilCase.childId,
      hasSchool: number !== undefined,
      school: schools.find((school) => school.number === number)?.shortName ?? null,
      grade: 'recommendation' in other ? other.recommendation.grade : null,
    }
  })
}

function schoolNumberOf(pupilCase: PupilCase) {
  return 'placement' in pupilCase ? [pupilCase.placement.schoolNumber] : []
}

async function interviewOf(
  ctx: Context,
  { centreId, id }: PupilCase,
  key: SubjectKey,
): Promise<Interview | null> {
  const row = await findInterview(ctx.database.db, centreId, id)
  return row === null ? null : openInterview(key, row)
}

/** The history, newest first; reasons are opened for the entries that are shown. */
async function historyOf(ctx: Context, pupilCase: PupilCase, key: SubjectKey, isWhole: boolean) {
  const { centreId, id } = pupilCase
  const all = await listCaseEvents(ctx.database.db, centreId, id)
  const shown = isWhole ? all : all.slice(0, EXCERPT)
  return {
    total: all.length,
    entries: shown.map((event) => toHistoryEntry(key, event)),
  }
}

type StoredEvent = Awaited<ReturnType<typeof listCaseEvents>>[number]

function toHistoryEntry(key: SubjectKey, event: StoredEvent) {
  const reason = openReason(key, event)
  return {
    id: event.id,
    event: event.event,
    stage: event.stage,
    validOn: event.valid_on,
    recordedAt: event.recorded_at,
    who: event.account_name,
    role: event.role,
    school: event.school_name,
    reasonCode: reason?.code ?? null,
    sentence: reason?.sentence ?? null,
  }
}

async function appointmentOf(ctx: Context, pupilCase: PupilCase) {
  if (pupilCase.stage !== 'appointed') return null
  const row = await findPlannedAppointment(ctx.database.db, pupilCase.centreId, pupilCase.id)
  return row === null ? null : { startsAt: row.starts_at }
}

function schoolOf(pupilCase: PupilCase, { school_name, phone_prefix, phone }: CaseSurroundings) {
  if (!('proposal' in pupilCase) && !('placement' in pupilCase)) return null
  const number = [phone_prefix, phone].filter(Boolean).join(' ')
  return { name: school_name ?? '', phone: phone === '' || number === '' ? null : number }
}

/** What the school said; how long support lasts is worked out here from the Beratungsbogen. */
async function classOf(ctx: Context, pupilCase: PupilCase): Promise<SchoolClass | null> {
  const said = await readSchoolClass(ctx.database.db, ctx.keys, pupilCase)
  return said === null ? null : saidOf(said)
}

function followUpOf(pupilCase: PupilCase, interview: Interview | null) {
  if (pupilCase.stage !== 'attending') return null
  const literacy = interview?.latinLiteracy ?? null
  const { endsOn } = languageSupport(pupilCase.firstDay, isLiterateInLatin(literacy))
  return { supportEndsOn: endsOn, nextReviewOn: dueReview(pupilCase) }
}

/** What the counselling recommends; level, wish and reason come from the sealed Beratungsbogen. */
function recommendationOf(pupilCase: PupilCase, interview: Interview | null) {
  if (!('recommendation' in pupilCase)) return null
  return {
    ...pupilCase.recommendation,
    germanLevel: interview?.germanLevel ?? null,
    reason: interview?.recommendation?.reason ?? '',
    wish: interview?.wish ?? null,
  }
}

function addressFor({ address }: Family, isLocked: boolean): string | null {
  return isLocked ? null : addressLine(address)
}
