import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { AssignFromDesk } from '#app/forms/assignment.ts'
import { parseForm } from '#app/forms/form.ts'
import { readPage } from '#app/forms/school-list-query.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { authorityDesk } from '#app/presenters/authority-desk.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { AuthorityDeskView } from '#app/ui/school/authority-desk-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Entscheidungen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await authorityDesk(ctx, readPage(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(AssignFromDesk, form)
  if (!command.ok) return invalid(command.failure)
  return answer(await assignSchool(ctx, command.data), form, () => '/schulamt')
}

export default function AuthorityDeskRoute() {
  return <AuthorityDeskView desk={useLoaderData<typeof loader>()} />
}
