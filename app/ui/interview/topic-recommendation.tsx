import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { ALL_GRADES } from '#app/domain/seat/grades.ts'
import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { type CaseInterview, formsOf } from './interview-data.ts'
import { formTexts, sharedTopic } from './shared-topic.ts'
import { TopicForm } from './topic-form.tsx'

const LABELS = { form: 'Schulform', grade: 'Klasse', reason: 'Begründung' }

const GRADE_OPTIONS = Array.from({ length: ALL_GRADES.to }, (_, index) => ({
  value: String(index + 1),
  label: String(index + 1),
}))

/** What the counsellor recommends; the grade by age is filled in, a person decides. */
export function RecommendationTopic({ page }: { readonly page: CaseInterview }) {
  const { recommendation } = page.interview
  const { form = null, reason = '' } = recommendation ?? {}
  const grade = recommendation === null ? (page.suggestion?.grade ?? null) : recommendation.grade
  const checked = useCheckedForm(TOPIC_FORMS.recommendation, {
    labels: LABELS,
    defaults: { form, grade, reason },
    shared: sharedTopic(page, [
      {
        name: 'form',
        label: LABELS.form,
        stored: { form },
        text: (answer) => formTexts([answer['form']]),
      },
      { name: 'grade', label: LABELS.grade, stored: { grade } },
      { name: 'reason', label: LABELS.reason, stored: { reason } },
    ]),
  })
  return (
    <TopicForm page={page} checked={checked}>
      <Select
        {...checked.field('form')}
        hint="Mehrere Formen kommen infrage? Dann lassen Sie die Schulform offen."
        options={formsOf(page).map((form) => ({ value: form, label: SCHOOL_FORMS[form] }))}
        empty="offen lassen"
      />
      <Select {...checked.field('grade')} hint={gradeHint(page)} options={GRADE_OPTIONS} />
      <TextArea
        {...checked.field('reason')}
        hint="Ein Satz genügt. Schule und Schulaufsicht lesen ihn nicht."
        maxLength={1000}
      />
    </TopicForm>
  )
}

/** The grade by age and what it rests on. */
function gradeHint({ suggestion }: CaseInterview): string {
  if (suggestion === null) return 'Ohne Geburtsdatum gibt es keinen Vorschlag.'
  const { grade, schoolYear, precision, source } = suggestion
  const year = `${schoolYear}/${String(schoolYear + 1).slice(2)}`
  const doubt = precision === 'day' ? '' : ' Das Geburtsdatum ist unsicher.'
  const basis = `(${source.citation}, noch von niemandem geprüft).${doubt}`
  if (grade === null) return `Nach dem Alter passt im Schuljahr ${year} keine Klasse ${basis}`
  return `Nach dem Alter im Schuljahr ${year}: Klasse ${grade} ${basis} Nach unterbrochenem Schulbesuch kann eine niedrigere passen.`
}
