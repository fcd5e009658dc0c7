import type { EndReason } from '#app/domain/case/reasons.ts'
import { GER_LEVELS } from '#app/domain/follow-up/ger-level.ts'
import type { AccountId, CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { Result } from '#app/domain/result.ts'
import { type SchoolClass, usualClass } from '#app/domain/school/school-class.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { addDays, type CalendarDate, instant, schoolYearOf, today } from '#app/domain/time.ts'
import { setAppointment } from '#app/services/appointment/set-appointment.server.ts'
import { takeBackCaseAssignment } from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { confirmCaseAdmission } from '#app/services/case/confirm-admission.server.ts'
import { confirmFirstDay } from '#app/services/case/confirm-first-day.server.ts'
import { declineProposal } from '#app/services/case/decline-proposal.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { reportCaseCapacity } from '#app/services/case/report-capacity.server.ts'
import { sayNotStarted } from '#app/services/case/say-not-started.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic, type TopicAnswers } from '#app/services/interview/save-topic.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { insertLink } from '#db/queries/provider-link.server.ts'
import { meetingDay } from '#tests/setup/meeting-day.ts'
import { CENTRES, type CentreCode, type World } from '#tests/setup/world.ts'

/** What the steps of a child need of a world: people, the clock and the database. */
export type Place = Pick<World, 'as' | 'asSchool' | 'clock' | 'database'>

/** A child on its way. `texts` are the personal texts of the later steps. */
export type Walker = {
  readonly caseId: CaseId
  readonly centre: CentreCode
  readonly texts?: Readonly<
    Record<'place' | 'wishNote' | 'advice' | 'sentence' | 'className', string>
  >
  /** What the school says of the class beside its name. */
  readonly kinds?: Pick<SchoolClass, 'classKind' | 'courseKind'>
  /** Whether the child reads Latin letters; a plain no unless told. */
  readonly latinLiteracy?: LatinLiteracy
}

const NO_TEXTS = {
  ...{ place: 'Zimmer 4', wishNote: '', advice: 'Gute Noten', sentence: 'Passt nicht' },
  className: '7b',
}

/** The version the case has now. */
export async function versionOf({ database }: Place, caseId: CaseId): Promise<number> {
  const row = await database.db
    .selectFrom('pupil_case')
    .select('version')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return row.version
}

/** The school enters places, support places unless said otherwise, for the grades 5 to 10 of the present school year. */
export async function seatsAt(
  place: Place,
  number: SchoolNumber,
  seats: number,
  kind: SeatKind = 'support',
): Promise<void> {
  done(
    await decideSeats(place.asSchool(number), {
      schoolNumber: number,
      reason: 'rooms',
      pools: [
        {
          poolId: null,
          schoolYear: schoolYearOf(today(place.clock)),
          gradeFrom: 5,
          gradeTo: 10,
          kind,
          seats,
        },
      ],
    }),
  )
}

/** Books the counselling for five days later ({@link meetingDay}), at half past ten. */
export async function appoint(place: Place, { caseId, centre, texts }: Walker): Promise<void> {
  done(
    await setAppointment(place.as('counsellor', centre), {
      caseId,
      version: await versionOf(place, caseId),
      date: meetingDay(today(place.clock), 5),
      time: '10:30',
      durationMinutes: 60,
      mode: 'on_site',
      place: (texts ?? NO_TEXTS).place,
      alsoFor: [],
    }),
  )
}

/** Fills in the whole Beratungsbogen, grade 7 of a Gesamtschule, and gives its version. */
export async function fillInInterview(place: Place, walker: Walker): Promise<number> {
  const { caseId, centre } = walker
  const topics = answers(walker)
  for (const [version, topic] of topics.entries()) {
    done(await saveTopic(place.as('counsellor', centre), { caseId, version, answers: topic }))
  }
  return topics.length
}

/** Fills in the whole Beratungsbogen and finishes it today. */
export async function counsel(place: Place, walker: Walker): Promise<void> {
  const { caseId, centre } = walker
  const interviewVersion = await fillInInterview(place, walker)
  done(
    await finishCounselling(place.as('counsellor', centre), {
      caseId,
      version: await versionOf(place, caseId),
      interviewVersion,
      on: today(place.clock),
    }),
  )
}

/** Proposes a school that is suggested; the reason for taking another than the first is given. */
export async function propose(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId, centre } = walker
  done(
    await proposeSchool(place.as('counsellor', centre), {
      caseId,
      version: await versionOf(place, caseId),
      schoolNumber: number,
      deviation: { code: 'family_wish', sentence: (walker.texts ?? NO_TEXTS).sentence },
    }),
  )
}

/** The counsellor takes the proposal back. */
export async function withdraw(place: Place, { caseId, centre, texts }: Walker): Promise<void> {
  done(
    await withdrawProposal(place.as('counsellor', centre), {
      caseId,
      version: await versionOf(place, caseId),
      reason: { code: 'family_wish', sentence: (texts ?? NO_TEXTS).sentence },
    }),
  )
}

/** The school says no. */
export async function decline(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId, texts } = walker
  done(
    await declineProposal(place.asSchool(number), {
      caseId,
      version: await versionOf(place, caseId),
      reason: { code: 'other', sentence: (texts ?? NO_TEXTS).sentence },
    }),
  )
}

/** The authority assigns the proposed school. */
export async function assign(place: Place, { caseId, centre }: Walker): Promise<void> {
  const version = await versionOf(place, caseId)
  done(await assignSchool(place.as('authority', centre), { caseId, version }))
}

/** Where the centre assigns for the authority: its lead, where a counsellor proposed. */
export async function assignAtCentre(place: Place, { caseId, centre }: Walker): Promise<void> {
  const version = await versionOf(place, caseId)
  done(await assignSchool(place.as('lead', centre), { caseId, version }))
}

/** From now on two people of the centre assign for the authority: not who proposed. */
export async function delegateAssignment(place: Place, centre: CentreCode): Promise<void> {
  const { id } = CENTRES[centre]
  await place.database.write((tx) =>
    tx.updateTable('centre').set({ assigned_by: 'two_at_centre' }).where('id', '=', id).execute(),
  )
}

/** The school reports that it has no place for a child that was assigned to it. */
export async function reportNoPlace(
  place: Place,
  { caseId, texts }: Walker,
  number: SchoolNumber,
): Promise<void> {
  done(
    await reportCaseCapacity(place.asSchool(number), {
      caseId,
      version: await versionOf(place, caseId),
      reason: { code: 'no_teacher', sentence: (texts ?? NO_TEXTS).sentence },
    }),
  )
}

/** The authority takes the assignment back because of it. */
export async function takeBack(place: Place, { caseId, centre, texts }: Walker): Promise<void> {
  done(
    await takeBackCaseAssignment(place.as('authority', centre), {
      caseId,
      version: await versionOf(place, caseId),
      reason: { code: 'school_is_full', sentence: (texts ?? NO_TEXTS).sentence },
    }),
  )
}

/** The school confirms the admission, with a class and a first day a week ahead. */
export async function admit(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId, texts, kinds } = walker
  const schoolClass = {
    ...usualClass('support'),
    ...kinds,
    className: (texts ?? NO_TEXTS).className,
  }
  done(
    await confirmCaseAdmission(place.asSchool(number), {
      caseId,
      version: await versionOf(place, caseId),
      plannedFirstDay: addDays(today(place.clock), 7),
      schoolClass,
    }),
  )
}

/** The school confirms that today is the first school day. */
export async function start(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId, texts } = walker
  const version = await versionOf(place, caseId)
  const firstDay: CalendarDate = today(place.clock)
  const { className } = texts ?? NO_TEXTS
  done(await confirmFirstDay(place.asSchool(number), { caseId, version, firstDay, className }))
}

/** The school says, once the day it named is over, that the child has not come. */
export async function stayAway(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId } = walker
  const version = await versionOf(place, caseId)
  done(await sayNotStarted(place.asSchool(number), { caseId, version }))
}

/** The counsellor ends the case today. */
export async function end(
  place: Place,
  { caseId, centre, texts }: Walker,
  code: EndReason,
): Promise<void> {
  const command = { caseId, version: await versionOf(place, caseId), on: today(place.clock) }
  const reason = { code, sentence: (texts ?? NO_TEXTS).sentence }
  done(await endCase(place.as('counsellor', centre), { ...command, reason }))
}

/** Leaves something sealed in every table that has a sealed column (but the outbox: these worlds send no mail). */
export async function walkFar(place: Place, walker: Walker, number: SchoolNumber): Promise<void> {
  const { caseId, centre } = walker
  const ctx = place.as('counsellor', centre)
  await appoint(place, walker)
  await counsel(place, walker)
  await propose(place, walker, number)
  await decline(place, walker, number)
  await propose(place, walker, number)
  await assign(place, walker)
  await admit(place, walker, number)
  await start(place, walker, number)
  const review = { on: today(place.clock), gerLevel: 'A1', b1: false } as const
  done(await recordReview(ctx, { caseId, version: await versionOf(place, caseId), review }))
  done(await printSlip(ctx, caseId))
}

/** The value of a use case that must not be refused here. @throws with the refusal's code. */
export function done<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(`Refused: ${result.error.code}`)
  return result.value
}

function answers({ texts = NO_TEXTS, latinLiteracy = 'no' }: Walker): readonly TopicAnswers[] {
  return [
    {
      topic: 'languages',
      languages: [{ language: 'uk' }],
      latinLiteracy,
      germanLevel: GER_LEVELS[1],
    },
    { topic: 'schooling', schooling: [] },
    { topic: 'siblings', siblings: [] },
    { topic: 'wish', wish: { schools: [], forms: [], note: texts.wishNote } },
    {
      topic: 'recommendation',
      recommendation: { form: '15', grade: 7, reason: texts.advice },
    },
  ]
}

/** Links an account to a provider: where there is no link, there is nothing to take back. */
export async function linkToProvider({ database, clock }: Place, key: string): Promise<void> {
  await database.write((tx) =>
    insertLink(tx, {
      ...{ issuer: 'https://idp.beispiel.example', subject: key },
      ...{ account_id: `account-${key}` as AccountId, created_at: instant(clock) },
    }),
  )
}

/** Erases a child that was assigned to a school: the school has to be told, and this says which line. */
export async function erasedAndToTell(
  world: World,
  caseId: CaseId,
): Promise<{ readonly erasure: string; readonly recipient: string }> {
  const { erasureId } = done(await eraseNow(world.as('lead'), { caseId, ground: 'art_17' }))
  const { id } = await world.database.db
    .selectFrom('erasure_recipient')
    .select('id')
    .where('erasure_id', '=', erasureId)
    .where('kind', '=', 'school')
    .executeTakeFirstOrThrow()
  return { erasure: erasureId, recipient: id }
}
