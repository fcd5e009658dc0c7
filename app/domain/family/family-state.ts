import type { AppointmentMode } from '../appointment/appointment.ts'
import type { Stage } from '../case/stage.ts'
import type { CalendarDate, Instant } from '../time.ts'

/** The family's next appointment, as far as the family needs it. */
export type FamilyAppointment = {
  readonly startsAt: Instant
  readonly durationMinutes: number
  readonly mode: AppointmentMode
  readonly place: string
  /** Whether somebody will interpret. */
  readonly interpreter: boolean
}

/** The school that was found: shown from "zugewiesen" on. */
export type FamilySchool = {
  readonly name: string
  readonly address: string
  readonly phone: string | null
}

/** Everything the family page shows, and no more: never a note, a score or a rank. */
export type FamilyState = {
  readonly stage: Stage
  readonly registeredOn: CalendarDate
  readonly appointment: FamilyAppointment | null
  readonly school: FamilySchool | null
  readonly firstDay: CalendarDate | null
}
