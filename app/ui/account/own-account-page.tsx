import { Link, useActionData } from '@remix-run/react'
import { PasswordForm } from '#app/forms/account.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { OwnAccountPage as Page } from '#app/presenters/own-account.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle, Section } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { noticeText } from './notice-words.ts'
import { ROLE_WORDS } from './role-words.ts'

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
  sitzung: 'Diese Anmeldung ist beendet.',
  verbunden: 'Ihr Konto ist mit der Anmeldung Ihrer Dienststelle verbunden.',
  getrennt: 'Die Verbindung mit der Anmeldung Ihrer Dienststelle ist gelöst.',
  post: 'Sie bekommen eine E-Mail, wenn etwas auf Sie wartet.',
  'keine-post': 'Sie bekommen keine E-Mails von Einstieg mehr.',
  gelesen: 'Danke. Was bisher geschah, gilt als gelesen.',
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
      <Notices notices={page.notices} />
      {page.wantsMail === null ? null : <MailSection wantsMail={page.wantsMail} />}
      <TwoSteps factors={page.factors} isDemanded={!page.isEvaluation} />
      {page.isLinked === null ? null : <ProviderSection isLinked={page.isLinked} />}
      <Sessions sessions={page.sessions} />
      <PasswordSection />
    </div>
  )
}

function Notices({ notices }: Pick<Page, 'notices'>) {
  if (notices.length === 0) return null
  return (
    <Section title="Was an Ihrem Konto geschah">
      <div className="m-stack">
        <ul>
          {notices.map(({ id, at, kind, byRole }) => (
            <li key={id}>
              {formatDateTime(at)}: {noticeText(kind, byRole)}
            </li>
          ))}
        </ul>
        <p>Waren Sie das nicht? Ändern Sie Ihr Passwort und sagen Sie es Ihrer Leitung.</p>
        <Form label="Was an Ihrem Konto geschah">
          <SubmitButton kind="secondary" name="intent" value="acknowledge">
            Habe ich gelesen
          </SubmitButton>
        </Form>
      </div>
    </Section>
  )
}

function MailSection({ wantsMail }: { readonly wantsMail: boolean }) {
  return (
    <Section title="E-Mails">
      <Form label="E-Mails">
        <p>
          {wantsMail
            ? 'Wenn etwas auf Sie wartet, bekommen Sie eine E-Mail mit der Adresse Ihrer Seite. Worum es geht, steht nicht darin.'
            : 'Sie bekommen keine E-Mails. Was auf Sie wartet, steht nach der Anmeldung unter „Neu für Sie“.'}
        </p>
        <SubmitButton kind="secondary" name="intent" value={wantsMail ? 'mail_off' : 'mail_on'}>
          {wantsMail ? 'E-Mails abbestellen' : 'E-Mails bestellen'}
        </SubmitButton>
      </Form>
    </Section>
  )
}

function TwoSteps({
  factors,
  isDemanded,
}: Pick<Page, 'factors'> & { readonly isDemanded: boolean }) {
  return (
    <Section title="Anmeldung in zwei Schritten">
      <p>
        {factors === 0
          ? `Noch nicht eingerichtet${isDemanded ? '' : '; hier im Probebetrieb ist sie freiwillig'}.`
          : 'Eingerichtet: Sie melden sich mit Passwort und einem zweiten Schritt an.'}{' '}
        <Link to="/konto/zwei-schritte">{factors === 0 ? 'Einrichten' : 'Ansehen und ändern'}</Link>
      </p>
    </Section>
  )
}

function ProviderSection({ isLinked }: { readonly isLinked: boolean }) {
  return (
    <Section title="Anmeldung Ihrer Dienststelle">
      {isLinked ? (
        <Form action="/konto/dienststelle" label="Anmeldung Ihrer Dienststelle">
          <p>Verbunden: Sie können sich auch mit dem Konto Ihrer Dienststelle anmelden.</p>
          <SubmitButton kind="secondary">Verbindung lösen</SubmitButton>
        </Form>
      ) : (
        <p>
          Noch nicht verbunden. <a href="/konto/dienststelle">Verbinden</a>
        </p>
      )}
    </Section>
  )
}

function Sessions({ sessions }: Pick<Page, 'sessions'>) {
  return (
    <Section title="Angemeldet">
      <div className="m-stack">
        <ul className="m-plain m-stack">
          {sessions.map((session) => (
            <SessionRow key={session.name} session={session} />
          ))}
        </ul>
        {sessions.length < 2 ? null : (
          <Form label="Andere Anmeldungen beenden">
            <SubmitButton kind="secondary" name="intent" value="end_sessions">
              Überall sonst abmelden
            </SubmitButton>
          </Form>
        )}
        <Form label="Überall abmelden">
          <SubmitButton kind="secondary" name="intent" value="sign_out_everywhere">
            Überall abmelden, auch hier
          </SubmitButton>
        </Form>
      </div>
    </Section>
  )
}

function SessionRow({ session }: { readonly session: Page['sessions'][number] }) {
  const { name, browser, since, lastSeen, isHere } = session
  return (
    <li>
      <b>{browser ?? 'Unbekannter Browser'}</b>
      {isHere ? ' (hier)' : ''}, seit {formatDateTime(since)}, zuletzt benutzt{' '}
      {formatDateTime(lastSeen)}
      {isHere ? null : (
        <Form label={`Abmelden: ${browser ?? 'Unbekannter Browser'}`}>
          <input type="hidden" name="id" value={name} />
          <SubmitButton kind="tertiary" small name="intent" value="end_session">
            Dort abmelden
          </SubmitButton>
        </Form>
      )}
    </li>
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
