import {
  type ActionFunctionArgs,
  json,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node'
import { useActionData, useLoaderData, useSearchParams } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import type { Topic } from '#app/domain/interview/topics.ts'
import { parseForm } from '#app/forms/form.ts'
import { FinishCounsellingForm, nextPart, stepOf, TOPIC_FORMS } from '#app/forms/interview.ts'
import { withChangedRows } from '#app/forms/interview-rows.ts'
import { type Command, commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { interviewPage } from '#app/presenters/interview-page.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { InterviewPage } from '#app/ui/interview/interview-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Beratungsbogen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await interviewPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const command = await commandFor(args)
  const caseId = args.params['id'] as CaseId
  const step = stepOf(new URL(args.request.url).searchParams.get('thema'))
  return step === 'check' ? finish(command, caseId) : save(command, caseId, step)
}

async function save({ ctx, form }: Command, caseId: CaseId, topic: Topic) {
  const values = withChangedRows(topic, form)
  if (values !== null) return json({ values, errors: {}, refusal: null })
  const typed = parseForm(TOPIC_FORMS[topic], form)
  if (!typed.ok) return invalid(typed.failure)
  const done = await saveTopic(ctx, { caseId, ...typed.data })
  return answer(done, form, () => `/faelle/${caseId}${nextPart(topic, form.get('intent'))}`)
}

async function finish({ ctx, form }: Command, caseId: CaseId) {
  const typed = parseForm(FinishCounsellingForm, form)
  if (!typed.ok) return invalid(typed.failure)
  const done = await finishCounselling(ctx, { caseId, ...typed.data })
  return answer(done, form, () => `/faelle/${caseId}`)
}

export default function CaseInterview() {
  const [params] = useSearchParams()
  const refusal = useActionData<typeof action>()?.refusal
  const step = stepOf(params.get('thema'))
  return <InterviewPage page={useLoaderData<typeof loader>()} step={step} refusal={refusal} />
}
