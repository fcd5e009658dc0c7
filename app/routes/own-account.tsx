import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useSearchParams } from '@remix-run/react'
import { PasswordForm } from '#app/forms/account.ts'
import { failureWithoutSecrets, withoutSecrets } from '#app/forms/account-fields.ts'
import { parseForm } from '#app/forms/form.ts'
import { OneOfOwnForm } from '#app/forms/second-factor.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page, refused, signedOut } from '#app/http/respond.server.ts'
import { ownAccountPage } from '#app/presenters/own-account.server.ts'
import { changePassword } from '#app/services/account/change-password.server.ts'
import { endOtherSessions } from '#app/services/account/end-other-sessions.server.ts'
import { endOwnSession, signOutEverywhere } from '#app/services/account/end-own-sessions.server.ts'
import { acknowledge } from '#app/services/account/notices.server.ts'
import { chooseMail } from '#app/services/notice/choose-mail.server.ts'
import { OwnAccountPage } from '#app/ui/account/own-account-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Ihr Konto – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await ownAccountPage(ctx, ctx.session.idHash))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const { idHash } = ctx.session
  switch (form.get('intent')) {
    case 'acknowledge':
      return answer(await acknowledge(ctx), form, () => '/konto?fertig=gelesen')
    case 'mail_on':
      return answer(await chooseMail(ctx, true), form, () => '/konto?fertig=post')
    case 'mail_off':
      return answer(await chooseMail(ctx, false), form, () => '/konto?fertig=keine-post')
    case 'end_sessions':
      return answer(await endOtherSessions(ctx, idHash), form, () => '/konto?fertig=sitzungen')
    case 'end_session': {
      const typed = parseForm(OneOfOwnForm, form)
      if (!typed.ok) return invalid(typed.failure)
      const done = await endOwnSession(ctx, typed.data.id, idHash)
      if (done.ok && done.value.idHash === idHash) return signedOut(ctx)
      return answer(done, form, () => '/konto?fertig=sitzung')
    }
    case 'sign_out_everywhere': {
      const done = await signOutEverywhere(ctx)
      return done.ok ? signedOut(ctx) : refused(done.error, form)
    }
    default: {
      const typed = parseForm(PasswordForm, form)
      if (!typed.ok) return invalid(failureWithoutSecrets(typed.failure))
      const { present, password } = typed.data
      const done = await changePassword(ctx, { present, password, keeps: idHash })
      return answer(done, withoutSecrets(form), () => '/konto?fertig=passwort')
    }
  }
}

export default function OwnAccount() {
  const [search] = useSearchParams()
  return <OwnAccountPage page={useLoaderData<typeof loader>()} done={search.get('fertig')} />
}
