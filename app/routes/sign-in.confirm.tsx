import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { SecondStepForm } from '#app/forms/second-factor.ts'
import { ownPath } from '#app/forms/sign-in.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { invalid, page, refused, seeOther } from '#app/http/respond.server.ts'
import { signedInCookies } from '#app/http/session.server.ts'
import { visitFrom } from '#app/http/visit.server.ts'
import { proofPage } from '#app/presenters/proof-page.server.ts'
import { askForPasskey } from '#app/services/account/ask-passkey.server.ts'
import { signInByFactor } from '#app/services/account/sign-in-by-factor.server.ts'
import { SecondStepPage } from '#app/ui/account/second-step-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Anmeldung bestätigen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args, ['prove'])
  const back = ownPath(new URL(args.request.url).searchParams.get('zurueck'))
  if (ctx.session.standing === 'open') return seeOther(back ?? '/')
  return page(await proofPage(ctx, back))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args, ['prove'])
  if (ctx.session.standing === 'open') return seeOther('/')
  if (form.get('intent') === 'ask') {
    const asked = await askForPasskey(ctx, ctx.session.idHash)
    return asked.ok ? json({ refusal: null, options: asked.value }) : refused(asked.error, form)
  }
  const typed = parseForm(SecondStepForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { back, ...shown } = typed.data
  const { idHash } = ctx.session
  const from = await visitFrom(args, ctx.session)
  const done = await signInByFactor(ctx, { ...shown, ...from, idHash })
  if (!done.ok) return refused(done.error, withoutSecrets(form))
  return seeOther(back ?? done.value.home, signedInCookies(ctx, done.value))
}

export default function SignInConfirm() {
  return <SecondStepPage page={useLoaderData<typeof loader>()} />
}
