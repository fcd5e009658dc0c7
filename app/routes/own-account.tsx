import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useSearchParams } from '@remix-run/react'
import { PasswordForm } from '#app/forms/account.ts'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor, staffSessionOf } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { ownAccountPage } from '#app/presenters/own-account.server.ts'
import { changePassword } from '#app/services/account/change-password.server.ts'
import { endOtherSessions } from '#app/services/account/end-other-sessions.server.ts'
import { OwnAccountPage } from '#app/ui/account/own-account-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Ihr Konto – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const session = await staffSessionOf(args)
  return page(await ownAccountPage(ctx, session?.idHash ?? ''))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const keeps = (await staffSessionOf(args))?.idHash ?? ''
  if (form.get('intent') === 'end_sessions') {
    return answer(await endOtherSessions(ctx, keeps), form, () => '/konto?fertig=sitzungen')
  }
  const typed = parseForm(PasswordForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { present, password } = typed.data
  const done = await changePassword(ctx, { present, password, keeps })
  return answer(done, withoutSecrets(form), () => '/konto?fertig=passwort')
}

export default function OwnAccount() {
  const [search] = useSearchParams()
  return <OwnAccountPage page={useLoaderData<typeof loader>()} done={search.get('fertig')} />
}
