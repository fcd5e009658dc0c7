import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { readCentre } from '#app/forms/centre-query.ts'
import { erasurePath, readErasures } from '#app/forms/erasures-query.ts'
import { parseForm } from '#app/forms/form.ts'
import { ToldForm } from '#app/forms/retention.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { erasuresPage } from '#app/presenters/erasures-page.server.ts'
import { noteToldRecipient } from '#app/services/privacy/tell-recipient.server.ts'
import { ErasuresPage } from '#app/ui/privacy/erasures-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Löschungen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const { searchParams } = new URL(args.request.url)
  const asked = { centre: readCentre(searchParams), ...readErasures(searchParams) }
  return page(await erasuresPage(ctx, asked))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(ToldForm, form)
  if (!command.ok) return invalid(command.failure)
  const done = await noteToldRecipient(ctx, command.data)
  return answer(done, form, () => erasurePath(command.data))
}

export default function AdministrationErasures() {
  const refusal = useActionData<typeof action>()?.refusal
  return <ErasuresPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
