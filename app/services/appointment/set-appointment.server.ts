import {
  type Appointment,
  type AppointmentTimeRefusal,
  checkAppointmentTime,
} from '#app/domain/appointment/appointment.ts'
import { type AppointRefusal, appoint } from '#app/domain/case/counsel.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { AppointmentId, CaseId, CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { berlinInstant, type CalendarDate, dayOf, instant } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import {
  type AppointmentRecord,
  cancelPlanned,
  insertAppointment,
} from '#db/queries/appointment.server.ts'
import { lockCase } from '#db/queries/case.server.ts'
import { lockSettings } from '#db/queries/centre.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey, familyKey, sealRecord } from '#db/sealing/records.server.ts'
import { storeDecision } from '../case/store-decision.server.ts'
import { visibleCase } from '../case/visible-case.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/** A Berlin wall-clock time, `10:30`. */
export type ClockTime = `${string}:${string}`

export type TimeSkipped = {
  readonly code: 'appointment_time_skipped'
  /** The same time an hour later, which exists: `03:30`. */
  readonly suggestion: string
}

export type SetAppointmentRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' }
  | Forbidden
  | AppointRefusal
  | AppointmentTimeRefusal
  | TimeSkipped

export type SetAppointment = AppointmentRecord & {
  readonly caseId: CaseId
  readonly version: number
  readonly date: CalendarDate
  readonly time: ClockTime
  readonly durationMinutes: number
  /** Cases of brothers and sisters who come along. */
  readonly alsoFor: readonly CaseId[]
}

/**
 * Books the appointment of a family for the counselling, for one child or several. What they were
 * booked for before is cancelled. A case that was only registered counts as invited by phone.
 * Refused: `case_not_found` (also when one of `alsoFor` is of another family), `forbidden`,
 * `wrong_stage`, `appointment_time_skipped` where the night of the change skips the time,
 * `appointment_in_past`, `appointment_time_unlikely`, `appointment_duration_unlikely`, `stale_case`.
 */
export async function setAppointment(
  ctx: Context,
  command: SetAppointment,
): Promise<Result<{ readonly appointmentId: AppointmentId }, SetAppointmentRefusal>> {
  const allowed = await casesToAppoint(ctx, command)
  if (!allowed.ok) return allowed
  const { permit, cases } = allowed.value
  const time = timeOf(ctx, command)
  if (!time.ok) return time
  const appointmentId = ctx.newId() as AppointmentId
  const [{ centreId, familyId }] = cases
  const key = await familyKey(ctx.database.db, ctx.keys, centreId, familyId)
  const booked = await withKeys(ctx, cases)
  const { mode, place } = command
  const { startsAt, durationMinutes } = time.value
  const record: AppointmentRecord = { durationMinutes, mode, place }
  const appointed = ({ id }: PupilCase) =>
    ({ event: 'family_appointed', caseId: id, appointmentId, on: command.date }) as const
  return transact(ctx, permit, centreId, async (tx) => {
    const caseIds = cases.map(({ id }) => id)
    // the centre before its cases, as whoever changes its targets
    await lockSettings(tx, centreId)
    if (!(await lockAll(tx, centreId, caseIds))) return err({ code: 'case_not_found' })
    await cancelPlanned(tx, centreId, caseIds)
    const row = {
      centre_id: centreId,
      id: appointmentId,
      family_id: familyId,
      starts_at: startsAt,
      state: 'planned' as const,
      sealed: sealRecord(key, 'appointment', centreId, appointmentId, record),
    }
    await insertAppointment(tx, row, caseIds)
    for (const { pupilCase, key: child } of booked) {
      const booking = { pupilCase, key: child, appointmentOn: command.date }
      const stored = await appointCase(ctx, tx, permit, booking)
      if (!stored.ok) return stored
    }
    const [first, ...others] = cases
    return ok({
      value: { appointmentId },
      events: [appointed(first), ...others.map(appointed)],
    })
  })
}

/** In one order, so that two who book brothers and sisters do not wait for each other. */
async function lockAll(tx: Tx, centreId: CentreId, ids: readonly CaseId[]): Promise<boolean> {
  for (const id of ids.toSorted()) {
    if ((await lockCase(tx, centreId, id)) === null) return false
  }
  return true
}

type Cases = readonly [PupilCase, ...PupilCase[]]

/** The cases that are appointed, the one on screen first, each with the right to do so. */
async function casesToAppoint(
  ctx: Context,
  { caseId, version, alsoFor }: SetAppointment,
): Promise<
  Result<
    { readonly permit: Permit; readonly cases: Cases },
    { readonly code: 'case_not_found' } | Forbidden
  >
> {
  const found = await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.appoint', found.facts)
  if (!permit.ok) return permit
  const others: PupilCase[] = []
  for (const id of new Set(alsoFor.filter((one) => one !== caseId))) {
    const other = await visibleCase(ctx, id)
    if (other === null || other.row.family_id !== found.row.family_id) {
      return err({ code: 'case_not_found' })
    }
    const also = authorize(ctx.actor, 'case.appoint', other.facts)
    if (!also.ok) return also
    others.push(other.pupilCase)
  }
  return ok({ permit: permit.value, cases: [{ ...found.pupilCase, version }, ...others] })
}

function timeOf(
  ctx: Context,
  { date, time, durationMinutes }: SetAppointment,
): Result<Pick<Appointment, 'startsAt' | 'durationMinutes'>, AppointmentTimeRefusal | TimeSkipped> {
  const startsAt = berlinInstant(date, time)
  if (startsAt === null) {
    return err({ code: 'appointment_time_skipped', suggestion: anHourLater(time) })
  }
  return checkAppointmentTime({ startsAt, durationMinutes }, instant(ctx.clock))
}

function anHourLater(time: ClockTime): string {
  const [hour, minute] = time.split(':')
  return `${String((Number(hour) + 1) % 24).padStart(2, '0')}:${minute}`
}

/** Keys are fetched before the transaction: they live in a database of their own. */
async function withKeys(ctx: Context, cases: Cases) {
  const booked: { readonly pupilCase: PupilCase; readonly key: SubjectKey }[] = []
  for (const pupilCase of cases) {
    const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
    booked.push({ pupilCase, key })
  }
  return booked
}

async function appointCase(
  ctx: Context,
  tx: Tx,
  permit: Permit,
  booking: {
    readonly pupilCase: PupilCase
    readonly key: SubjectKey
    readonly appointmentOn: CalendarDate
  },
): Promise<Result<PupilCase, AppointRefusal | { readonly code: 'stale_case' }>> {
  const now = instant(ctx.clock)
  const { pupilCase, key, appointmentOn } = booking
  const decided = appoint(pupilCase, { on: dayOf(now), now, appointmentOn })
  if (!decided.ok) return decided
  const facts = { event: 'family_appointed', schoolNumber: null, key }
  return storeDecision(ctx, tx, permit, decided.value, facts)
}
