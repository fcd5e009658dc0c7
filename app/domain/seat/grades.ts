import type { SchoolForm } from '../school/form.ts'

/** Grades (Jahrgänge) from 1 to 13, both ends included. */
export type GradeRange = { readonly from: number; readonly to: number }

/** The grades a German school can have. */
export const ALL_GRADES: GradeRange = { from: 1, to: 13 }

/**
 * The grades a school of this form can teach in NRW. A single school may teach fewer (a Gesamtschule
 * without upper level): its seat pools say so. At the Berufskolleg, grade 11 stands for the
 * Internationale Förderklasse and all else that starts at 16 (domain.md §3.2, §3.4).
 */
export function gradesOf(form: SchoolForm): GradeRange {
  return GRADES[form]
}

const GRADES: Readonly<Record<SchoolForm, GradeRange>> = {
  '02': { from: 1, to: 4 },
  '04': { from: 5, to: 10 },
  '06': { from: 1, to: 10 },
  '08': { from: 1, to: 13 },
  '10': { from: 5, to: 10 },
  '13': { from: 1, to: 10 },
  '14': { from: 5, to: 10 },
  '15': { from: 5, to: 13 },
  '16': { from: 1, to: 13 },
  '17': { from: 1, to: 13 },
  '18': { from: 1, to: 13 },
  '19': { from: 1, to: 13 },
  '20': { from: 5, to: 13 },
  '25': { from: 9, to: 13 },
  '30': { from: 11, to: 13 },
  '81': { from: 1, to: 13 },
  '83': { from: 1, to: 13 },
  '85': { from: 5, to: 10 },
  '87': { from: 5, to: 13 },
  '88': { from: 11, to: 13 },
}

/** Whether the range holds the grade. */
export function holdsGrade(range: GradeRange, grade: number): boolean {
  return range.from <= grade && grade <= range.to
}
