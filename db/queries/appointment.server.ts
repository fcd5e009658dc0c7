import type { AppointmentMode, AppointmentOutcome } from '#app/domain/appointment/appointment.ts'
import type { AppointmentId, CaseId, CentreId } from '#app/domain/ids.ts'
import type { Db, Row, Tx } from '../schema.ts'

/** What is sealed of an appointment, under the family's key. */
export type AppointmentRecord = {
  readonly durationMinutes: number
  readonly mode: AppointmentMode
  /** Room or address in words; empty on the phone. */
  readonly place: string
}

/** An appointment as it concerns one case. */
export type AppointmentOfCase = Row<'appointment'> & { readonly outcome: AppointmentOutcome }

/** The appointments of a case with what became of them, latest time first. */
export async function listAppointmentsOfCase(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<readonly AppointmentOfCase[]> {
  return db
    .selectFrom('appointment_case')
    .innerJoin('appointment', (join) =>
      join
        .onRef('appointment.centre_id', '=', 'appointment_case.centre_id')
        .onRef('appointment.id', '=', 'appointment_case.appointment_id'),
    )
    .selectAll('appointment')
    .select('appointment_case.outcome')
    .where('appointment_case.centre_id', '=', centreId)
    .where('appointment_case.case_id', '=', caseId)
    .orderBy('appointment.starts_at', 'desc')
    .orderBy('appointment.id', 'desc')
    .execute()
}

/** The appointment a case is booked for, or null. A case has one at most: booking cancels the other. */
export async function findPlannedAppointment(
  db: Db,
  centreId: CentreId,
  caseId: CaseId,
): Promise<Row<'appointment'> | null> {
  const row = await db
    .selectFrom('appointment_case')
    .innerJoin('appointment', (join) =>
      join
        .onRef('appointment.centre_id', '=', 'appointment_case.centre_id')
        .onRef('appointment.id', '=', 'appointment_case.appointment_id'),
    )
    .selectAll('appointment')
    .where('appointment_case.centre_id', '=', centreId)
    .where('appointment_case.case_id', '=', caseId)
    .where('appointment_case.outcome', '=', 'planned')
    .orderBy('appointment.starts_at', 'desc')
    .executeTakeFirst()
  return row ?? null
}

/** Adds an appointment for some cases of its family. */
export async function insertAppointment(
  tx: Tx,
  appointment: Row<'appointment'>,
  caseIds: readonly CaseId[],
): Promise<void> {
  await tx.insertInto('appointment').values(appointment).execute()
  await tx
    .insertInto('appointment_case')
    .values(
      caseIds.map((case_id) => ({
        centre_id: appointment.centre_id,
        appointment_id: appointment.id,
        case_id,
        outcome: 'planned' as const,
      })),
    )
    .execute()
}

/** Says what became of a planned appointment for one case. */
export async function settleAppointment(
  tx: Tx,
  settled: {
    readonly centreId: CentreId
    readonly appointmentId: AppointmentId
    readonly caseId: CaseId
    readonly outcome: Exclude<AppointmentOutcome, 'planned'>
  },
): Promise<void> {
  await tx
    .updateTable('appointment_case')
    .set({ outcome: settled.outcome })
    .where('centre_id', '=', settled.centreId)
    .where('appointment_id', '=', settled.appointmentId)
    .where('case_id', '=', settled.caseId)
    .where('outcome', '=', 'planned')
    .execute()
}

/**
 * Cancels what the cases are booked for. An appointment nobody is booked for any more is cancelled
 * itself; one that still serves a brother or sister stays.
 */
export async function cancelPlanned(
  tx: Tx,
  centreId: CentreId,
  caseIds: readonly CaseId[],
): Promise<void> {
  const cancelled = await tx
    .updateTable('appointment_case')
    .set({ outcome: 'cancelled' })
    .where('centre_id', '=', centreId)
    .where('case_id', 'in', [...caseIds])
    .where('outcome', '=', 'planned')
    .returning('appointment_id')
    .execute()
  const ids = [...new Set(cancelled.map(({ appointment_id }) => appointment_id))]
  if (ids.length === 0) return
  await tx
    .updateTable('appointment')
    .set({ state: 'cancelled' })
    .where('centre_id', '=', centreId)
    .where('id', 'in', ids)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('appointment_case')
            .select('case_id')
            .whereRef('appointment_case.centre_id', '=', 'appointment.centre_id')
            .whereRef('appointment_case.appointment_id', '=', 'appointment.id')
            .where('appointment_case.outcome', '<>', 'cancelled'),
        ),
      ),
    )
    .execute()
}
