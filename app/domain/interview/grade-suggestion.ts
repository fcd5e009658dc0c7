import { LEGAL_SOURCES, type LegalSource } from '../law/legal-source.ts'
import { ALL_GRADES, holdsGrade } from '../seat/grades.ts'
import type { CalendarDate } from '../time.ts'

export type GradeSuggestion = {
  /** 1 to 13; null: the child is too young or too old for a school's grades. */
  readonly grade: number | null
  readonly source: LegalSource
}

/**
 * The grade a child of this age would be in: start of the school year − cohort − 5, where the
 * cohort is the year of birth, or the year after for a birth after 30 September (§ 35 Abs. 1
 * SchulG, `checkedOn: null`). `schoolYear` is the year the school year starts in. It only
 * pre-fills: the counsellor recommends, and a lower grade may suit interrupted schooling.
 */
export function gradeSuggestion(birthDate: CalendarDate, schoolYear: number): GradeSuggestion {
  const birthYear = Number(birthDate.slice(0, 4))
  const cohort = birthDate.slice(5) > '09-30' ? birthYear + 1 : birthYear
  const grade = schoolYear - cohort - 5
  return {
    grade: holdsGrade(ALL_GRADES, grade) ? grade : null,
    source: LEGAL_SOURCES.schoolAge,
  }
}
