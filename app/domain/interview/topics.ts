import type { Recommendation } from '../case/pupil-case.ts'
import { err, ok, type Result } from '../result.ts'
import { ALL_GRADES, holdsGrade } from '../seat/grades.ts'
import type { Interview } from './interview.ts'

/** The topics of the Beratungsbogen, one page each, in this order. */
export const TOPICS = ['languages', 'schooling', 'siblings', 'wish', 'recommendation'] as const

export type Topic = (typeof TOPICS)[number]

/** An answer that finishing needs. */
export type InterviewField =
  | 'languages'
  | 'latin_literacy'
  | 'german_level'
  | 'schooling'
  | 'siblings'
  | 'wish'
  | 'grade'
  | 'reason'

export type MissingAnswer = { readonly topic: Topic; readonly field: InterviewField }

/** How far a topic is: nothing answered, something, or all that finishing needs. */
export type TopicState = {
  readonly topic: Topic
  readonly state: 'open' | 'begun' | 'done'
  readonly missing: readonly InterviewField[]
}

/** The answers that finishing needs, topic by topic; true: given. */
function answers(interview: Interview): Readonly<Record<Topic, Answers>> {
  const { recommendation } = interview
  return {
    languages: {
      languages: interview.languages.length > 0,
      latin_literacy: interview.latinLiteracy !== null,
      german_level: interview.germanLevel !== null,
    },
    schooling: { schooling: interview.schooling !== null },
    siblings: { siblings: interview.siblings !== null },
    wish: { wish: interview.wish !== null },
    recommendation: {
      grade: isGrade(recommendation?.grade ?? null),
      reason: (recommendation?.reason.trim() ?? '') !== '',
    },
  }
}

type Answers = Readonly<Partial<Record<InterviewField, boolean>>>

function isGrade(grade: number | null): grade is number {
  return grade !== null && Number.isInteger(grade) && holdsGrade(ALL_GRADES, grade)
}

/** The topics in their order, each with how far it is. */
export function topicStates(interview: Interview): readonly TopicState[] {
  const given = answers(interview)
  return TOPICS.map((topic) => {
    const fields = Object.entries(given[topic]) as [InterviewField, boolean][]
    const missing = fields.filter(([, isGiven]) => !isGiven).map(([field]) => field)
    if (missing.length === 0) return { topic, state: 'done', missing }
    return { topic, state: missing.length === fields.length ? 'open' : 'begun', missing }
  })
}

/** Every answer that is still missing before the counselling can be finished, in page order. */
export function missingForFinish(interview: Interview): readonly MissingAnswer[] {
  return topicStates(interview).flatMap(({ topic, missing }) =>
    missing.map((field) => ({ topic, field })),
  )
}

export type FinishRefusal = {
  readonly code: 'interview_incomplete'
  readonly missing: readonly MissingAnswer[]
}

/** What a complete interview recommends, for the case itself. Refused: `interview_incomplete`. */
export function recommendationOf(interview: Interview): Result<Recommendation, FinishRefusal> {
  const missing = missingForFinish(interview)
  const { recommendation } = interview
  if (missing.length > 0 || recommendation === null || recommendation.grade === null) {
    return err({ code: 'interview_incomplete', missing })
  }
  return ok({ form: recommendation.form, grade: recommendation.grade })
}
