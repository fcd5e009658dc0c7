import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { json } from '@remix-run/node'
import { useLoaderData, useSearchParams } from '@remix-run/react'
import { AccountForm, InviteForm, invitableRole } from '#app/forms/account.ts'
import { readCentre } from '#app/forms/centre-query.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { invalid, page, refused, seeOther } from '#app/http/respond.server.ts'
import { accountsPage } from '#app/presenters/accounts.server.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { AccountsPage } from '#app/ui/account/accounts-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Konten – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await accountsPage(ctx, readCentre(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  if (form.get('intent') === 'invite') {
    const typed = parseForm(InviteForm, form)
    if (!typed.ok) return invalid(typed.failure)
    const done = await inviteAccount(ctx, typed.data)
    return done.ok ? json({ refusal: null, issued: done.value }) : refused(done.error, form)
  }
  const typed = parseForm(AccountForm, form)
  if (!typed.ok) return invalid(typed.failure)
  const done = await changeAccount(ctx, typed.data)
  if (!done.ok) return refused(done.error, form)
  if (done.value !== null) return json({ refusal: null, issued: done.value })
  return seeOther(`/verwaltung/konten?zentrum=${typed.data.centreId}&fertig=1`)
}

export default function AdministrationAccounts() {
  const [search] = useSearchParams()
  return (
    <AccountsPage
      page={useLoaderData<typeof loader>()}
      role={invitableRole(search.get('rolle'))}
      isDone={search.has('fertig')}
    />
  )
}
