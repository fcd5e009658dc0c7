import { useActionData } from '@remix-run/react'
import { SignInForm } from '#app/forms/sign-in.ts'
import { t } from '#app/i18n/translate.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'

const LABELS = { email: 'E-Mail-Adresse', password: 'Passwort' }

type Props = {
  /** The page to go on with; empty: the person's own first page. */
  readonly back: string
  /** A session ran out; what was sent with it is kept. */
  readonly hasDraft: boolean
  /** The installation has a single sign-on. */
  readonly hasProvider: boolean
}

/** The door for everybody with an account; families have theirs at /familie. */
export function SignInPage({ back, hasDraft, hasProvider }: Props) {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  const form = useCheckedForm(SignInForm, { labels: LABELS })
  return (
    <div className="m-prose">
      <PageTitle title="Anmelden" sub="Für Beratung, Schulen, Schulaufsicht und Verwaltung" />
      {hasDraft && answer === undefined ? (
        <Notice kind="info" title={t('draft.signed_out')} />
      ) : null}
      <RefusalNotice refusal={answer?.refusal} />
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Anmelden">
        <input type="hidden" name="back" value={back} />
        <TextField
          {...form.field('email')}
          type="email"
          inputMode="email"
          autoComplete="username"
        />
        <TextField {...form.field('password')} type="password" autoComplete="current-password" />
        <SubmitButton>Anmelden</SubmitButton>
      </Form>
      {hasProvider ? (
        <p className="m-sect">
          <a href="/anmelden/dienststelle">Mit dem Konto Ihrer Dienststelle anmelden</a>
        </p>
      ) : null}
      <p className="m-sect">Passwort vergessen? Ihre Leitung macht Ihnen einen neuen Link.</p>
      <p>
        Sie sind eine Familie? <a href="/familie">Zur Seite für Familien</a>
      </p>
    </div>
  )
}
