import { err, ok, type Result } from '../result.ts'
import { type CalendarDate, dayOf } from '../time.ts'
import { isAt, type PupilCase, type Recommendation } from './pupil-case.ts'
import {
  checkDay,
  coreOf,
  type DateRefusal,
  type Decided,
  type StageStep,
  step,
  type When,
  type WrongStage,
  wrongStage,
} from './transition.ts'

/** The stages from which a family can be appointed and counselled. */
export const BEFORE_COUNSELLING = ['registered', 'invited', 'appointed', 'missed'] as const

export type AppointRefusal =
  | WrongStage
  | DateRefusal
  | { readonly code: 'appointment_before_booking'; readonly earliest: CalendarDate }

/**
 * Books the appointment for the counselling on the Berlin day `appointmentOn`; `on` is the day of
 * the booking. A case that was only registered counts as invited by phone on the same day, so both
 * steps are passed. From `appointed` and `missed` it is a new appointment. Whether the time of day
 * is likely is `checkAppointmentTime`'s. Refused: `wrong_stage`, the dates,
 * `appointment_before_booking`.
 */
export function appoint(
  pupilCase: PupilCase,
  facts: When & { readonly appointmentOn: CalendarDate },
): Result<Decided<'appointed'>, AppointRefusal> {
  if (!isAt(pupilCase, BEFORE_COUNSELLING)) return err(wrongStage(pupilCase, BEFORE_COUNSELLING))
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const { on, appointmentOn } = facts
  if (appointmentOn < on) return err({ code: 'appointment_before_booking', earliest: on })
  const invited: readonly StageStep[] =
    pupilCase.stage === 'registered'
      ? [{ stage: 'invited', validOn: on, reason: { code: 'by_phone', sentence: null } }]
      : []
  return ok({
    next: { ...coreOf(pupilCase), stageSince: on, stage: 'appointed', appointmentOn },
    steps: [...invited, step('appointed', on)],
    seatMove: null,
  })
}

export type MarkMissedRefusal =
  | WrongStage
  | { readonly code: 'appointment_not_yet'; readonly appointmentOn: CalendarDate }

/**
 * The child did not come (nicht erschienen): valid since the day of the appointment. Refused:
 * `wrong_stage`, `appointment_not_yet` before that day.
 */
export function markMissed(
  pupilCase: PupilCase,
  facts: Pick<When, 'now'>,
): Result<Decided<'missed'>, MarkMissedRefusal> {
  if (!isAt(pupilCase, ['appointed'])) return err(wrongStage(pupilCase, ['appointed']))
  const { appointmentOn } = pupilCase
  if (appointmentOn > dayOf(facts.now)) return err({ code: 'appointment_not_yet', appointmentOn })
  return ok({
    next: { ...coreOf(pupilCase), stageSince: appointmentOn, stage: 'missed', appointmentOn },
    steps: [step('missed', appointmentOn)],
    seatMove: null,
  })
}

export type FinishCounsellingRefusal = WrongStage | DateRefusal

/**
 * Finishes the counselling held on `on`; from then on the case waits for a seat, so two steps are
 * passed on that day. A family may come without an appointment, so every stage before the
 * counselling will do. Whether the Beratungsbogen is complete is `missingForFinish`'s. Refused:
 * `wrong_stage`, the dates.
 */
export function finishCounselling(
  pupilCase: PupilCase,
  facts: When & { readonly recommendation: Recommendation },
): Result<Decided<'waiting'>, FinishCounsellingRefusal> {
  if (!isAt(pupilCase, BEFORE_COUNSELLING)) return err(wrongStage(pupilCase, BEFORE_COUNSELLING))
  const day = checkDay(pupilCase, facts)
  if (!day.ok) return day
  const { on, recommendation } = facts
  return ok({
    next: {
      ...coreOf(pupilCase),
      stageSince: on,
      stage: 'waiting',
      counselledOn: on,
      recommendation,
    },
    steps: [step('counselled', on), step('waiting', on)],
    seatMove: null,
  })
}
