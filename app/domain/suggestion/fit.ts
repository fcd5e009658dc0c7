import { isVocational, type SchoolForm } from '../school/form.ts'
import { type GradeRange, gradesOf, holdsGrade } from '../seat/grades.ts'

/** From which age the Berufskolleg (Internationale Förderklasse) is open: domain.md §3.2. */
const VOCATIONAL_FROM_AGE = 16

/** Forms nobody is suggested unless the counselling recommends them by name. */
const ONLY_IF_RECOMMENDED: ReadonlySet<SchoolForm> = new Set([
  '08',
  '19',
  '25',
  '81',
  '83',
  '85',
  '87',
  '88',
])

/** What the fit of a form looks at in a child. `form` is the recommendation, null when left open. */
export type FitFacts = {
  readonly grade: number
  readonly form: SchoolForm | null
  /** In years; null when the birth date is too vague to say. */
  readonly age: number | null
}

/** Why a form is out of the question for a child. */
export type Misfit =
  | { readonly why: 'wrong_form'; readonly recommended: SchoolForm | null }
  | { readonly why: 'wrong_grade'; readonly fromAge: number }
  | { readonly why: 'no_grade'; readonly taught: GradeRange }

/**
 * Why a school form does not fit the child, or null when it does. Förderschulen, Klinikschulen,
 * Weiterbildungskollegs and the like only when recommended; and where such a form or the
 * Berufskolleg is recommended, no other. Any other recommendation orders the list but shuts no
 * school of the right grade out, because a free seat is never hidden. The Berufskolleg starts at
 * 16 years, or when a counsellor recommends it by name.
 */
export function misfit(form: SchoolForm, child: FitFacts): Misfit | null {
  const { form: recommended } = child
  if (form !== recommended && (isExclusive(form) || isExclusiveChoice(recommended))) {
    return { why: 'wrong_form', recommended }
  }
  if (isVocational(form)) return vocationalMisfit(form, child)
  const taught = gradesOf(form)
  return holdsGrade(taught, child.grade) ? null : { why: 'no_grade', taught }
}

function isExclusive(form: SchoolForm): boolean {
  return ONLY_IF_RECOMMENDED.has(form)
}

function isExclusiveChoice(recommended: SchoolForm | null): boolean {
  if (recommended === null) return false
  return ONLY_IF_RECOMMENDED.has(recommended) || isVocational(recommended)
}

function vocationalMisfit(form: SchoolForm, child: FitFacts): Misfit | null {
  const { age, grade } = child
  if (form === child.form) return null
  if (age !== null) {
    return age < VOCATIONAL_FROM_AGE ? { why: 'wrong_grade', fromAge: VOCATIONAL_FROM_AGE } : null
  }
  const taught = gradesOf(form)
  return grade < taught.from ? { why: 'no_grade', taught } : null
}

/**
 * The grade whose seats a child needs at a school of this form: its own, at vocational schools at
 * least 11.
 */
export function seatGrade(form: SchoolForm, grade: number): number {
  return isVocational(form) ? Math.max(grade, gradesOf(form).from) : grade
}
