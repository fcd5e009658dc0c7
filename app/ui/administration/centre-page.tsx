import { useActionData } from '@remix-run/react'
import type { CentreRules } from '#app/domain/centre/centre.ts'
import { CentreForm } from '#app/forms/centre.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { optionText } from '../form/answer-text.ts'
import { BothVersions } from '../form/both-versions.tsx'
import { SubmitButton } from '../form/buttons.tsx'
import { RadioGroup } from '../form/choices.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { eachField } from '../form/shared-record.ts'
import { TextArea } from '../form/text-area.tsx'
import { TextField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { RULES } from './rule-words.ts'

type Page = {
  readonly id: string
  readonly name: string
  readonly code: string
  readonly version: number
  readonly targets: {
    readonly counselling: number
    readonly assignment: number
    readonly firstDay: number
  }
  readonly holdDays: number
  readonly rules: CentreRules
  readonly phone: string
  readonly address: string
  readonly area: readonly string[]
  readonly centres: readonly { readonly id: string; readonly name: string }[]
}

const LABELS = {
  counselling: 'Meldung bis Beratung, in Tagen',
  assignment: 'Beratung bis Zuweisung, in Tagen',
  first_day: 'Zuweisung bis erster Schultag, in Tagen',
  hold: 'Ein Vorschlag hält den Platz, in Tagen',
  second_seat: RULES.secondSeat.label,
  support_decided_by: RULES.supportDecidedBy.label,
  regular_decided_by: RULES.regularDecidedBy.label,
  assigned_by: RULES.assignedBy.label,
  phone: 'Telefon',
  address: 'Adresse',
}

/** What a centre sets for itself. `isDone`: it was just saved. */
export function CentrePage({ page, isDone }: { readonly page: Page; readonly isDone: boolean }) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  return (
    <div className="m-prose">
      <Crumb href="/verwaltung">Verwaltung</Crumb>
      <PageTitle title="Einstellungen des Zentrums" sub={`${page.name} (${page.code})`} />
      {isDone && !answer ? (
        <Notice kind="success" title="Die Einstellungen gelten ab jetzt." live="status" />
      ) : null}
      <RefusalNotice refusal={answer?.refusal} />
      <CentreSwitch
        centres={page.centres}
        current={page.id}
        href={(id) => `/verwaltung/zentrum?zentrum=${id}`}
      />
      <SettingsForm key={`${page.id} ${page.version}`} page={page} />
      <Section title="Gebiet">
        <p>{page.area.join(', ')}</p>
        <p className="m-small m-muted">Das Gebiet ändert der Betrieb.</p>
      </Section>
    </div>
  )
}

function SettingsForm({ page }: { readonly page: Page }) {
  const defaults = {
    counselling: page.targets.counselling,
    assignment: page.targets.assignment,
    first_day: page.targets.firstDay,
    hold: page.holdDays,
    second_seat: page.rules.secondSeat,
    support_decided_by: page.rules.supportDecidedBy,
    regular_decided_by: page.rules.regularDecidedBy,
    assigned_by: page.rules.assignedBy,
    phone: page.phone,
    address: page.address,
  }
  const form = useCheckedForm(CentreForm, {
    labels: LABELS,
    defaults,
    shared: [
      {
        prefix: '',
        fields: eachField(defaults, LABELS, {
          second_seat: (value) => optionText(RULES.secondSeat.options, value),
          support_decided_by: (value) => optionText(RULES.supportDecidedBy.options, value),
          regular_decided_by: (value) => optionText(RULES.regularDecidedBy.options, value),
          assigned_by: (value) => optionText(RULES.assignedBy.options, value),
        }),
      },
    ],
  })
  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} label="Einstellungen des Zentrums">
        <input type="hidden" name="centre" value={page.id} />
        <input type="hidden" name="version" value={page.version} />
        <BothVersions form={form} />
        <Section title="Ziele">
          <div className="m-stack">
            <p>
              Kalendertage, örtliche Regel. Ändern Sie ein Ziel, so rücken die Fristen aller offenen
              Fälle mit.
            </p>
            <DaysField form={form} name="counselling" />
            <DaysField form={form} name="assignment" />
            <DaysField form={form} name="first_day" />
            <DaysField form={form} name="hold" />
          </div>
        </Section>
        <Section title="Plätze">
          <div className="m-stack">
            <p>
              Örtliche Regeln, keine Vorschrift. Sie gelten ab dem Speichern; Plätze, die schon
              vorgemerkt sind, bleiben es.
            </p>
            <RadioGroup {...form.field('second_seat')} options={RULES.secondSeat.options} />
            <RadioGroup
              {...form.field('support_decided_by')}
              options={RULES.supportDecidedBy.options}
            />
            <RadioGroup
              {...form.field('regular_decided_by')}
              options={RULES.regularDecidedBy.options}
            />
          </div>
        </Section>
        <Section title="Zuweisung">
          <div className="m-stack">
            <p>
              Gilt ab dem Speichern auch für Kinder, die schon vorgeschlagen sind. Übertragen kann
              die Zuweisung nur die Schulaufsicht; bitte ändern Sie es erst, wenn das vereinbart
              ist.
            </p>
            <RadioGroup {...form.field('assigned_by')} options={RULES.assignedBy.options} />
          </div>
        </Section>
        <Section title="Kontakt">
          <div className="m-stack">
            <p>Steht auf der Seite und auf dem Zettel der Familien.</p>
            <TextField
              {...form.field('phone')}
              type="tel"
              inputMode="tel"
              autoComplete="off"
              optional
            />
            <TextArea {...form.field('address')} rows={3} optional />
          </div>
        </Section>
        <div className="m-save">
          <SubmitButton>Einstellungen speichern</SubmitButton>
        </div>
      </Form>
    </>
  )
}

function DaysField({ form, name }: { readonly form: CheckedForm; readonly name: string }) {
  return <TextField {...form.field(name)} inputMode="numeric" autoComplete="off" narrow />
}
