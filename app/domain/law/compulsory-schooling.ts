import { ageOn, type BirthDate } from '../child/birth-date.ts'
import { addDays, addMonths, type CalendarDate, schoolYearOf } from '../time.ts'
import { LEGAL_SOURCES, type LegalSource } from './legal-source.ts'

/**
 * What the birth date says of compulsory schooling on a day. `full_time` and `vocational` are told apart
 * about: the law counts years at school, which nobody knows here. `unclear`: not known well enough.
 */
export type CompulsorySchooling = 'not_yet' | 'full_time' | 'vocational' | 'over' | 'unclear'

/** Where the rule stands. None of the paragraphs has been held against the text yet (domain.md §3.1). */
export const COMPULSORY_SOURCES: readonly LegalSource[] = [
  LEGAL_SOURCES.schoolAge,
  LEGAL_SOURCES.fullTimeSchooling,
  LEGAL_SOURCES.vocationalSchooling,
]

/** Years of life by the beginning of 30 September with which a child is compelled from 1 August on. */
const FIRST_AGE = 6
/** About so old full-time schooling ends; practice and no law (domain.md §3.1). */
const FULL_TIME_AGE = 16
/** With the school year in which so many years of life are completed it is over. */
const LAST_AGE = 18

/**
 * Compulsory schooling by the birth date alone: from 1 August of the year by whose 30 September six years
 * are completed (§ 35 Abs. 1 SchulG) to the end of the school year in which eighteen are (§ 38 SchulG;
 * full-time before that, § 37 SchulG; all `checkedOn: null`). Left out, because nobody stores it here: years
 * at school, an apprenticeship, and whether the child lives in a Gemeinde yet (§ 34 Abs. 6 SchulG). A birth
 * date known to the month or year is taken at both its ends; where they differ it is `unclear`.
 */
export function compulsorySchooling(birthDate: BirthDate, day: CalendarDate): CompulsorySchooling {
  const { precision, date } = birthDate
  if (precision === 'unknown' || date === null) return 'unclear'
  const first = statusOf(date, day)
  const last = statusOf(lastPossible(precision, date), day)
  if (first === last) return first
  return isCompelled(first) && isCompelled(last) ? 'full_time' : 'unclear'
}

/** Whether a child is to be on a list of those who must go to school: also who may have to. */
export function mayBeCompelled(schooling: CompulsorySchooling): boolean {
  return schooling === 'unclear' || isCompelled(schooling)
}

function isCompelled(schooling: CompulsorySchooling): boolean {
  return schooling === 'full_time' || schooling === 'vocational'
}

function statusOf(born: CalendarDate, day: CalendarDate): CompulsorySchooling {
  const year = schoolYearOf(day)
  if (yearsOf(born, `${year}-09-30`) < FIRST_AGE) return 'not_yet'
  // completed by 31 July: a year of life ends with the day before the birthday
  if (yearsOf(born, `${year}-08-01`) >= LAST_AGE) return 'over'
  return yearsOf(born, day) < FULL_TIME_AGE ? 'full_time' : 'vocational'
}

function yearsOf(born: CalendarDate, day: CalendarDate): number {
  return ageOn({ precision: 'day', date: born }, day) ?? 0
}

/** The unknown parts of a date are written as 01. */
function lastPossible(precision: 'day' | 'month' | 'year', date: CalendarDate): CalendarDate {
  if (precision === 'day') return date
  const next = addMonths(date, precision === 'month' ? 1 : 12)
  return addDays(next, -1)
}

/** Groups in which children without a place are counted, by compulsory schooling and age. */
export const SCHOOL_AGES = [
  'not_yet',
  'primary',
  'secondary',
  'vocational',
  'over',
  'unclear',
] as const

export type SchoolAge = (typeof SCHOOL_AGES)[number]

/** From so many years of age on a child is counted with the Sekundarstufe I; ours, to plan by. */
const SECONDARY_AGE = 10

/** The group a child is counted in on a day. */
export function schoolAge(birthDate: BirthDate, day: CalendarDate): SchoolAge {
  const schooling = compulsorySchooling(birthDate, day)
  if (schooling !== 'full_time') return schooling
  return (ageOn(birthDate, day) ?? 0) < SECONDARY_AGE ? 'primary' : 'secondary'
}
