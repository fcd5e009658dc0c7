import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { ownPath, SignInForm } from '#app/forms/sign-in.ts'
import { staffSessionOf, strangerCommandFor } from '#app/http/context.server.ts'
import { invalid, refused, seeOther } from '#app/http/respond.server.ts'
import { signedInCookies } from '#app/http/session.server.ts'
import { visitFrom } from '#app/http/visit.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { SignInPage } from '#app/ui/account/sign-in-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Anmelden – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  if ((await staffSessionOf(args)) !== null) return seeOther('/')
  const { searchParams } = new URL(args.request.url)
  return json({
    back: ownPath(searchParams.get('zurueck')) ?? '',
    hasDraft: searchParams.get('entwurf') === 'ja',
    hasProvider: args.context.deps.provider !== null,
  })
}

export async function action(args: ActionFunctionArgs) {
  const before = await staffSessionOf(args)
  const { ctx, form } = await strangerCommandFor(args)
  const typed = parseForm(SignInForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { back, ...proof } = typed.data
  const done = await signIn(ctx, { ...proof, ...(await visitFrom(args, before)) })
  if (!done.ok) return refused(done.error, withoutSecrets(form))
  return seeOther(back ?? done.value.home, signedInCookies(ctx, done.value))
}

export default function SignIn() {
  return <SignInPage {...useLoaderData<typeof loader>()} />
}
