import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { readCentre } from '#app/forms/centre-query.ts'
import { parseForm } from '#app/forms/form.ts'
import { RetentionForm } from '#app/forms/retention.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { retentionPage } from '#app/presenters/retention-page.server.ts'
import { changeRetention } from '#app/services/privacy/change-retention.server.ts'
import { RetentionPage } from '#app/ui/privacy/retention-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Aufbewahrung – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await retentionPage(ctx, readCentre(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(RetentionForm, form)
  if (!command.ok) return invalid(command.failure)
  const { centreId } = command.data
  const done = await changeRetention(ctx, command.data)
  return answer(done, form, () => `/verwaltung/aufbewahrung?zentrum=${centreId}`)
}

export default function AdministrationRetention() {
  const refusal = useActionData<typeof action>()?.refusal
  return <RetentionPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
