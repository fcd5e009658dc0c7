import { useActionData } from '@remix-run/react'
import type { ProofPage } from '#app/presenters/proof-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { Form } from '../form/form.tsx'
import { PageTitle, Section } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { ProofForms } from './proof-forms.tsx'

/** After the password: the second step. Until then nothing of the program is shown. */
export function SecondStepPage({ page }: { readonly page: ProofPage }) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  return (
    <div className="m-prose">
      <PageTitle
        title="Anmeldung bestätigen"
        sub="Ihr Passwort stimmt. Jetzt noch der zweite Schritt."
      />
      <RefusalNotice refusal={answer?.refusal} />
      <ProofForms page={page} />
      <Section title="Nichts davon geht?">
        <p>Ihre Leitung kann Ihr Konto zurücksetzen und Ihnen einen neuen Link geben.</p>
        <Form action="/abmelden" label="Abbrechen">
          <SubmitButton kind="tertiary">Abbrechen und neu anmelden</SubmitButton>
        </Form>
      </Section>
    </div>
  )
}
