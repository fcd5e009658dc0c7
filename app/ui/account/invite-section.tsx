import { Link } from '@remix-run/react'
import { SCHOOL_FORMS } from '#app/domain/school/form.ts'
import { INVITABLE_ROLES, type InvitableRole, InviteForm } from '#app/forms/account.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Fieldset } from '../form/fieldset.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { ROLE_WORDS } from './role-words.ts'

const LABELS = {
  name: 'Name',
  email: 'E-Mail-Adresse',
  school: 'Schulnummer',
  owner: 'Trägernummer',
  area: 'Gebiet',
}

/** What a role lets people do, in one line; product.md §2. */
const MAY: Readonly<Record<InvitableRole, string>> = {
  counsellor: 'alle Fälle des Zentrums',
  lead: 'alles im Zentrum, auch Konten und Einstellungen',
  authority: 'zuweisen oder zurückgeben; keine Beratungsnotizen',
  school: 'eigene Plätze, und Kinder, die ihr vorgeschlagen oder zugewiesen sind',
  owner: 'Plätze beschließen, Zahlen ansehen',
  coordinator: 'Termine von Dolmetschenden und Mentorinnen',
  auditor: 'Protokoll und Löschfristen',
}

type Props = {
  readonly centreId: string
  readonly role: InvitableRole | null
  /** Whether the role can be chosen; the operator invites leads only. */
  readonly mayChoose: boolean
}

/** First whom, then the few fields that role needs. */
export function InviteSection({ centreId, role, mayChoose }: Props) {
  if (role === null) return <ChooseRole centreId={centreId} />
  return (
    <Section title={`Einladen: ${ROLE_WORDS[role]}`} prose>
      <InviteFields centreId={centreId} role={role} />
      {mayChoose ? (
        <p className="m-sect0">
          <Link to={`/verwaltung/konten?zentrum=${centreId}`}>Doch jemand anderes einladen</Link>
        </p>
      ) : null}
    </Section>
  )
}

function ChooseRole({ centreId }: { readonly centreId: string }) {
  return (
    <Section title="Jemanden einladen" prose>
      <ul className="m-plain m-stack">
        {INVITABLE_ROLES.map((role) => (
          <li key={role}>
            <Link to={`/verwaltung/konten?zentrum=${centreId}&rolle=${role}`}>
              {ROLE_WORDS[role]} einladen
            </Link>
            <span className="m-small m-muted"> – {MAY[role]}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** By their official keys: integer-like keys of an object come first otherwise. */
const FORMS = Object.entries(SCHOOL_FORMS).toSorted(([one], [other]) => (one < other ? -1 : 1))

type FieldsProps = { readonly centreId: string; readonly role: InvitableRole }

function InviteFields({ centreId, role }: FieldsProps) {
  const form = useCheckedForm(InviteForm, { labels: LABELS, intent: 'invite' })
  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label={`Einladen: ${ROLE_WORDS[role]}`}>
        <input type="hidden" name="intent" value="invite" />
        <input type="hidden" name="centre" value={centreId} />
        <input type="hidden" name="role" value={role} />
        <TextField {...form.field('name')} autoComplete="off" hint={nameHint(role)} />
        <TextField
          {...form.field('email')}
          type="email"
          inputMode="email"
          autoComplete="off"
          hint="Hat die Adresse schon ein Konto, kommt diese Aufgabe dazu."
        />
        <ScopeFields role={role} form={form} />
        <SubmitButton>Einladen und Link zeigen</SubmitButton>
      </Form>
    </>
  )
}

function nameHint(role: InvitableRole): string {
  return role === 'school'
    ? 'der Person oder der Stelle, zum Beispiel „Sekretariat“'
    : 'Vor- und Nachname'
}

function ScopeFields({ role, form }: { readonly role: InvitableRole; readonly form: CheckedForm }) {
  switch (role) {
    case 'school':
      return (
        <TextField
          {...form.field('school')}
          inputMode="numeric"
          autoComplete="off"
          narrow
          hint="Sechs Ziffern aus der Schulliste; die Schule liegt im Gebiet Ihres Zentrums."
        />
      )
    case 'owner':
      return (
        <TextField
          {...form.field('owner')}
          inputMode="numeric"
          autoComplete="off"
          narrow
          hint="Steht in der Schulliste unter „Trägernummer“."
        />
      )
    case 'authority':
      return <AuthorityFields form={form} />
    default:
      return null
  }
}

function AuthorityFields({ form }: { readonly form: CheckedForm }) {
  return (
    <>
      <TextField
        {...form.field('area')}
        optional
        autoComplete="off"
        hint="Gebietsschlüssel mit Komma dazwischen, zum Beispiel 05358008, 05358024. Leer: das ganze Zentrum."
      />
      <Fieldset
        id="forms"
        legend="Schulformen (freiwillig)"
        hint="Keine angekreuzt: alle Schulformen."
      >
        {FORMS.map(([key, name]) => (
          <div key={key} className="kern-form-check">
            <input
              type="checkbox"
              id={`form-${key}`}
              name="forms[]"
              value={key}
              className="kern-form-check__checkbox"
            />
            <label className="kern-label" htmlFor={`form-${key}`}>
              {name}
            </label>
          </div>
        ))}
      </Fieldset>
    </>
  )
}
