import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { AssignmentForm } from '#app/forms/assignment.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { assignmentPage, pathAfterDecision } from '#app/presenters/assignment-page.server.ts'
import {
  keepCaseAssignment,
  takeBackCaseAssignment,
} from '#app/services/case/answer-capacity.server.ts'
import { assignSchool } from '#app/services/case/assign-school.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { AssignmentView } from '#app/ui/school/assignment-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Zuweisung – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await assignmentPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(AssignmentForm, form)
  if (!command.ok) return invalid(command.failure)
  const caseId = args.params['id'] as CaseId
  const { data } = command
  const next = () => pathAfterDecision(ctx, caseId)
  switch (data.intent) {
    case 'assign':
      return answerOnCase(await assignSchool(ctx, { caseId, ...data }), form, next)
    case 'send_back':
      return answerOnCase(await sendBackProposal(ctx, { caseId, ...data }), form, next)
    case 'keep':
      return answerOnCase(await keepCaseAssignment(ctx, { caseId, ...data }), form, next)
    case 'take_back':
      return answerOnCase(await takeBackCaseAssignment(ctx, { caseId, ...data }), form, next)
  }
}

export default function CaseAssignment() {
  return <AssignmentView page={useLoaderData<typeof loader>()} />
}
