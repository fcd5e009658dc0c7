import * as z from 'zod'
import { APPOINTMENT_MODES } from '#app/domain/appointment/appointment.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { dayField, versionField, wordsField } from './case-fields.ts'

/** A Berlin wall-clock time, `10:30`. */
type ClockTime = `${string}:${string}`

const timeField = z
  .string('field.required')
  .trim()
  .min(1, 'field.required')
  .transform((text, ctx): ClockTime => {
    const time = clockTime(text)
    if (time !== null) return time
    ctx.addIssue({ code: 'custom', message: 'field.time_invalid' })
    return z.NEVER
  })

const minutesField = z
  .string('field.required')
  .trim()
  .regex(/^\d{1,4}$/, 'field.number_invalid')
  .transform(Number)

/** Also children whose boxes were ticked; one box alone arrives as a list of one. */
const alsoForField = z
  .array(z.string())
  .default([])
  .transform((ids) => ids as unknown as readonly CaseId[])

/** Booking an appointment: when, how long, where, for whom. A place is due where people meet. */
export const AppointmentForm = z
  .object({
    version: versionField,
    date: dayField,
    time: timeField,
    durationMinutes: minutesField,
    mode: z.enum(APPOINTMENT_MODES, 'field.choose'),
    place: wordsField(320).refine(isOneLine, 'field.control_characters'),
    alsoFor: alsoForField,
  })
  .refine(({ mode, place }) => mode !== 'on_site' || place !== '', {
    path: ['place'],
    message: 'field.required',
  })

/** Saying that nobody came. */
export const MissedForm = z.object({ version: versionField })

/** `9.30`, `9:30` and `09:30` are the same time. */
function clockTime(text: string): ClockTime | null {
  const [, hour, minute] = /^(\d{1,2})[:.](\d{2})(?:\s*Uhr)?$/.exec(text) ?? []
  if (hour === undefined || minute === undefined) return null
  return Number(hour) < 24 && Number(minute) < 60 ? `${hour.padStart(2, '0')}:${minute}` : null
}

function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)
}
