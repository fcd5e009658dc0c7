import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { InvitationForm } from '#app/forms/invitation.ts'
import { commandFor, staffSessionOf, strangerCommandFor } from '#app/http/context.server.ts'
import { invalid, refused, seeOther } from '#app/http/respond.server.ts'
import { setCookie } from '#app/http/session.server.ts'
import { visitFrom } from '#app/http/visit.server.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { InvitationPage } from '#app/ui/account/invitation-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Passwort festlegen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return json({ isSignedIn: (await staffSessionOf(args)) !== null })
}

export async function action(args: ActionFunctionArgs) {
  const before = await staffSessionOf(args)
  const { ctx, form } = await (before === null
    ? strangerCommandFor(args)
    : commandFor(args, ['prove', 'set_up']))
  const typed = parseForm(InvitationForm, form)
  if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
  const { code, password } = typed.data
  const from = await visitFrom(args, before)
  const done = await acceptInvitation(ctx, { code, password, ...from })
  if (!done.ok) return refused(done.error, withoutSecrets(form))
  return seeOther(done.value.home, { 'Set-Cookie': setCookie(ctx, 'sid', done.value.token) })
}

export default function Invitation() {
  return <InvitationPage />
}
