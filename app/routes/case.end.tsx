import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { EndForm } from '#app/forms/end.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { endPage } from '#app/presenters/end-page.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { EndPage } from '#app/ui/end/end-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Ende des Falls – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await endPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const caseId = args.params['id'] as CaseId
  const command = parseForm(EndForm, form)
  if (!command.ok) return invalid(command.failure)
  return answer(await endCase(ctx, { caseId, ...command.data }), form, () => `/faelle/${caseId}`)
}

export default function CaseEnd() {
  const refusal = useActionData<typeof action>()?.refusal
  return <EndPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
