import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { NewPasskeyForm } from '#app/forms/second-factor.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { invalid, page, refused, seeOther } from '#app/http/respond.server.ts'
import { setCookie } from '#app/http/session.server.ts'
import { newPasskeyPage } from '#app/presenters/new-passkey-page.server.ts'
import { askForNewPasskey } from '#app/services/account/ask-passkey.server.ts'
import { registerPasskey } from '#app/services/account/register-passkey.server.ts'
import { NewPasskeyPage } from '#app/ui/account/passkey-forms.tsx'

export const meta: MetaFunction = () => [{ title: 'Passkey einrichten – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(newPasskeyPage(await contextFor(args, ['set_up'])))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args, ['set_up'])
  const { idHash } = ctx.session
  if (form.get('intent') === 'ask') {
    const asked = await askForNewPasskey(ctx, idHash)
    return asked.ok ? json({ refusal: null, options: asked.value }) : refused(asked.error, form)
  }
  const typed = parseForm(NewPasskeyForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { label, proof } = typed.data
  const done = await registerPasskey(ctx, { label, answer: proof, idHash })
  if (!done.ok) return refused(done.error, withoutSecrets(form))
  return seeOther('/konto/zwei-schritte?fertig=eingerichtet', {
    'Set-Cookie': setCookie(ctx, 'sid', done.value.token),
  })
}

export default function OwnAccountPasskeys() {
  return <NewPasskeyPage site={useLoaderData<typeof loader>().site} />
}
