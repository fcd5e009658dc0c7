import { BEFORE_COUNSELLING } from '#app/domain/case/counsel.ts'
import { isAt, type PupilCase } from '#app/domain/case/pupil-case.ts'
import type { BirthDate } from '#app/domain/child/birth-date.ts'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { gradeSuggestion } from '#app/domain/interview/grade-suggestion.ts'
import { EMPTY_INTERVIEW, type Interview } from '#app/domain/interview/interview.ts'
import { missingForFinish, type Topic, topicStates } from '#app/domain/interview/topics.ts'
import { err, ok } from '#app/domain/result.ts'
import { isPlaceable } from '#app/domain/school/school.ts'
import { type CalendarDate, schoolYearOf, today } from '#app/domain/time.ts'
import { authorize } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { offeredDraft } from '#app/services/draft/offered-draft.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { findPlannedAppointment } from '#db/queries/appointment.server.ts'
import { findInterview, openInterview } from '#db/queries/interview.server.ts'
import { listSchoolLabels } from '#db/queries/school.server.ts'
import { childKey, readChild } from '#db/sealing/records.server.ts'
import { caseHead } from './case-head.server.ts'

/**
 * The Beratungsbogen of one case as far as it is filled in, with what its questions need: the
 * centre's schools, the grade a child of this age would be in, and what the person who asks had typed
 * into this topic and not sent. Reading it is written down first.
 * Refused: `case_not_found`, `forbidden`.
 */
export async function interviewPage(ctx: Context, caseId: CaseId, topic: Topic | null) {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.interview', found.facts)
  if (!permit.ok) return permit
  const { pupilCase } = found
  const { centreId, childId } = pupilCase
  const { db } = ctx.database
  const day = today(ctx.clock)
  const child = await readChild(db, ctx.keys, centreId, childId)
  const key = await childKey(db, ctx.keys, centreId, childId)
  const row = await findInterview(db, centreId, caseId)
  const interview = row === null ? EMPTY_INTERVIEW : openInterview(key, row)
  const appointment = await findPlannedAppointment(db, centreId, caseId)
  const schools = await listSchoolLabels(db, centreId)
  const chosen = chosenSchools(interview)
  const isOpen = canEdit(pupilCase)
  const draft =
    topic === null || !isOpen
      ? null
      : await offeredDraft(ctx, { form: `interview_${topic}`, caseId }, childId)
  await recordRead(ctx, permit.value, centreId, { event: 'case_viewed', page: 'interview', caseId })
  return ok({
    ...caseHead(pupilCase, child, day),
    today: day,
    familyLanguage: pupilCase.language,
    interview,
    interviewVersion: row?.version ?? 0,
    savedAt: row?.changed_at ?? null,
    finishedAt: row?.finished_at ?? null,
    canEdit: isOpen,
    draft,
    counselledOn: 'counselledOn' in pupilCase ? pupilCase.counselledOn : null,
    registeredOn: pupilCase.registeredOn,
    appointmentAt: appointment?.starts_at ?? null,
    topics: topicStates(interview),
    missing: missingForFinish(interview),
    suggestion: suggestionFor(child.birthDate, day),
    schools: schools
      .filter((school) => isPlaceable(school, day) || chosen.has(school.number))
      .map(({ number, shortName, form }) => ({ number, name: shortName, form }))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'de')),
  })
}

/** Schools that stand in the answers stay a choice, closed or not. */
function chosenSchools({ siblings, wish }: Interview): ReadonlySet<SchoolNumber> {
  const atSchool = (siblings ?? []).map(({ schoolNumber }) => schoolNumber)
  return new Set([...atSchool, ...(wish?.schools ?? [])])
}

function canEdit(pupilCase: PupilCase): boolean {
  return isAt(pupilCase, BEFORE_COUNSELLING)
}

/** The grade by age, with how sure the birth date is; null where no date is known. */
function suggestionFor(birthDate: BirthDate, day: CalendarDate) {
  if (birthDate.date === null) return null
  const schoolYear = schoolYearOf(day)
  return {
    ...gradeSuggestion(birthDate.date, schoolYear),
    schoolYear,
    precision: birthDate.precision,
  }
}
