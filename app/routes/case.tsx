import {
  type ActionFunctionArgs,
  json,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { parseForm } from '#app/forms/form.ts'
import { WithdrawProposalForm } from '#app/forms/withdraw-proposal.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, refusedPage, seeOther } from '#app/http/respond.server.ts'
import { casePage } from '#app/presenters/case-page.server.ts'
import { withdrawProposal } from '#app/services/case/withdraw-proposal.server.ts'
import { CasePage } from '#app/ui/case/case-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Fall – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const caseId = args.params['id'] as CaseId
  const isWhole = new URL(args.request.url).searchParams.get('verlauf') === 'alle'
  const shown = await casePage(ctx, caseId, { isWhole })
  if (shown.ok) return json(shown.value)
  if (shown.error.code === 'case_elsewhere') {
    return seeOther(`/faelle/${caseId}/${shown.error.part}`)
  }
  throw refusedPage(shown.error)
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(WithdrawProposalForm, form)
  if (!command.ok) return invalid(command.failure)
  const caseId = args.params['id'] as CaseId
  const done = await withdrawProposal(ctx, { caseId, ...command.data })
  return answer(done, form, () => `/faelle/${caseId}`)
}

export default function Case() {
  return (
    <CasePage
      file={useLoaderData<typeof loader>()}
      refusal={useActionData<typeof action>()?.refusal}
    />
  )
}
