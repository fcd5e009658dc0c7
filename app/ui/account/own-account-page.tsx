import { useActionData } from '@remix-run/react'
import type { Instant } from '#app/domain/time.ts'
import { PasswordForm } from '#app/forms/account.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { StaffRole } from '#app/policy/roles.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle, Section } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { ROLE_WORDS } from './role-words.ts'

type Page = {
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly role: StaffRole; readonly centre: string | null }[]
  readonly otherSessions: readonly { readonly since: Instant; readonly lastSeen: Instant }[]
}

type Props = {
  readonly page: Page
  /** What was just done, from the address. */
  readonly done: string | null
}

const LABELS = {
  present: 'Bisheriges Passwort',
  password: 'Neues Passwort',
  again: 'Neues Passwort noch einmal',
}

const DONE: Readonly<Record<string, string | undefined>> = {
  passwort: 'Ihr neues Passwort gilt ab jetzt.',
  sitzungen: 'Sie sind jetzt nur noch hier angemeldet.',
}

/** The own account: who one is here, where one is signed in, and the password. */
export function OwnAccountPage({ page, done }: Props) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  const told = answer ? undefined : DONE[done ?? '']
  return (
    <div className="m-prose">
      <PageTitle title="Ihr Konto" sub={page.name} />
      {told === undefined ? null : <Notice kind="success" title={told} live="status" />}
      <RefusalNotice refusal={answer?.refusal} />
      <dl className="m-dl">
        <dt>E-Mail-Adresse</dt>
        <dd>{page.email}</dd>
        <dt>Aufgaben</dt>
        <dd>
          {page.roles.length === 0
            ? 'Ihnen ist zurzeit keine Aufgabe zugeteilt. Bitte fragen Sie Ihre Leitung.'
            : null}
          <ul className="m-plain">
            {page.roles.map(({ role, centre }) => (
              <li key={`${role} ${centre}`}>
                {ROLE_WORDS[role]}
                {centre === null ? null : `, ${centre}`}
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      <OtherSessions sessions={page.otherSessions} />
      <PasswordSection />
    </div>
  )
}

function OtherSessions({ sessions }: { readonly sessions: Page['otherSessions'] }) {
  return (
    <Section title="Angemeldet">
      {sessions.length === 0 ? (
        <p>Sie sind nur hier angemeldet.</p>
      ) : (
        <div className="m-stack">
          <p>Sie sind auch an anderen Geräten oder in anderen Browsern angemeldet:</p>
          <ul>
            {sessions.map(({ since, lastSeen }) => (
              <li key={since}>
                seit {formatDateTime(since)}, zuletzt benutzt {formatDateTime(lastSeen)}
              </li>
            ))}
          </ul>
          <Form label="Andere Anmeldungen beenden">
            <SubmitButton kind="secondary" name="intent" value="end_sessions">
              Überall sonst abmelden
            </SubmitButton>
          </Form>
        </div>
      )}
    </Section>
  )
}

function PasswordSection() {
  const form = useCheckedForm(PasswordForm, { labels: LABELS, intent: 'password' })
  return (
    <Section title="Passwort ändern">
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Passwort ändern">
        <input type="hidden" name="intent" value="password" />
        <TextField {...form.field('present')} type="password" autoComplete="current-password" />
        <TextField
          {...form.field('password')}
          type="password"
          autoComplete="new-password"
          hint="Mindestens 12 Zeichen. Gut sind mehrere Wörter, die nicht zusammengehören."
        />
        <TextField {...form.field('again')} type="password" autoComplete="new-password" />
        <p>Danach sind Sie nur noch hier angemeldet.</p>
        <SubmitButton>Passwort ändern</SubmitButton>
      </Form>
    </Section>
  )
}
