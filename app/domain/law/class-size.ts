import type { SchoolForm } from '../school/form.ts'
import type { GradeRange } from '../seat/grades.ts'
import { LEGAL_SOURCES, type LegalSource } from './legal-source.ts'

/** How many children a class may have (Bandbreite), and where that stands. */
export type ClassSizeBand = {
  readonly from: number
  readonly to: number
  readonly source: LegalSource
}

type Row = ClassSizeBand & { readonly forms: readonly SchoolForm[]; readonly grades: GradeRange }

/**
 * The bands we know of (domain.md §3.5), as they stood on 01.03.2024. The ordinance changes with the
 * budget of the Land; tolerances (up to five more with few parallel classes) are the school's to know.
 * For Sekundarschule, Berufskolleg and Förderschule nobody has confirmed one: no row, no hint.
 */
const BANDS: readonly Row[] = [
  {
    ...{ forms: ['02'], grades: { from: 1, to: 4 }, from: 15, to: 29 },
    source: LEGAL_SOURCES.classSizePrimary,
  },
  {
    ...{ forms: ['10', '15', '20'], grades: { from: 5, to: 10 }, from: 25, to: 29 },
    source: LEGAL_SOURCES.classSize,
  },
  {
    ...{ forms: ['04'], grades: { from: 5, to: 10 }, from: 18, to: 30 },
    source: LEGAL_SOURCES.classSize,
  },
]

/** The band for all of the grades at schools of this form; null where we know none. */
export function classSizeBand(form: SchoolForm, grades: GradeRange): ClassSizeBand | null {
  const row = BANDS.find(
    (one) =>
      one.forms.includes(form) && one.grades.from <= grades.from && grades.to <= one.grades.to,
  )
  return row === undefined ? null : { from: row.from, to: row.to, source: row.source }
}

/** The band a school form has, with its grades: what to say before a number is entered. */
export function classSizeBandOf(
  form: SchoolForm,
): (ClassSizeBand & { readonly grades: GradeRange }) | null {
  const row = BANDS.find(({ forms }) => forms.includes(form))
  if (row === undefined) return null
  const { from, to, source, grades } = row
  return { from, to, source, grades }
}

export type ClassSizeHint = ClassSizeBand & {
  /** Seats of one class, rounded up: the fullest class. */
  readonly perClass: number
  readonly why: 'below' | 'at_limit' | 'above'
}

/**
 * What to say of a number of seats spread over `classes` parallel classes (Züge) of each of the grades:
 * null within the band or where nothing is known. A hint and never a lock: how many children a school
 * takes is its own decision.
 */
export function classSizeHint(
  form: SchoolForm,
  grades: GradeRange,
  { seats, classes }: { readonly seats: number; readonly classes: number | null },
): ClassSizeHint | null {
  const band = classSizeBand(form, grades)
  if (band === null || classes === null || classes === 0) return null
  const perClass = Math.ceil(seats / (classes * (grades.to - grades.from + 1)))
  if (perClass > band.to) return { ...band, perClass, why: 'above' }
  if (perClass === band.to) return { ...band, perClass, why: 'at_limit' }
  return perClass < band.from ? { ...band, perClass, why: 'below' } : null
}
