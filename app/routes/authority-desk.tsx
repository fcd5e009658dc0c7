import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { DeskForm } from '#app/forms/assignment.ts'
import { readDeskQuery } from '#app/forms/authority-query.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { invalid, page, results } from '#app/http/respond.server.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import { deskResult } from '#app/presenters/authority-desk-result.server.ts'
import { assignMany, sendBackMany } from '#app/services/case/decide-many.server.ts'
import { AuthorityDeskView } from '#app/ui/school/authority-desk-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Entscheidungen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await authorityDesk(ctx, readDeskQuery(new URL(args.request.url).searchParams)))
}

/** Decides about the ticked children, each by itself; what came of it stands on the same page. */
export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(DeskForm, form)
  if (!command.ok) return invalid(command.failure)
  const { data } = command
  const outcomes =
    data.intent === 'assign'
      ? await assignMany(ctx, data.chosen)
      : await sendBackMany(ctx, data.chosen, data.reason)
  return results(await deskResult(ctx, data.intent, outcomes))
}

export default function AuthorityDeskRoute() {
  return <AuthorityDeskView desk={useLoaderData<typeof loader>()} />
}
