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
import {
  type Command,
  commandFor,
  contextFor,
  draftedCommandFor,
} from '#app/http/context.server.ts'
import { type Answer, answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { interviewPage } from '#app/presenters/interview-page.server.ts'
import { finishCounselling } from '#app/services/interview/finish-counselling.server.ts'
import { saveTopic } from '#app/services/interview/save-topic.server.ts'
import { DraftScope } from '#app/ui/form/draft.tsx'
import { InterviewPage } from '#app/ui/interview/interview-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Beratungsbogen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const step = stepIn(args)
  return page(await interviewPage(ctx, args.params['id'] as CaseId, step === 'check' ? null : step))
}

export async function action(args: ActionFunctionArgs) {
  const caseId = args.params['id'] as CaseId
  const step = stepIn(args)
  if (step === 'check') return finish(await commandFor(args), caseId)
  const sent = await draftedCommandFor(args, { form: `interview_${step}`, caseId })
  return sent instanceof Response ? sent : save(sent, caseId, step)
}

function stepIn({ request }: LoaderFunctionArgs) {
  return stepOf(new URL(request.url).searchParams.get('thema'))
}

async function save({ ctx, form }: Command, caseId: CaseId, topic: Topic) {
  const values = withChangedRows(topic, form)
  if (values !== null) return json({ values, errors: {}, refusal: null })
  const typed = parseForm(TOPIC_FORMS[topic], form)
  if (!typed.ok) return invalid(typed.failure)
  const done = await saveTopic(ctx, { caseId, ...typed.data })
  return answerOnCase(done, form, () => `/faelle/${caseId}${nextPart(topic, form.get('intent'))}`)
}

async function finish({ ctx, form }: Command, caseId: CaseId) {
  const typed = parseForm(FinishCounsellingForm, form)
  if (!typed.ok) return invalid(typed.failure)
  const done = await finishCounselling(ctx, { caseId, ...typed.data })
  return answerOnCase(done, form, () => `/faelle/${caseId}`)
}

export default function CaseInterview() {
  const [params] = useSearchParams()
  const refusal = useActionData<Answer>()?.refusal
  const step = stepOf(params.get('thema'))
  const page = useLoaderData<typeof loader>()
  return (
    <DraftScope draft={page.draft}>
      <InterviewPage page={page} step={step} refusal={refusal} />
    </DraftScope>
  )
}
