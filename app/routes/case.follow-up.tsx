import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { parseForm } from '#app/forms/form.ts'
import { ReviewForm } from '#app/forms/review.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { followUpPage } from '#app/presenters/follow-up-page.server.ts'
import { recordReview } from '#app/services/follow-up/record-review.server.ts'
import { FollowUpPage } from '#app/ui/follow-up/follow-up-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Begleitung – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await followUpPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(ReviewForm, form)
  if (!command.ok) return invalid(command.failure)
  const caseId = args.params['id'] as CaseId
  const done = await recordReview(ctx, { caseId, ...command.data })
  return answerOnCase(done, form, () => `/faelle/${caseId}/begleitung`)
}

export default function CaseFollowUp() {
  const refusal = useActionData<typeof action>()?.refusal
  return <FollowUpPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
