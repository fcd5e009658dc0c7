import type { AppointmentId, FamilyId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { addHours, addMonths, dayOf, type Instant } from '../time.ts'

export const APPOINTMENT_MODES = ['on_site', 'phone', 'video'] as const

/** Where family and counsellor meet. */
export type AppointmentMode = (typeof APPOINTMENT_MODES)[number]

/** An appointment of a family. It can serve several of its children. */
export type Appointment = {
  readonly id: AppointmentId
  readonly familyId: FamilyId
  readonly startsAt: Instant
  readonly durationMinutes: number
  readonly mode: AppointmentMode
  /** Room or address in words; empty on the phone. */
  readonly place: string
}

/** What became of the appointment for one child: one may come and the other not. */
export type AppointmentOutcome = 'planned' | 'came' | 'missed' | 'cancelled'

/** Between which Berlin times of day, in minutes since midnight, an appointment is likely. */
const LIKELY_FROM_MINUTE = 7 * 60
const LIKELY_TO_MINUTE = 20 * 60

/** How far ahead an appointment may lie, in months, and how long it may last, in minutes. Ours. */
const LATEST_APPOINTMENT_MONTHS = 12
const SHORTEST_APPOINTMENT_MINUTES = 10
const LONGEST_APPOINTMENT_MINUTES = 240

export type AppointmentTimeRefusal =
  | { readonly code: 'appointment_in_past' }
  | {
      readonly code: 'appointment_time_unlikely'
      readonly why: 'sunday' | 'too_early' | 'too_late' | 'too_far'
    }
  | {
      readonly code: 'appointment_duration_unlikely'
      readonly min: number
      readonly max: number
    }

type AppointmentTime = Pick<Appointment, 'startsAt' | 'durationMinutes'>

/**
 * A time an appointment can be booked for. Refused: `appointment_in_past` (it must start after
 * `now`), `appointment_time_unlikely` on Sundays, when it starts before 7:00 or ends after 20:00 in
 * Berlin, or more than a year ahead, `appointment_duration_unlikely` outside 10 to 240 minutes.
 */
export function checkAppointmentTime(
  time: AppointmentTime,
  now: Instant,
): Result<AppointmentTime, AppointmentTimeRefusal> {
  const { startsAt, durationMinutes } = time
  const [min, max] = [SHORTEST_APPOINTMENT_MINUTES, LONGEST_APPOINTMENT_MINUTES]
  if (startsAt <= now) return err({ code: 'appointment_in_past' })
  if (!Number.isInteger(durationMinutes) || durationMinutes < min || durationMinutes > max) {
    return err({ code: 'appointment_duration_unlikely', min, max })
  }
  const why = unlikely(time, now)
  return why === null ? ok(time) : err({ code: 'appointment_time_unlikely', why })
}

function unlikely(
  { startsAt, durationMinutes }: AppointmentTime,
  now: Instant,
): 'sunday' | 'too_early' | 'too_late' | 'too_far' | null {
  const minute = berlinMinute(startsAt)
  if (isSunday(startsAt)) return 'sunday'
  if (minute < LIKELY_FROM_MINUTE) return 'too_early'
  if (minute + durationMinutes > LIKELY_TO_MINUTE) return 'too_late'
  return dayOf(startsAt) > addMonths(dayOf(now), LATEST_APPOINTMENT_MONTHS) ? 'too_far' : null
}

function isSunday(at: Instant): boolean {
  return new Date(`${dayOf(at)}T00:00:00Z`).getUTCDay() === 0
}

const berlinTime = new Intl.DateTimeFormat('de-DE', {
  timeZone: 'Europe/Berlin',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** Minutes since midnight by the clock in Berlin. */
function berlinMinute(at: Instant): number {
  const [hour, minute] = berlinTime.format(new Date(at)).split(':').map(Number)
  return (hour ?? 0) * 60 + (minute ?? 0)
}

/** When an appointment ends. */
export function endOfAppointment({ startsAt, durationMinutes }: AppointmentTime): Instant {
  return addHours(startsAt, durationMinutes / 60)
}
