import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData, useSearchParams } from '@remix-run/react'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { ConfirmTotpForm, OneOfOwnForm } from '#app/forms/second-factor.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page, refused, seeOther } from '#app/http/respond.server.ts'
import { renewedCookie } from '#app/http/session.server.ts'
import { factorsPage } from '#app/presenters/factors-page.server.ts'
import { beginTotp } from '#app/services/account/begin-totp.server.ts'
import { confirmTotp } from '#app/services/account/confirm-totp.server.ts'
import { makeRecoveryCodes } from '#app/services/account/make-recovery-codes.server.ts'
import { removeFactor } from '#app/services/account/remove-factor.server.ts'
import { FactorsPage } from '#app/ui/account/factors-page.tsx'

const HERE = '/konto/zwei-schritte'

export const meta: MetaFunction = () => [{ title: 'Anmeldung in zwei Schritten – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(await factorsPage(await contextFor(args, ['set_up'])))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args, ['set_up'])
  switch (form.get('intent')) {
    case 'begin':
      return answer(await beginTotp(ctx), form, () => HERE)
    case 'codes': {
      const made = await makeRecoveryCodes(ctx)
      return made.ok ? json({ refusal: null, codes: made.value }) : refused(made.error, form)
    }
    case 'remove': {
      const typed = parseForm(OneOfOwnForm, form)
      if (!typed.ok) return invalid(typed.failure)
      return answer(await removeFactor(ctx, typed.data.id), form, () => `${HERE}?fertig=entfernt`)
    }
    default: {
      const typed = parseForm(ConfirmTotpForm, form)
      if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
      const done = await confirmTotp(ctx, { ...typed.data, idHash: ctx.session.idHash })
      if (!done.ok) return refused(done.error, withoutSecrets(form))
      return seeOther(`${HERE}?fertig=eingerichtet`, renewedCookie(ctx, done.value.token))
    }
  }
}

export default function OwnAccountFactors() {
  const [search] = useSearchParams()
  return <FactorsPage page={useLoaderData<typeof loader>()} done={search.get('fertig')} />
}
