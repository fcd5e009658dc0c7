import { TrailOfCase } from '#app/forms/trail-of-case.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { RulesChanged } from '#app/presenters/trail-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { whoText } from '../case/trail-words.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle, Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { ruleChangeText } from './rule-words.ts'

type Props = {
  /** Why the number did not lead to a trail; null or absent: nothing was asked yet. */
  readonly refusal: Refusal | null | undefined
  readonly rulesChanged: readonly RulesChanged[]
}

/** From a case number to its trail, and how the centre works since when; the rest comes later. */
export function TrailPage({ refusal, rulesChanged }: Props) {
  const form = useCheckedForm(TrailOfCase, { labels: { caseNumber: 'Fallnummer' } })
  return (
    <div className="m-prose">
      <PageTitle title="Protokoll" sub="Wer eine Akte gesehen oder geändert hat" />
      <RefusalNotice refusal={refusal} />
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Protokoll eines Falls">
        <TextField
          {...form.field('caseNumber')}
          hint="zum Beispiel DN-2026-0412"
          autoComplete="off"
          narrow
        />
        <SubmitButton>Protokoll ansehen</SubmitButton>
      </Form>
      <RuleChanges entries={rulesChanged} />
      <Section title="Was noch kommt">
        <p>
          Hier stehen später alle Einträge Ihres Zentrums mit Filtern nach Person, Tag und Vorgang,
          dazu Auskünfte. Bis dahin finden Sie das Protokoll eines Falls über seine Nummer.
        </p>
      </Section>
    </div>
  )
}

/** The last changes of how the centre works: who, when, from what to what. */
function RuleChanges({ entries }: { readonly entries: Props['rulesChanged'] }) {
  return (
    <Section title="Regeln des Zentrums">
      {entries.length === 0 ? (
        <p>Seit der Einrichtung hat niemand eine Regel geändert.</p>
      ) : (
        <ul className="m-plain m-stack">
          {entries.map(({ id, at, who, role, changes }) => (
            <li key={id}>
              {formatDateTime(at)} · {whoText(who, role)}
              {changes.map((change) => (
                <p key={change.rule}>{ruleChangeText(change)}</p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
