import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { parseForm } from '#app/forms/form.ts'
import { TrailOfCase } from '#app/forms/trail-of-case.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { caseOfNumber, trailPage } from '#app/presenters/trail-page.server.ts'
import { TrailPage } from '#app/ui/administration/trail-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Protokoll – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(await trailPage(await contextFor(args)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const asked = parseForm(TrailOfCase, form)
  if (!asked.ok) return invalid(asked.failure)
  const found = await caseOfNumber(ctx, asked.data.caseNumber)
  return answer(found, form, (caseId) => `/faelle/${caseId}/verlauf`)
}

export default function AdministrationTrail() {
  const { rulesChanged } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  return <TrailPage refusal={refusal} rulesChanged={rulesChanged} />
}
