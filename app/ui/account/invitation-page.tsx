import { useActionData } from '@remix-run/react'
import { InvitationForm } from '#app/forms/invitation.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { SubmitButton } from '../form/buttons.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { TextField } from '../form/text-field.tsx'
import { useCheckedForm } from '../form/use-checked-form.ts'
import { PageTitle } from '../frame.tsx'
import { RefusalNotice } from '../notice.tsx'
import { useCodeFromAddress } from './use-code-from-address.ts'

const LABELS = {
  code: 'Code aus dem Link',
  password: 'Neues Passwort',
  again: 'Neues Passwort noch einmal',
}

/** Where a one-time link leads: choose a password, and the account is open. */
export function InvitationPage() {
  const answer = useActionData<{ readonly refusal: Refusal | null }>()
  const form = useCheckedForm(InvitationForm, { labels: LABELS })
  useCodeFromAddress(form.formProps.formRef, 'code')
  return (
    <div className="m-prose">
      <PageTitle
        title="Passwort festlegen"
        sub="Danach sind Sie angemeldet. Der Link gilt 72 Stunden und nur einmal."
      />
      <RefusalNotice refusal={answer?.refusal} />
      <ErrorSummary errors={form.summary} />
      <Form {...form.formProps} className="m-stack" label="Passwort festlegen">
        <TextField
          {...form.field('code')}
          autoComplete="off"
          hint="Steht das Feld leer? Dann kopieren Sie aus Ihrem Link alles, was hinter dem Zeichen # steht."
        />
        <TextField
          {...form.field('password')}
          type="password"
          autoComplete="new-password"
          hint="Mindestens 12 Zeichen. Gut sind mehrere Wörter, die nicht zusammengehören."
        />
        <TextField {...form.field('again')} type="password" autoComplete="new-password" />
        <SubmitButton>Passwort speichern</SubmitButton>
      </Form>
    </div>
  )
}
