import type { CalendarDate } from '#app/domain/time.ts'
import { formatDate } from '#app/i18n/format.ts'
import type { Option } from './select.tsx'

/** A choice of a list in words; what is no choice of it stays as it is. */
export function optionText(options: readonly Option[], value: unknown): string {
  return options.find((option) => option.value === value)?.label ?? String(value ?? '')
}

/** A day of a date field as people write it; what is none stays as it was typed. */
export function dayText(value: unknown): string {
  const text = String(value ?? '')
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDate(text as CalendarDate) : text
}
