import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { Checkbox } from '../form/choices.tsx'
import { Select } from '../form/select.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { type CaseInterview, schoolOptions } from './interview-data.ts'
import { RowList, useRows } from './rows.tsx'
import { noneOr, schoolTexts, sharedTopic } from './shared-topic.ts'
import { TopicForm } from './topic-form.tsx'

const LABELS = {
  none: 'Keine Geschwister gehen hier zur Schule',
  'siblings.*.schoolNumber': 'Schule des Geschwisterkindes',
}

/** Brothers and sisters who already go to a school here: a reason for the same school. */
export function SiblingsTopic({ page }: { readonly page: CaseInterview }) {
  const stored = page.interview.siblings ?? []
  const none = page.interview.siblings?.length === 0 ? 'ja' : ''
  const checked = useCheckedForm(TOPIC_FORMS.siblings, {
    labels: LABELS,
    defaults: { none, siblings: stored },
    shared: sharedTopic(page, [
      {
        name: 'siblings',
        label: 'Geschwister an Schulen',
        stored: { none, siblings: stored },
        text: (answer) =>
          noneOr(answer['none'], LABELS.none, schoolTexts(page, answer['siblings'])),
      },
    ]),
  })
  const rows = useRows(checked, 'siblings', 'schoolNumber', stored.length)
  return (
    <TopicForm page={page} checked={checked}>
      <Checkbox {...checked.field('none')} />
      <RowList rows={rows} thing="Geschwisterkind" add="Weiteres Geschwisterkind">
        {(index) => (
          <Select
            {...checked.field(`siblings.${index}.schoolNumber`)}
            options={schoolOptions(page)}
            empty="keine"
          />
        )}
      </RowList>
    </TopicForm>
  )
}
