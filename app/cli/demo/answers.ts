import type { BirthDate } from '#app/domain/child/birth-date.ts'
import { gradeSuggestion } from '#app/domain/interview/grade-suggestion.ts'
import type { Interview, LatinLiteracy } from '#app/domain/interview/interview.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import { type CalendarDate, schoolYearOf } from '#app/domain/time.ts'
import type { TopicAnswers } from '#app/services/interview/save-topic.server.ts'
import { chosen } from './calendar.ts'
import type { DemoChild, DemoFamily } from './family.ts'

const SCHOOL_STARTS_AT = 6
/** Languages of the demo that are not written in Latin letters. */
const OTHER_SCRIPTS: ReadonlySet<string> = new Set(
  'ar uk ru bg sr tg prs ps fa ckb ti am ka hy hi ta ur zh ne'.split(' '),
)

/**
 * The birth date of a child that is in `grade` in the school year of the first start: the year of
 * birth follows from it (§ 35 Abs. 1 SchulG, as `gradeSuggestion` reads it).
 */
export function birthDateOf(child: DemoChild, start: CalendarDate): BirthDate {
  const cohort = schoolYearOf(start) - 5 - child.grade
  const year = child.born > '09-30' ? cohort - 1 : cohort
  const date = `${year}-${child.born}` as CalendarDate
  return { precision: child.known ?? 'day', date }
}

/** What the family says in the talk held on `on`, and what the counsellor recommends; by topic. */
export function answersOf(
  family: DemoFamily,
  child: DemoChild,
  facts: { readonly birthDate: BirthDate; readonly on: CalendarDate },
): readonly TopicAnswers[] {
  const grade = gradeOn(facts.birthDate, facts.on)
  const form = formFor(child, grade)
  const literacy = literacyOf(family, child, grade)
  return [
    {
      topic: 'languages',
      languages: [family.language, ...(child.speaks ?? [])].map((language) => ({ language })),
      latinLiteracy: literacy,
      germanLevel:
        child.german ?? chosen(['none', 'none', 'Pre-A1', 'A1'], `german ${child.given}`),
    },
    { topic: 'schooling', schooling: schoolingOf(family, facts, grade, literacy) },
    { topic: 'siblings', siblings: [] },
    { topic: 'wish', wish: wishOf(child, form) },
    { topic: 'recommendation', recommendation: { form, grade, reason: reasonFor(form, literacy) } },
  ]
}

/** The grade of the child's age on a day; who is too young for one starts in the first. */
function gradeOn({ date }: BirthDate, on: CalendarDate): number {
  return (date === null ? null : gradeSuggestion(date, schoolYearOf(on)).grade) ?? 1
}

function formFor(child: DemoChild, grade: number): SchoolForm | null {
  if (grade <= 4) return '02'
  if (child.grade >= 11) return '30'
  if (child.form !== undefined) return child.form
  return chosen(['15', '14', '10', '15', '04', null], `form ${child.given} ${child.family}`)
}

function literacyOf(family: DemoFamily, child: DemoChild, grade: number): LatinLiteracy {
  if (child.literacy !== undefined) return child.literacy
  if (!OTHER_SCRIPTS.has(family.language)) return 'yes'
  return grade === 1 ? 'no' : chosen(['yes', 'yes', 'partly'], `literacy ${child.given}`)
}

function schoolingOf(
  { country }: DemoFamily,
  { birthDate, on }: { readonly birthDate: BirthDate; readonly on: CalendarDate },
  grade: number,
  literacy: LatinLiteracy,
): NonNullable<Interview['schooling']> {
  const toYear = Number(on.slice(0, 4))
  const fromYear = Number(birthDate.date?.slice(0, 4) ?? toYear) + SCHOOL_STARTS_AT
  if (grade === 1 || fromYear >= toYear) return []
  const span = Math.min(grade - 1, toYear - fromYear)
  const years = literacy === 'no' ? Math.ceil(span / 2) : span
  return [{ country, fromYear, toYear, years }]
}

function wishOf(child: DemoChild, form: SchoolForm | null): NonNullable<Interview['wish']> {
  const note = chosen(
    ['', '', 'Eine Schule, die zu Fuß zu erreichen ist.', 'Am Nachmittag betreut.'],
    `wish ${child.given}`,
  )
  const hasWish = form !== null && form !== '02' && child.grade % 2 === 0
  return { schools: [], forms: hasWish ? [form] : [], note }
}

function reasonFor(form: SchoolForm | null, literacy: LatinLiteracy): string {
  if (literacy === 'no') return 'Lernt lateinische Buchstaben erst; braucht eine kleine Gruppe.'
  if (form === '30') return 'Zu alt für die Sekundarstufe I; möchte einen Beruf lernen.'
  if (form === '02') return 'Klasse nach dem Alter; Deutsch in der Fördergruppe.'
  if (form === '20') return 'War in der bisherigen Schule durchgehend sehr gut.'
  if (form === null) return 'Noch offen: Nach der Erstförderung wird neu geschaut.'
  return 'Hat bisher regelmäßig eine Schule besucht und lernt gern mit anderen.'
}
