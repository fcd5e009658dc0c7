import { TrailOfCase } from '#app/forms/trail-of-case.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle, Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'

type Props = {
  /** Why the number did not lead to a trail; null or absent: nothing was asked yet. */
  readonly refusal: Refusal | null | undefined
}

/** From a case number to its trail; the trail of the whole centre comes later. */
export function TrailPage({ refusal }: Props) {
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
      <Section title="Was noch kommt">
        <p>
          Hier stehen später alle Einträge Ihres Zentrums mit Filtern nach Person, Tag und Vorgang,
          dazu Auskünfte. Bis dahin finden Sie das Protokoll eines Falls über seine Nummer.
        </p>
      </Section>
    </div>
  )
}
