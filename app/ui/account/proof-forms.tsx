import { PasswordProofForm, RecoveryProofForm, TotpProofForm } from '#app/forms/second-factor.ts'
import type { ProofPage } from '#app/presenters/proof-page.server.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { Section } from '../frame.tsx'
import { PasskeyProof } from './passkey-forms.tsx'

type Props = { readonly page: ProofPage }

/** The ways in which the account can prove its person; each a form of its own. */
export function ProofForms({ page }: Props) {
  return (
    <>
      {page.hasTotp ? <TotpForm page={page} /> : null}
      {page.hasPasskey ? <PasskeyProof back={page.back} /> : null}
      {page.hasPasswordOnly ? <PasswordProof page={page} /> : null}
      {page.hasRecoveryCodes ? <RecoveryForm page={page} /> : null}
    </>
  )
}

function TotpForm({ page }: Props) {
  const form = useCheckedForm(TotpProofForm, { labels: { proof: 'Code aus Ihrer App' } })
  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Mit App bestätigen">
        <input type="hidden" name="way" value="totp" />
        <input type="hidden" name="back" value={page.back} />
        <TextField
          {...form.field('proof')}
          id="totp"
          inputMode="numeric"
          autoComplete="one-time-code"
          hint="Sechs Ziffern; jeder Code gilt einmal und etwa eine halbe Minute."
          narrow
        />
        <SubmitButton>Bestätigen</SubmitButton>
      </Form>
    </>
  )
}

function RecoveryForm({ page }: Props) {
  const form = useCheckedForm(RecoveryProofForm, { labels: { proof: 'Wiederherstellungscode' } })
  return (
    <Section title="Handy nicht zur Hand?">
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Mit Wiederherstellungscode bestätigen">
        <input type="hidden" name="way" value="recovery_code" />
        <input type="hidden" name="back" value={page.back} />
        <TextField
          {...form.field('proof')}
          id="recovery"
          autoComplete="off"
          hint="Einer Ihrer zehn Codes, zum Beispiel 3-K7M4X-9TQ2B. Jeder gilt einmal."
          narrow
        />
        <SubmitButton kind="secondary">Mit diesem Code bestätigen</SubmitButton>
      </Form>
    </Section>
  )
}

function PasswordProof({ page }: Props) {
  const form = useCheckedForm(PasswordProofForm, { labels: { proof: 'Passwort' } })
  return (
    <>
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Mit Passwort bestätigen">
        <input type="hidden" name="way" value="password" />
        <input type="hidden" name="back" value={page.back} />
        <TextField {...form.field('proof')} type="password" autoComplete="current-password" />
        <SubmitButton>Bestätigen</SubmitButton>
      </Form>
    </>
  )
}
