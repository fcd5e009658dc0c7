import { useActionData } from '@remix-run/react'
import type { CentreRules } from '#app/domain/centre/centre.ts'
import { CentreForm } from '#app/forms/centre.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { RadioGroup } from '../form/choices.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import type { Option } from '../form/select.tsx'
import { TextArea } from '../form/text-area.tsx'
import { TextField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { CentreSwitch } from '../list/centre-switch.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

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
  second_seat: 'Regelplatz für später',
  support_decided_by: 'Über Förderplätze entscheidet',
  regular_decided_by: 'Über Regelplätze entscheidet',
  assigned_by: 'Zugewiesen wird durch',
  phone: 'Telefon',
  address: 'Adresse',
}

const DECIDERS = [
  {
    value: 'school',
    label: 'die Schule',
    hint: 'Sie trägt ihre Zahl selbst ein. Hat sie kein Konto, trägt die Beratung ein, was sie sagt.',
  },
  {
    value: 'owner',
    label: 'der Schulträger',
    hint: 'Er trägt die Zahl seiner Schulen ein. Hat er kein Konto, trägt die Beratung ein, was er sagt.',
  },
] as const satisfies readonly Option[]

/** The choices of each rule; each says in a sentence what it does. */
const RULES = {
  second_seat: [
    {
      value: 'required',
      label: 'ist Bedingung',
      hint: 'Vorgeschlagen wird nur eine Schule, die zum Förderplatz auch einen Regelplatz frei hat.',
    },
    {
      value: 'warn',
      label: 'wird mit vorgemerkt, wenn einer frei ist',
      hint: 'Fehlt er, sagt der Vorschlag, ab wann er fehlt.',
    },
    {
      value: 'off',
      label: 'spielt keine Rolle',
      hint: 'Ein Vorschlag merkt nur den Förderplatz vor.',
    },
  ],
  support_decided_by: DECIDERS,
  regular_decided_by: DECIDERS,
  assigned_by: [
    {
      value: 'authority',
      label: 'das Schulamt',
      hint: 'Die Beratung schlägt vor, die Schulaufsicht weist zu oder gibt zurück.',
    },
    {
      value: 'centre',
      label: 'das Zentrum',
      hint: 'Die Schulaufsicht hat die Zuweisung übertragen; auch wer vorgeschlagen hat, darf zuweisen.',
    },
    {
      value: 'two_at_centre',
      label: 'das Zentrum, zu zweit',
      hint: 'Die Schulaufsicht hat die Zuweisung übertragen; zuweisen muss eine andere Person als die, die vorgeschlagen hat.',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Option[]>>

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
  const form = useCheckedForm(CentreForm, {
    labels: LABELS,
    defaults: {
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
    },
  })
  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} label="Einstellungen des Zentrums">
        <input type="hidden" name="centre" value={page.id} />
        <input type="hidden" name="version" value={page.version} />
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
            <RuleField form={form} name="second_seat" />
            <RuleField form={form} name="support_decided_by" />
            <RuleField form={form} name="regular_decided_by" />
          </div>
        </Section>
        <Section title="Zuweisung">
          <div className="m-stack">
            <p>
              Gilt ab dem Speichern auch für Kinder, die schon vorgeschlagen sind. Übertragen kann
              die Zuweisung nur die Schulaufsicht; bitte ändern Sie es erst, wenn das vereinbart
              ist.
            </p>
            <RuleField form={form} name="assigned_by" />
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

type RuleProps = { readonly form: CheckedForm; readonly name: keyof typeof RULES }

function RuleField({ form, name }: RuleProps) {
  return <RadioGroup {...form.field(name)} options={RULES[name]} />
}
