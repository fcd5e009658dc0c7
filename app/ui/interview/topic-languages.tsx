import { LANGUAGES } from '#app/domain/language/languages.ts'
import { TOPIC_FORMS } from '#app/forms/interview.ts'
import { t } from '#app/i18n/translate.ts'
import { LEVEL_OPTIONS } from '../follow-up/level-words.ts'
import { optionText } from '../form/answer-text.ts'
import { RadioGroup } from '../form/choices.tsx'
import { Select } from '../form/select.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import type { CaseInterview } from './interview-data.ts'
import { RowList, useRows } from './rows.tsx'
import { rowTexts, sharedTopic } from './shared-topic.ts'
import { TopicForm } from './topic-form.tsx'

const LABELS = {
  'languages.*.language': 'Sprache',
  germanLevel: 'Deutsch nach GeR',
  latinLiteracy: 'Liest und schreibt das Kind lateinische Schrift?',
}

const LANGUAGE_OPTIONS = LANGUAGES.map(({ code, german }) => ({ value: code, label: german }))

const LITERACY_OPTIONS = (['yes', 'partly', 'no'] as const).map((value) => ({
  value,
  label: t(`literacy.${value}`),
}))

function languageName(code: unknown): string {
  return optionText(LANGUAGE_OPTIONS, code)
}

/** Languages of the child, its German, and whether it reads Latin script. */
export function LanguagesTopic({ page }: { readonly page: CaseInterview }) {
  const { languages, latinLiteracy, germanLevel } = page.interview
  const isOpen = page.topics.some(({ topic, state }) => topic === 'languages' && state === 'open')
  // until something is answered, the language the family was registered with stands first
  const stored = isOpen ? [{ language: page.familyLanguage }] : languages
  const checked = useCheckedForm(TOPIC_FORMS.languages, {
    labels: LABELS,
    defaults: { languages: stored, latinLiteracy, germanLevel },
    shared: sharedTopic(page, [
      {
        name: 'languages',
        label: 'Sprachen',
        stored: { languages: stored },
        text: ({ languages: rows }) => rowTexts(rows, ({ language }) => languageName(language)),
      },
      {
        name: 'germanLevel',
        label: LABELS.germanLevel,
        stored: { germanLevel },
        text: (answer) => optionText(LEVEL_OPTIONS, answer['germanLevel']),
      },
      {
        name: 'latinLiteracy',
        label: LABELS.latinLiteracy,
        stored: { latinLiteracy },
        text: (answer) => optionText(LITERACY_OPTIONS, answer['latinLiteracy']),
      },
    ]),
  })
  const rows = useRows(checked, 'languages', 'language', stored.length)
  return (
    <TopicForm page={page} checked={checked}>
      <p className="m-muted">Zuerst die Sprache, die das Kind am besten spricht.</p>
      <RowList rows={rows} thing="Sprache" add="Weitere Sprache">
        {(index) => (
          <Select
            {...checked.field(`languages.${index}.language`)}
            options={LANGUAGE_OPTIONS}
            empty="keine"
          />
        )}
      </RowList>
      <Select {...checked.field('germanLevel')} options={LEVEL_OPTIONS} />
      <RadioGroup
        {...checked.field('latinLiteracy')}
        hint="Bei „nein“ dauert die Sprachförderung ein Jahr länger (BASS 13-63 Nr. 3, noch von niemandem geprüft)."
        options={LITERACY_OPTIONS}
        horizontal
      />
    </TopicForm>
  )
}
