import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { optionText } from '../form/answer-text.ts'
import type { SharedField, SharedRecord } from '../form/shared-record.ts'
import { type CaseInterview, schoolOptions } from './interview-data.ts'

/** A row of a list as it stands in the form. */
export type Row = Readonly<Record<string, unknown>>

/** A topic of the Beratungsbogen as a record that several people edit. */
export function sharedTopic(
  { savedAt }: CaseInterview,
  fields: readonly SharedField[],
): readonly SharedRecord[] {
  const savedBy = savedAt === null ? undefined : formatDateTime(savedAt)
  return [{ prefix: '', fields, savedBy }]
}

/** Rows in words; empty rows are left out. */
export function rowTexts(rows: unknown, text: (row: Row) => string): string {
  const all = Array.isArray(rows) ? (rows as readonly (Row | null)[]) : []
  return all
    .map((row) => text(row ?? {}))
    .filter((words) => words !== '')
    .join('; ')
}

/** Rows that name a school, by its name. */
export function schoolTexts(page: CaseInterview, rows: unknown): string {
  return rowTexts(rows, ({ schoolNumber }) => optionText(schoolOptions(page), schoolNumber))
}

/** Keys of school forms in words. */
export function formTexts(keys: unknown): string {
  const names: Readonly<Record<string, string>> = SCHOOL_FORMS
  return [keys]
    .flat()
    .map((key) => names[String(key)] ?? '')
    .filter((name) => name !== '')
    .join(', ')
}

/** The words of the box "none" where it is ticked, before its rows. */
export function noneOr(isTicked: unknown, none: string, rows: string): string {
  return [isTicked ? none : '', rows].filter((words) => words !== '').join('; ')
}
