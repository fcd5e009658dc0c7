import type { DraftField, DraftForm } from '#app/domain/draft/draft.ts'
import type { Topic } from '#app/domain/interview/topics.ts'
import { chooseName, mineName, wasName } from './both-versions.ts'
import { toTree } from './form.ts'
import { REGISTRATION_FIELDS } from './register-child.ts'

const INTERVIEW_FIELDS: Readonly<Record<Topic, readonly string[]>> = {
  languages: ['languages.*.language', 'latinLiteracy', 'germanLevel'],
  schooling: [
    ...['never', 'schooling.*.country', 'schooling.*.fromYear', 'schooling.*.toYear'],
    'schooling.*.years',
  ],
  siblings: ['none', 'siblings.*.schoolNumber'],
  wish: ['none', 'schools.*.schoolNumber', 'forms[]', 'note'],
  recommendation: ['form', 'grade', 'reason'],
}

/** Its answers, what stood on the screen, and the choices about what somebody else changed in it. */
function topicFields(topic: Topic): readonly string[] {
  const answers = INTERVIEW_FIELDS[topic]
  const choices = answers.flatMap((name) => {
    const answer = name.replace(/\W.*$/, '')
    return [chooseName('', answer), mineName('', answer)]
  })
  return ['version', wasName(''), ...answers, ...choices]
}

/**
 * The fields of each form that a draft keeps; `*` stands for a row number. The version says over
 * which state it was typed, so that what somebody else saved since is noticed when it is sent.
 * `confirmed` of the Meldung is an answer to what a page showed and is asked again.
 */
const FIELDS: Readonly<Record<DraftForm, readonly string[]>> = {
  registration: REGISTRATION_FIELDS.filter((name) => name !== 'confirmed'),
  interview_languages: topicFields('languages'),
  interview_schooling: topicFields('schooling'),
  interview_siblings: topicFields('siblings'),
  interview_wish: topicFields('wish'),
  interview_recommendation: topicFields('recommendation'),
}

/** More than any form of ours can fill in by hand. */
const MOST_FIELDS = 200
const LONGEST_VALUE = 4_000

/** What a draft of the form keeps of what was sent: its own fields as text, no token, nothing else. */
export function draftFields(form: DraftForm, sent: FormData): readonly DraftField[] {
  const names = new Set(FIELDS[form])
  return [...sent]
    .filter(([name]) => names.has(name.replace(/\.\d{1,2}(?=\.)/, '.*')))
    .filter((field): field is [string, string] => typeof field[1] === 'string')
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => [name, value.slice(0, LONGEST_VALUE)])
}

/** When an autosave was typed, in the order of its page; null where the page does not say. */
export function draftOrder(sent: FormData): number | null {
  const order = sent.get('_order')
  return typeof order === 'string' && /^\d{1,15}$/.test(order) ? Number(order) : null
}

/** The values of a draft, as a form reads those that were sent. */
export function draftValues(fields: readonly DraftField[]): Readonly<Record<string, unknown>> {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  return toTree(form)
}
