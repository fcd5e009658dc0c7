import type { BirthDatePrecision } from '#app/domain/child/birth-date.ts'
import type { Draft } from '#app/domain/draft/draft.ts'
import type { GradeSuggestion } from '#app/domain/interview/grade-suggestion.ts'
import type { Interview } from '#app/domain/interview/interview.ts'
import type { MissingAnswer, TopicState } from '#app/domain/interview/topics.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { CalendarDate, Instant } from '#app/domain/time.ts'
import type { InterviewStep } from '#app/forms/interview.ts'
import { STEP_ADDRESS } from '#app/forms/interview.ts'
import type { CaseHead } from '../case/case-page-data.ts'

/** The Beratungsbogen of one case, with what its questions need. */
export type CaseInterview = CaseHead & {
  readonly today: CalendarDate
  readonly familyLanguage: string
  readonly interview: Interview
  /** 0 while nothing was saved. */
  readonly interviewVersion: number
  readonly savedAt: Instant | null
  readonly finishedAt: Instant | null
  /** False once the counselling is finished. */
  readonly canEdit: boolean
  readonly counselledOn: CalendarDate | null
  readonly registeredOn: CalendarDate
  readonly appointmentAt: Instant | null
  readonly topics: readonly TopicState[]
  readonly missing: readonly MissingAnswer[]
  /** What the person had typed into this topic and not sent. */
  readonly draft: Draft | null
  /** The grade by age; null without a birth date. `schoolYear`: the year it starts in. */
  readonly suggestion:
    | (GradeSuggestion & {
        readonly schoolYear: number
        readonly precision: BirthDatePrecision
      })
    | null
  /** The centre's schools by name. */
  readonly schools: readonly {
    readonly number: string
    readonly name: string
    readonly form: SchoolForm
  }[]
}

/** The address of a step, seen from the Beratungsbogen. */
export function stepHref(step: InterviewStep): string {
  return `?thema=${STEP_ADDRESS[step]}`
}

/** The centre's schools as choices. */
export function schoolOptions({ schools }: CaseInterview) {
  return schools.map(({ number, name }) => ({ value: number, label: name }))
}

/** The forms the centre's schools have, by their keys. */
export function formsOf({ schools }: CaseInterview): readonly SchoolForm[] {
  return [...new Set(schools.map(({ form }) => form))].toSorted()
}
