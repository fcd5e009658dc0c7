import * as z from 'zod'
import { type CalendarDate, toCalendarDate } from '#app/domain/time.ts'

/** The version of the record that was on screen. */
export const versionField = z.coerce.number<string>('field.required').int()

/** A day as the browser's date field sends it, or as people write it: `19.11.2026`. */
export const dayField = z
  .string('field.required')
  .trim()
  .min(1, 'field.required')
  .transform((text, ctx): CalendarDate => {
    const day = toCalendarDate(text) ?? germanDay(text)
    if (day !== null) return day
    ctx.addIssue({ code: 'custom', message: 'field.date_invalid' })
    return z.NEVER
  })

/** A few sentences: trimmed, at most `longest` characters; empty when nothing was sent. */
export function wordsField(longest: number) {
  return z.string().trim().max(longest, 'field.too_long').default('')
}

function germanDay(text: string): CalendarDate | null {
  const [, day, month, year] = /^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$/.exec(text) ?? []
  return toCalendarDate(`${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`)
}
