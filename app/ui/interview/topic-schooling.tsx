import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { COUNTRIES } from '#app/forms/interview-countries.ts'
import { optionText } from '../form/answer-text.ts'
import { Checkbox } from '../form/choices.tsx'
import { Select } from '../form/select.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import type { CaseInterview } from './interview-data.ts'
import { RowList, useRows } from './rows.tsx'
import { noneOr, type Row, rowTexts, sharedTopic } from './shared-topic.ts'
import { TopicForm } from './topic-form.tsx'

const LABELS = {
  never: 'Das Kind war noch nie in der Schule',
  'schooling.*.country': 'Land',
  'schooling.*.fromYear': 'von (Jahr)',
  'schooling.*.toYear': 'bis (Jahr)',
  'schooling.*.years': 'Schuljahre',
}

const COUNTRY_OPTIONS = COUNTRIES.map(({ code, name }) => ({ value: code, label: name }))

/** Schooling by country and years. */
export function SchoolingTopic({ page }: { readonly page: CaseInterview }) {
  const stored = page.interview.schooling ?? []
  const never = page.interview.schooling?.length === 0 ? 'ja' : ''
  const checked = useCheckedForm(TOPIC_FORMS.schooling, {
    labels: LABELS,
    defaults: { never, schooling: stored },
    shared: sharedTopic(page, [
      {
        name: 'schooling',
        label: 'Schulbesuch',
        stored: { never, schooling: stored },
        text: (answer) =>
          noneOr(answer['never'], LABELS.never, rowTexts(answer['schooling'], rowText)),
      },
    ]),
  })
  const rows = useRows(checked, 'schooling', 'country', stored.length)
  const year = { inputMode: 'numeric', maxLength: 4, narrow: true } as const
  return (
    <TopicForm page={page} checked={checked}>
      <Checkbox {...checked.field('never')} />
      <p className="m-muted">
        Je Land eine Zeile. Gab es Unterbrechungen, zählen nur die Jahre mit Unterricht.
      </p>
      <RowList rows={rows} thing="Schulbesuch" add="Weitere Zeile">
        {(index) => (
          <>
            <Select
              {...checked.field(`schooling.${index}.country`)}
              options={COUNTRY_OPTIONS}
              empty="keines"
            />
            <div className="m-f4">
              <TextField {...checked.field(`schooling.${index}.fromYear`)} {...year} />
              <TextField {...checked.field(`schooling.${index}.toYear`)} {...year} />
              <TextField {...checked.field(`schooling.${index}.years`)} {...year} maxLength={2} />
            </div>
          </>
        )}
      </RowList>
    </TopicForm>
  )
}

/** A row as it stands in the form, whole or not. */
function rowText({ country, fromYear, toYear, years }: Row): string {
  const named = optionText(COUNTRY_OPTIONS, country)
  const parts = [named, `${fromYear || '?'} bis ${toYear || '?'}`, `Schuljahre: ${years || '?'}`]
  return [country, fromYear, toYear, years].some(Boolean) ? parts.filter(Boolean).join(', ') : ''
}
