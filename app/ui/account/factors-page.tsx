import { Link, useActionData } from '@remix-run/react'
import { ConfirmTotpForm } from '#app/forms/second-factor.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import type { FactorsPage as Page } from '#app/presenters/factors-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { LinkButton, SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle, Section } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

type Props = {
  readonly page: Page
  /** What was just done, from the address. */
  readonly done: string | null
}

type Answer = { readonly refusal: Refusal | null; readonly codes?: readonly string[] }

const HERE = '/konto/zwei-schritte'

const DONE: Readonly<Record<string, string | undefined>> = {
  eingerichtet: 'Ab jetzt melden Sie sich mit Passwort und einem zweiten Schritt an.',
  entfernt: 'Der zweite Schritt ist entfernt.',
}

const KINDS = { totp: 'App mit Codes', passkey: 'Passkey' } as const

/** The second steps of the own account: what there is, what can be added, and the recovery codes. */
export function FactorsPage({ page, done }: Props) {
  const answer = useActionData<Answer>()
  const told = answer ? undefined : DONE[done ?? '']
  return (
    <div className="m-prose">
      <PageTitle
        title="Anmeldung in zwei Schritten"
        sub="Wer nur Ihr Passwort kennt, kommt damit nicht in Ihr Konto."
      />
      {told === undefined ? null : <Notice kind="success" title={told} live="status" />}
      <RefusalNotice refusal={answer?.refusal} />
      {page.isDemanded ? (
        <Notice kind="info" title="Bitte richten Sie jetzt einen zweiten Schritt ein.">
          <p>
            Ohne ihn darf hier niemand mit Angaben über Kinder arbeiten. Es dauert zwei Minuten.
          </p>
        </Notice>
      ) : null}
      {answer?.codes === undefined ? null : <Codes codes={answer.codes} homeHref={page.homeHref} />}
      <Factors factors={page.factors} />
      {page.factors.length > 0 && answer?.codes === undefined ? (
        <MakeCodes left={page.codesLeft} />
      ) : null}
      <AppSection page={page} />
      <Section title="Passkey">
        <p>
          Ein Passkey ist Ihr Gerät selbst: Sie bestätigen mit Fingerabdruck, Gesicht oder PIN, und
          es gibt nichts abzutippen. <Link to="/konto/passkeys">Passkey einrichten</Link>
        </p>
      </Section>
    </div>
  )
}

function Factors({ factors }: Pick<Page, 'factors'>) {
  if (factors.length === 0) return null
  return (
    <Section title="Eingerichtet">
      <ul className="m-plain m-stack">
        {factors.map(({ id, kind, label, since }) => (
          <li key={id}>
            <b>{kind === 'passkey' ? `${KINDS[kind]} „${label}“` : KINDS[kind]}</b>, seit{' '}
            {formatDateTime(since)}
            <Form label={`Entfernen: ${label}`}>
              <input type="hidden" name="id" value={id} />
              <SubmitButton kind="secondary" small name="intent" value="remove">
                Entfernen
              </SubmitButton>
            </Form>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function AppSection({ page }: Pick<Props, 'page'>) {
  const { pending, factors } = page
  if (pending === null && factors.some(({ kind }) => kind === 'totp')) return null
  return (
    <Section title="App mit Codes einrichten">
      {pending === null ? (
        <div className="m-stack">
          <p>
            Sie brauchen dafür ein Handy oder Tablet mit einer App für Einmal-Codes, zum Beispiel
            die Ihrer Dienststelle. Die App zeigt Ihnen alle 30 Sekunden einen neuen Code.
          </p>
          <Form label="App mit Codes einrichten">
            <SubmitButton name="intent" value="begin">
              Einrichten
            </SubmitButton>
          </Form>
        </div>
      ) : (
        <Pending pending={pending} />
      )}
    </Section>
  )
}

function Pending({ pending }: { readonly pending: NonNullable<Page['pending']> }) {
  const form = useCheckedForm(ConfirmTotpForm, { labels: { proof: 'Code aus Ihrer App' } })
  return (
    <div className="m-stack">
      <p>1. Lesen Sie dieses Bild mit Ihrer App ein:</p>
      <img className="m-qr" src={pending.qr} alt="QR-Code für Ihre App" width={200} height={200} />
      <p>
        Geht das nicht? Tippen Sie in der App diesen Schlüssel ein: <code>{pending.secret}</code>
      </p>
      <p>2. Geben Sie den Code ein, den die App jetzt zeigt:</p>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} action={HERE} className="m-stack" label="Code bestätigen">
        <input type="hidden" name="intent" value="confirm" />
        <TextField
          {...form.field('proof')}
          inputMode="numeric"
          autoComplete="one-time-code"
          narrow
        />
        <SubmitButton>Einrichtung abschließen</SubmitButton>
      </Form>
    </div>
  )
}

function MakeCodes({ left }: { readonly left: number }) {
  return (
    <Section title="Wiederherstellungscodes">
      <div className="m-stack">
        <p>
          {left === 0
            ? 'Sie haben noch keine. Mit einem solchen Code kommen Sie in Ihr Konto, wenn Ihr Handy verloren oder kaputt ist.'
            : `Von Ihren zehn Codes sind noch ${left} übrig. Neue Codes machen die alten ungültig.`}
        </p>
        <Form action={HERE} label="Wiederherstellungscodes">
          <SubmitButton kind={left === 0 ? 'primary' : 'secondary'} name="intent" value="codes">
            {left === 0 ? 'Codes erzeugen und anzeigen' : 'Neue Codes erzeugen'}
          </SubmitButton>
        </Form>
      </div>
    </Section>
  )
}

type CodesProps = { readonly codes: readonly string[]; readonly homeHref: string }

function Codes({ codes, homeHref }: CodesProps) {
  if (codes.length === 0) {
    return (
      <Notice kind="info" title="Diese Codes wurden schon gezeigt." live="status">
        <p>Haben Sie sie nicht mehr? Machen Sie neue.</p>
      </Notice>
    )
  }
  return (
    <Section title="Ihre zehn Wiederherstellungscodes">
      <div className="m-stack">
        <p>
          Bitte drucken Sie diese Seite jetzt oder schreiben Sie die Codes ab, und legen Sie sie an
          einen sicheren Ort. Sie werden nur dieses eine Mal gezeigt; jeder gilt einmal.
        </p>
        <ul className="m-plain m-codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <LinkButton to={homeHref}>Ich habe die Codes, weiter</LinkButton>
      </div>
    </Section>
  )
}
