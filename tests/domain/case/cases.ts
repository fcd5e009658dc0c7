import { appoint, finishCounselling } from '#app/domain/case/counsel.ts'
import { assign, confirmAdmission, startSchool } from '#app/domain/case/place.ts'
import { type ProposeFacts, propose } from '#app/domain/case/propose.ts'
import type { CaseAt, PupilCase } from '#app/domain/case/pupil-case.ts'
import { type RegisterFacts, register } from '#app/domain/case/register.ts'
import { STAGES } from '#app/domain/case/stage.ts'
import type {
  AccountId,
  CaseId,
  CentreId,
  ChildId,
  FamilyId,
  MunicipalityKey,
  SchoolNumber,
  SeatEntryId,
  SeatPoolId,
} from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'

export const school = (number = '193290') => number as SchoolNumber

/** Noon in Berlin (winter time) on a day. */
export const noon = (day: CalendarDate): Instant => `${day}T11:00:00.000Z`

/** Recorded at noon of the day it is valid from. */
export const on = (day: CalendarDate) => ({ on: day, now: noon(day) })

export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`Refused: ${JSON.stringify(result.error)}`)
  return result.value
}

export const registerFacts: RegisterFacts = {
  id: 'case-1' as CaseId,
  centreId: 'centre-1' as CentreId,
  childId: 'child-1' as ChildId,
  familyId: 'family-1' as FamilyId,
  caseNumber: 'DN-2026-0412',
  registeredOn: '2026-01-05',
  counsellorId: null,
  municipality: '05358008' as MunicipalityKey,
  language: 'ar',
  nationality: '475',
  arrivalMonth: '2025-12',
  now: noon('2026-01-05'),
}

export const proposeFacts: ProposeFacts = {
  by: 'account-1' as AccountId,
  ...on('2026-01-20'),
  schoolNumber: school(),
  poolId: 'pool-1' as SeatPoolId,
  seatEntryId: 'entry-1' as SeatEntryId,
  holdUntil: noon('2026-01-27'),
  firstSuggestion: school(),
  deviation: null,
}

// One case on its way, each stage reached by the rules themselves.
export const registered = unwrap(register(registerFacts)).next
export const appointed = unwrap(
  appoint(registered, { ...on('2026-01-07'), appointmentOn: '2026-01-15' }),
).next
export const waiting = unwrap(
  finishCounselling(appointed, {
    ...on('2026-01-15'),
    recommendation: { form: '15', grade: 6 },
  }),
).next
export const proposed = unwrap(propose(waiting, proposeFacts)).next
export const assigned = unwrap(assign(proposed, on('2026-01-23'))).next
export const admitted = unwrap(
  confirmAdmission(assigned, { ...on('2026-01-26'), plannedFirstDay: '2026-02-02' }),
).next
export const attending = unwrap(startSchool(admitted, on('2026-02-02'))).next

const { placement, counselledOn, recommendation } = attending
const known = { ...registered, placement, counselledOn, recommendation }
const rest: readonly PupilCase[] = [
  { ...registered, stage: 'not_responsible' },
  { ...registered, stage: 'self_enrolment' },
  { ...registered, stage: 'invited' },
  { ...appointed, stage: 'missed' },
  { ...waiting, stage: 'counselled' },
  { ...known, stage: 'not_started', admittedOn: '2026-01-26', plannedFirstDay: '2026-02-02' },
  { ...attending, stage: 'regular_class' },
  { ...attending, stage: 'completed' },
  { ...registered, stage: 'closed', endedOn: '2026-03-02', closeReason: 'moved_away' },
]

/** A case at every stage, in the order of the way. */
export const everyStage: readonly PupilCase[] = STAGES.map((stage) => {
  const all = [registered, appointed, waiting, proposed, assigned, admitted, attending, ...rest]
  const found = all.find((one) => one.stage === stage)
  if (found === undefined) throw new Error(`No case at ${stage}`)
  return found
})

/** The cases at all other stages than those named. */
export const casesNotAt = (...stages: readonly PupilCase['stage'][]) =>
  everyStage.filter(({ stage }) => !stages.includes(stage))

export const missed = everyStage.find(({ stage }) => stage === 'missed') as CaseAt<'missed'>
export const invited = everyStage.find(({ stage }) => stage === 'invited') as CaseAt<'invited'>
