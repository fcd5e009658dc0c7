import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { ProofForm } from '#app/forms/second-factor.ts'
import { ownPath } from '#app/forms/sign-in.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { invalid, page, refused, seeOther } from '#app/http/respond.server.ts'
import { renewedCookie } from '#app/http/session.server.ts'
import { proofPage } from '#app/presenters/proof-page.server.ts'
import { askForPasskey } from '#app/services/account/ask-passkey.server.ts'
import { proveAgain } from '#app/services/account/prove-again.server.ts'
import { ProveAgainPage } from '#app/ui/account/prove-again-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Noch einmal bestätigen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args, ['set_up'])
  return page(await proofPage(ctx, ownPath(new URL(args.request.url).searchParams.get('zurueck'))))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args, ['set_up'])
  if (form.get('intent') === 'ask') {
    const asked = await askForPasskey(ctx, ctx.session.idHash)
    return asked.ok ? json({ refusal: null, options: asked.value }) : refused(asked.error, form)
  }
  const typed = parseForm(ProofForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { back, ...shown } = typed.data
  const { address } = args.context
  const done = await proveAgain(ctx, { ...shown, address, idHash: ctx.session.idHash })
  if (!done.ok) return refused(done.error, withoutSecrets(form))
  return seeOther(back ?? '/konto', renewedCookie(ctx, done.value.token))
}

export default function OwnAccountConfirm() {
  return <ProveAgainPage page={useLoaderData<typeof loader>()} />
}
