import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { parseForm } from '#app/forms/form.ts'
import { ProposeForm } from '#app/forms/propose.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { suggestionsPage } from '#app/presenters/suggestions-page.server.ts'
import { proposeSchool } from '#app/services/case/propose-school.server.ts'
import { SuggestionsView } from '#app/ui/suggestion/suggestions-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Schulvorschläge – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await suggestionsPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(ProposeForm, form)
  if (!command.ok) return invalid(command.failure)
  const caseId = args.params['id'] as CaseId
  const done = await proposeSchool(ctx, { caseId, ...command.data })
  return answer(done, form, () => `/faelle/${caseId}`)
}

export default function CaseSuggestions() {
  return <SuggestionsView page={useLoaderData<typeof loader>()} />
}
