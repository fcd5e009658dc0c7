import * as z from 'zod'
import { GER_LEVELS } from '#app/domain/follow-up/ger-level.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type {
  ChildLanguage,
  Interview,
  LatinLiteracy,
  SchoolingRow,
} from '#app/domain/interview/interview.ts'
import { TOPICS, type Topic } from '#app/domain/interview/topics.ts'
import { findLanguage } from '#app/domain/language/languages.ts'
import { isSchoolForm, type SchoolForm } from '#app/domain/school/form.ts'
import { ALL_GRADES, holdsGrade } from '#app/domain/seat/grades.ts'
import { dayField, versionField, wordsField } from './case-fields.ts'
import { findCountry } from './interview-countries.ts'

/** A page of the Beratungsbogen: one per topic, and the one that checks and finishes. */
export type InterviewStep = Topic | 'check'

export const INTERVIEW_STEPS: readonly InterviewStep[] = [...TOPICS, 'check']

/** How the steps are called in the address (`?thema=`). */
export const STEP_ADDRESS: Readonly<Record<InterviewStep, string>> = {
  languages: 'sprachen',
  schooling: 'schulbesuch',
  siblings: 'geschwister',
  wish: 'wunsch',
  recommendation: 'empfehlung',
  check: 'pruefen',
}

/** The step an address names; the first one when it names none. */
export function stepOf(address: string | null): InterviewStep {
  return INTERVIEW_STEPS.find((step) => STEP_ADDRESS[step] === address) ?? 'languages'
}

/** Where a case goes on once a topic is saved: its next part, or its overview when one leaves. */
export function nextPart(topic: Topic, intent: unknown): string {
  if (intent === 'leave') return ''
  const next = INTERVIEW_STEPS[INTERVIEW_STEPS.indexOf(topic) + 1] ?? 'check'
  return `/beratung?thema=${STEP_ADDRESS[next]}`
}

/** The answers of one topic, as they are saved. */
type Answers<T extends Topic, Field extends keyof Interview> = {
  readonly version: number
  readonly answers: { readonly topic: T } & Pick<Interview, Field>
}

const ticked = z
  .string()
  .default('')
  .transform((text) => text !== '')

const cell = z.string().trim().default('')

/** Empty: not answered yet, which a draft may be. */
function optionalOf<const Code extends string>(codes: readonly Code[]) {
  return cell.transform((text, ctx): Code | null => {
    const known = codes.find((code) => code === text)
    if (known !== undefined || text === '') return known ?? null
    ctx.addIssue({ code: 'custom', message: 'field.unknown' })
    return z.NEVER
  })
}

const LITERACY: readonly LatinLiteracy[] = ['yes', 'partly', 'no']

/** Rows without a language are left out; the first is the one the child speaks best. */
const LanguagesForm = z
  .object({
    version: versionField,
    languages: z
      .array(
        z.object({
          language: cell.refine(
            (code) => code === '' || findLanguage(code) !== null,
            'field.unknown',
          ),
        }),
      )
      .max(20, 'field.too_long')
      .default([])
      .transform((rows): readonly ChildLanguage[] =>
        distinct(rows.map(({ language }) => language)),
      ),
    latinLiteracy: optionalOf(LITERACY),
    germanLevel: optionalOf(GER_LEVELS),
  })
  .transform(
    ({
      version,
      ...answers
    }): Answers<'languages', 'languages' | 'latinLiteracy' | 'germanLevel'> => ({
      version,
      answers: { topic: 'languages', ...answers },
    }),
  )

const year = cell.refine((text) => text === '' || /^\d{4}$/.test(text), 'field.year_invalid')

/** One row of the school biography: wholly empty, or whole. */
const schoolingRow = z
  .object({
    country: cell.refine((code) => code === '' || findCountry(code) !== null, 'field.unknown'),
    fromYear: year,
    toYear: year,
    years: cell.refine((text) => text === '' || /^\d{1,2}$/.test(text), 'field.number_invalid'),
  })
  .transform((row, ctx): SchoolingRow | null => {
    const empty = Object.entries(row).filter(([, text]) => text === '')
    if (empty.length === Object.keys(row).length) return null
    for (const [field] of empty) {
      ctx.addIssue({ code: 'custom', path: [field], message: 'field.required' })
    }
    if (empty.length > 0) return z.NEVER
    return {
      country: row.country,
      fromYear: Number(row.fromYear),
      toYear: Number(row.toYear),
      years: Number(row.years),
    }
  })

const SchoolingForm = z
  .object({
    version: versionField,
    never: ticked,
    schooling: z.array(schoolingRow).max(20, 'field.too_long').default([]),
  })
  .transform(({ version, never, schooling }, ctx): Answers<'schooling', 'schooling'> => {
    const rows = schooling.filter((row) => row !== null)
    const given = listOrNone(never, rows, () =>
      ctx.addIssue({
        code: 'custom',
        path: ['never'],
        message:
          'Unten stehen Schuljahre. Bitte leeren Sie die Zeilen oder nehmen Sie den Haken weg.',
      }),
    )
    return { version, answers: { topic: 'schooling', schooling: given } }
  })

const schoolRow = z.object({
  schoolNumber: cell.refine((text) => text === '' || /^\d{6}$/.test(text), 'field.school_unknown'),
})

/** Numbers of the schools chosen, in their order, each once. */
const schoolsField = z
  .array(schoolRow)
  .max(20, 'field.too_long')
  .default([])
  .transform((rows) => {
    const chosen = rows.map(({ schoolNumber }) => schoolNumber).filter((number) => number !== '')
    return chosen as unknown as readonly SchoolNumber[]
  })

const SiblingsForm = z
  .object({ version: versionField, none: ticked, siblings: schoolsField })
  .transform(({ version, none, siblings }, ctx): Answers<'siblings', 'siblings'> => {
    const rows = siblings.map((schoolNumber) => ({ schoolNumber }))
    const given = listOrNone(none, rows, () =>
      ctx.addIssue({
        code: 'custom',
        path: ['none'],
        message:
          'Unten steht eine Schule. Bitte leeren Sie die Zeile oder nehmen Sie den Haken weg.',
      }),
    )
    return { version, answers: { topic: 'siblings', siblings: given } }
  })

const WishForm = z
  .object({
    version: versionField,
    none: ticked,
    schools: schoolsField.transform((numbers) => [...new Set(numbers)]),
    forms: z
      .array(z.string())
      .default([])
      .transform((keys): readonly SchoolForm[] => keys.filter(isSchoolForm)),
    note: wordsField(500),
  })
  .transform(({ version, none, ...wish }, ctx): Answers<'wish', 'wish'> => {
    const isEmpty = wish.schools.length === 0 && wish.forms.length === 0 && wish.note === ''
    if (none && !isEmpty) {
      ctx.addIssue({
        code: 'custom',
        path: ['none'],
        message:
          'Unten steht ein Wunsch. Bitte leeren Sie die Felder oder nehmen Sie den Haken weg.',
      })
      return z.NEVER
    }
    return { version, answers: { topic: 'wish', wish: isEmpty && !none ? null : wish } }
  })

const gradeField = cell.transform((text, ctx): number | null => {
  if (text === '') return null
  const grade = Number(text)
  if (/^\d{1,2}$/.test(text) && holdsGrade(ALL_GRADES, grade)) return grade
  ctx.addIssue({ code: 'custom', message: 'field.grade_invalid' })
  return z.NEVER
})

const RecommendationForm = z
  .object({
    version: versionField,
    form: cell.transform((key, ctx): SchoolForm | null => {
      if (key === '' || isSchoolForm(key)) return key === '' ? null : key
      ctx.addIssue({ code: 'custom', message: 'field.unknown' })
      return z.NEVER
    }),
    grade: gradeField,
    reason: wordsField(1000),
  })
  .transform(({ version, ...given }): Answers<'recommendation', 'recommendation'> => {
    const isEmpty = given.form === null && given.grade === null && given.reason === ''
    return {
      version,
      answers: { topic: 'recommendation', recommendation: isEmpty ? null : given },
    }
  })

/** The form of each topic. All of them save drafts: what is missing is said before finishing. */
export const TOPIC_FORMS = {
  languages: LanguagesForm,
  schooling: SchoolingForm,
  siblings: SiblingsForm,
  wish: WishForm,
  recommendation: RecommendationForm,
} as const satisfies Readonly<Record<Topic, z.ZodType>>

/** Finishing the counselling: its day, over the versions of case and Beratungsbogen on screen. */
export const FinishCounsellingForm = z.object({
  version: versionField,
  interviewVersion: versionField,
  on: dayField,
})

/** "None" is an answer, an empty list without it is not; both together contradict each other. */
function listOrNone<Row>(
  isNone: boolean,
  rows: readonly Row[],
  contradict: () => void,
): readonly Row[] | null {
  if (isNone && rows.length > 0) contradict()
  return rows.length === 0 && !isNone ? null : rows
}

function distinct(codes: readonly string[]): readonly ChildLanguage[] {
  return [...new Set(codes)].filter((code) => code !== '').map((language) => ({ language }))
}
