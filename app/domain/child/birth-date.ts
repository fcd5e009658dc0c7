import { err, ok, type Result } from '../result.ts'
import { type CalendarDate, toCalendarDate } from '../time.ts'

/**
 * A birth date and how much of it is known, stored apart from each other: papers often say 1 January
 * where only the year is known, and "00." is no day (promises.md §4, BI-06; Swiss court case S6 there).
 * With `month` and `year` the unknown parts of `date` are 01, as German registers write them.
 */
export type BirthDate =
  | { readonly precision: 'day' | 'month' | 'year'; readonly date: CalendarDate }
  | { readonly precision: 'unknown'; readonly date: null }

export type BirthDatePrecision = BirthDate['precision']

/** What a form holds: the three parts as typed, and what the counsellor says of them. */
export type BirthDateText = {
  readonly day: string
  readonly month: string
  readonly year: string
  /** null: not said; then the parts that are filled in say it. */
  readonly precision: BirthDatePrecision | null
}

/** The three parts a birth date is typed in. */
export type BirthDatePart = 'day' | 'month' | 'year'

export type BirthDateRefusal =
  | { readonly code: 'birth_date_missing' }
  | { readonly code: 'birth_date_impossible'; readonly part: BirthDatePart }
  | { readonly code: 'birth_date_in_future' }
  | { readonly code: 'birth_date_unlikely'; readonly age: number }

/**
 * The ages (in completed years) a child that is registered for school can plausibly have: from well
 * before compulsory schooling to the oldest pupils of a Berufskolleg. Wider than any rule of law on
 * purpose (örtliche Regel, `checkedOn: null`): it catches slips of the pen, it decides nothing.
 */
export const PUPIL_AGES = { from: 3, to: 25 } as const

/**
 * Reads a birth date typed in three parts, in Latin, Arabic or Persian digits. An empty part or "00"
 * is an unknown one: without a day the date is known to the month, without a month to the year. 1 January
 * stays a day unless the counsellor says otherwise. Refused: nothing filled in and not said to be unknown
 * (`birth_date_missing`), a day no calendar has, a part that is no number, or a year not of four digits
 * (`birth_date_impossible`, with the part to look at), a day after `on`, an age outside `PUPIL_AGES` on the day `on`.
 */
export function parseBirthDate(
  text: BirthDateText,
  on: CalendarDate,
): Result<BirthDate, BirthDateRefusal> {
  if (text.precision === 'unknown') return ok({ precision: 'unknown', date: null })
  const parts = [text.day, text.month, text.year].map(plainDigits) as [string, string, string]
  if (parts.every((part) => part === '')) return err({ code: 'birth_date_missing' })
  const birthDate = assemble(parts, text.precision)
  if (birthDate === null) return err({ code: 'birth_date_impossible', part: wrongPart(parts) })
  if (birthDate.date > on) return err({ code: 'birth_date_in_future' })
  const age = completedYears(birthDate.date, on)
  if (age < PUPIL_AGES.from || age > PUPIL_AGES.to) return err({ code: 'birth_date_unlikely', age })
  return ok(birthDate)
}

/**
 * Completed years of age on `day`; null when the birth date is unknown. Known to the month or year only,
 * the date counts as written (the 1st). A year of life ends with the day before the birthday
 * (§ 187 Abs. 2 Satz 2, § 188 Abs. 2 BGB, `checkedOn: null`): born 29 February, on 1 March.
 */
export function ageOn(birthDate: BirthDate, day: CalendarDate): number | null {
  return birthDate.date === null ? null : completedYears(birthDate.date, day)
}

/** The birth date as staff read it: "01.01.2015 (Tag und Monat unsicher)". */
export function birthDatePhrase(birthDate: BirthDate): string {
  if (birthDate.date === null) return 'Geburtsdatum nicht bekannt'
  return `${birthDate.date.split('-').reverse().join('.')}${DOUBTS[birthDate.precision]}`
}

const DOUBTS = { day: '', month: ' (Tag unsicher)', year: ' (Tag und Monat unsicher)' } as const

function assemble(
  [day, month, year]: readonly [string, string, string],
  stated: 'day' | 'month' | 'year' | null,
): (BirthDate & { readonly date: CalendarDate }) | null {
  const known = knownPrecision(day, month)
  const precision = stated === null ? known : coarser(stated, known)
  if (!/^\d{4}$/.test(year) || (isBlank(month) && !isBlank(day))) return null
  const date = toCalendarDate(`${year}-${twoDigits(month)}-${twoDigits(day)}`)
  return date === null ? null : { precision, date }
}

/** Of a date that is none: the part that cannot be, the year first; else the day is none of its month. */
function wrongPart([, month, year]: readonly [string, string, string]): BirthDatePart {
  if (!/^\d{4}$/.test(year)) return 'year'
  const isMonth = toCalendarDate(`${year}-${twoDigits(month)}-01`) !== null
  return isMonth && !isBlank(month) ? 'day' : 'month'
}

const COARSENESS = { day: 0, month: 1, year: 2 } as const

function coarser<P extends keyof typeof COARSENESS>(a: P, b: P): P {
  return COARSENESS[a] >= COARSENESS[b] ? a : b
}

function knownPrecision(day: string, month: string): 'day' | 'month' | 'year' {
  if (isBlank(month)) return 'year'
  return isBlank(day) ? 'month' : 'day'
}

function isBlank(part: string): boolean {
  return /^0*$/.test(part)
}

function twoDigits(part: string): string {
  return isBlank(part) ? '01' : part.padStart(2, '0')
}

/** Full-width digits through NFKC; Arabic and Persian ones stand in two runs of ten. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
}

function completedYears(born: CalendarDate, day: CalendarDate): number {
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4))
  return day.slice(5) >= born.slice(5) ? years : years - 1
}
