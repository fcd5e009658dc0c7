import { ORDERED_GROUNDS } from '#app/domain/privacy/erasure.ts'
import { EraseForm, HoldForm } from '#app/forms/end.ts'
import { formatDate } from '#app/i18n/format.ts'
import { t } from '#app/i18n/translate.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Checkbox } from '../form/choices.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { Select } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { DateField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import type { CaseEnd } from './end-page.tsx'

type Props = { readonly page: CaseEnd }

/** What keeps the case from being erased; the lead sets and lifts it. */
export function Hold({ page }: Props) {
  const { hold, may } = page
  if (hold === null) return may.hold ? <SetHold page={page} /> : null
  return (
    <Section title="Löschung ausgesetzt" prose>
      <p>
        Bis zum {formatDate(hold.until)} wird dieser Fall nicht gelöscht: {hold.sentence}
      </p>
      {may.hold ? (
        <Form className="m-sect0" label="Löschung wieder erlauben">
          <input type="hidden" name="intent" value="lift" />
          <SubmitButton kind="secondary">Löschung wieder erlauben</SubmitButton>
        </Form>
      ) : null}
    </Section>
  )
}

function SetHold({ page }: Props) {
  const { formProps, field, summary } = useCheckedForm(HoldForm, {
    labels: { until: 'Bis einschließlich', why: 'Warum' },
    intent: 'hold',
  })
  return (
    <Section title="Löschung aussetzen" prose>
      <details open={summary.length > 0}>
        <summary>Tag und Grund angeben</summary>
        <ErrorSummary errors={summary} />
        <Form {...formProps} className="m-stack" label="Löschung aussetzen">
          <input type="hidden" name="intent" value="hold" />
          <p>Zum Beispiel, weil ein Verfahren läuft oder eine Auskunft offen ist.</p>
          <DateField {...field('until')} min={page.today} required />
          <TextArea {...field('why')} required maxLength={500} />
          <SubmitButton kind="secondary">Löschung aussetzen</SubmitButton>
        </Form>
      </details>
    </Section>
  )
}

/** Erasing at once, folded away: it cannot be taken back. */
export function EraseNow({ page }: Props) {
  const { formProps, field, summary } = useCheckedForm(EraseForm, {
    labels: { ground: 'Grund', meant: 'Ja, alles zu diesem Kind löschen' },
    intent: 'erase',
  })
  if (page.isHeld) return null
  return (
    <Section title="Sofort löschen" prose>
      <details open={summary.length > 0}>
        <summary>Grund angeben und löschen</summary>
        <ErrorSummary errors={summary} />
        <Form {...formProps} className="m-stack" label="Sofort löschen">
          <input type="hidden" name="intent" value="erase" />
          <p>
            Alles zu diesem Kind wird gelöscht und ist auch für die Technik nicht
            wiederherzustellen: Angaben, Beratungsbogen, Verlauf, Termine, Zugang der Familie.
            Geschwister bleiben. Danach sehen Sie den Nachweis und wem Sie Bescheid geben müssen.
          </p>
          <Select
            {...field('ground')}
            required
            options={ORDERED_GROUNDS.map((code) => ({ value: code, label: t(`ground.${code}`) }))}
          />
          <Checkbox {...field('meant')} value="ja" />
          <SubmitButton kind="secondary">Kind endgültig löschen</SubmitButton>
        </Form>
      </details>
    </Section>
  )
}
