import type { AppointmentMode, AppointmentOutcome } from '#app/domain/appointment/appointment.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { CaseHead } from '../case/case-page-data.ts'

/** One appointment of a case, and what became of it. */
export type ShownAppointment = {
  readonly id: string
  readonly startsAt: Instant
  readonly durationMinutes: number
  readonly mode: AppointmentMode
  readonly place: string
  readonly outcome: AppointmentOutcome
}

/** The appointments of a case and what booking one needs. */
export type CaseAppointments = CaseHead & {
  readonly today: CalendarDate
  readonly canAppoint: boolean
  readonly canMarkMissed: boolean
  readonly planned: ShownAppointment | null
  readonly earlier: readonly ShownAppointment[]
  /** Brothers and sisters who could come along. */
  readonly siblings: readonly {
    readonly caseId: string
    readonly name: string
    readonly stage: Stage
  }[]
}
