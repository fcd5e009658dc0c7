import { Link, useActionData } from '@remix-run/react'
import type { ProofPage } from '#app/presenters/proof-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { PageTitle } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { ProofForms } from './proof-forms.tsx'

/** Asks again who one is, before a step that must not happen by an unattended screen. */
export function ProveAgainPage({ page }: { readonly page: ProofPage }) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  return (
    <div className="m-prose">
      <PageTitle
        title="Bitte bestätigen Sie, dass Sie es sind"
        sub="Danach können Sie zehn Minuten lang wichtige Schritte tun, ohne noch einmal gefragt zu werden."
      />
      <RefusalNotice refusal={answer?.refusal} />
      <ProofForms page={page} />
      <p className="m-sect">
        <Link to={page.back === '' ? '/konto' : page.back}>Doch nicht, zurück</Link>
      </p>
    </div>
  )
}
