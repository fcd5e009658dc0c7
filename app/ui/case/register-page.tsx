import { useActionData } from '@remix-run/react'
import { useMemo } from 'react'
import type { FormFailure } from '#app/forms/form.ts'
import { registerChildForm } from '#app/forms/register-child.ts'
import type { RegisterPage } from '#app/presenters/register-page.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { LinkButton, SubmitButton } from '../form/buttons.tsx'
import { DraftKeeper, DraftNotice } from '../form/draft.tsx'
import { ErrorSummary } from '../form/error-summary.tsx'
import { Form } from '../form/form.tsx'
import { DateField } from '../form/text-field.tsx'
import { type CheckedForm, useCheckedForm } from '../form/use-checked-form.ts'
import { Crumb, PageTitle, Section } from '../frame.tsx'
import { Notice, RefusalNotice } from '../notice.tsx'
import { RegisterDuplicates } from './register-duplicates.tsx'
import { AddressFields, ChildFields, ContactFields, GuardianFields } from './register-fields.tsx'
import { REGISTER_LABELS } from './register-labels.ts'

type Answer = FormFailure & { readonly refusal: Refusal | null }

/** The form of a Meldung: child, family, Meldung, on one page. */
export function RegisterView({ page }: { readonly page: RegisterPage }) {
  const refusal = useActionData<Answer>()?.refusal ?? null
  const { today, sibling } = page
  const schema = useMemo(() => registerChildForm(today), [today])
  const form = useCheckedForm(schema, {
    labels: REGISTER_LABELS,
    defaults: {
      registeredOn: today,
      birthPrecision: 'day',
      channel: 'phone',
      language: sibling?.language ?? '',
      municipality: sibling?.municipality ?? '',
      siblingOf: sibling?.caseId ?? '',
    },
  })
  return (
    <>
      <Crumb href="/arbeitsliste">Arbeitsliste</Crumb>
      <PageTitle
        title="Kind melden"
        sub="Was noch nicht bekannt ist, kann später ergänzt werden."
      />
      <DraftNotice today={today} />
      <ErrorSummary errors={form.summary} />
      {refusal?.code === 'possible_duplicate' ? null : <RefusalNotice refusal={refusal} />}
      <Form {...form.formProps} className="m-prose" label="Kind melden">
        {refusal?.code === 'possible_duplicate' ? (
          <RegisterDuplicates
            shown={refusal.children}
            confirmed={form.value('confirmed')}
            joinsFamily={form.value('siblingOf') !== ''}
          />
        ) : null}
        <Section title="Kind">
          <ChildFields form={form} />
        </Section>
        <FamilySection form={form} page={page} />
        <Section title="Meldung">
          <DateField {...form.field('registeredOn')} max={today} required />
        </Section>
        <div className="m-save">
          <SubmitButton>Kind melden</SubmitButton>
          <LinkButton to="/arbeitsliste" kind="tertiary">
            Abbrechen
          </LinkButton>
        </div>
        <DraftKeeper formRef={form.formProps.formRef} />
      </Form>
    </>
  )
}

type FamilyProps = { readonly form: CheckedForm; readonly page: RegisterPage }

/** Asked once a family: a brother or sister joins the one that is known. */
function FamilySection({ form, page }: FamilyProps) {
  const siblingOf = form.value('siblingOf')
  if (siblingOf === '') {
    return (
      <Section title="Familie">
        <div className="m-stack">
          <GuardianFields form={form} />
          <AddressFields form={form} municipalities={page.municipalities} />
          <ContactFields form={form} />
        </div>
      </Section>
    )
  }
  return (
    <Section title="Familie">
      <input type="hidden" name="siblingOf" value={siblingOf} />
      <div className="m-stack">
        <Notice kind="info" title={familyTitle(page)}>
          Sorgeberechtigte, Adresse und Erreichbarkeit sind schon bekannt und gelten auch für dieses
          Kind.
        </Notice>
        <AddressFields form={form} municipalities={page.municipalities} sibling={page.sibling} />
      </div>
    </Section>
  )
}

function familyTitle({ sibling }: RegisterPage): string {
  return sibling === null || sibling.name === ''
    ? 'Das Kind kommt zu einer Familie, die schon gemeldet ist'
    : `Das Kind kommt zur Familie von ${sibling.name}`
}
