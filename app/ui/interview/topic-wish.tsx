import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { Checkbox } from '../form/choices.tsx'
import { Fieldset } from '../form/fieldset.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { type CaseInterview, formsOf, schoolOptions } from './interview-data.ts'
import { RowList, tickedOf, useRows } from './rows.tsx'
import { formTexts, noneOr, schoolTexts, sharedTopic } from './shared-topic.ts'
import { TopicForm } from './topic-form.tsx'

const LABELS = {
  none: 'Die Familie hat keinen Wunsch',
  'schools.*.schoolNumber': 'Schule',
  forms: 'Gewünschte Schulformen',
  note: 'Anmerkung zum Wunsch',
}

/** What the family wishes: schools in order, forms, a note. */
export function WishTopic({ page }: { readonly page: CaseInterview }) {
  const { wish } = page.interview
  const stored = (wish?.schools ?? []).map((schoolNumber) => ({ schoolNumber }))
  const isNone = wish !== null && stored.length + wish.forms.length === 0 && wish.note === ''
  const none = isNone ? 'ja' : ''
  const forms = wish?.forms ?? []
  const note = wish?.note ?? ''
  const checked = useCheckedForm(TOPIC_FORMS.wish, {
    labels: LABELS,
    defaults: { none, schools: stored, note },
    shared: sharedTopic(page, [
      {
        name: 'schools',
        label: 'Gewünschte Schulen',
        stored: { none, schools: stored },
        text: (answer) => noneOr(answer['none'], LABELS.none, schoolTexts(page, answer['schools'])),
      },
      {
        name: 'forms',
        label: LABELS.forms,
        stored: { forms },
        text: (answer) => formTexts(answer['forms']),
      },
      { name: 'note', label: LABELS.note, stored: { note } },
    ]),
  })
  const rows = useRows(checked, 'schools', 'schoolNumber', stored.length)
  const ticked = tickedOf(checked, 'forms', forms)
  return (
    <TopicForm page={page} checked={checked}>
      <Checkbox {...checked.field('none')} />
      <p className="m-muted">Die liebste Schule zuerst. Der Wunsch hilft bei der Auswahl.</p>
      <RowList rows={rows} thing="Wunsch" add="Weitere Schule">
        {(index) => (
          <Select
            {...checked.field(`schools.${index}.schoolNumber`)}
            options={schoolOptions(page)}
            empty="keine"
          />
        )}
      </RowList>
      <Fieldset id="f-forms" legend={LABELS.forms} key={ticked.join()}>
        {formsOf(page).map((form) => (
          <Checkbox
            key={form}
            id={`f-forms-${form}`}
            name="forms[]"
            label={SCHOOL_FORMS[form]}
            value={form}
            defaultChecked={ticked.includes(form)}
          />
        ))}
      </Fieldset>
      <TextArea {...checked.field('note')} optional maxLength={500} />
    </TopicForm>
  )
}
