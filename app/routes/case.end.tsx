import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { endPageForm } from '#app/forms/end.ts'
import { erasurePath } from '#app/forms/erasures-query.ts'
import { parseForm } from '#app/forms/form.ts'

import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answerOnCase, invalid, page } from '#app/http/respond.server.ts'
import { endPage } from '#app/presenters/end-page.server.ts'
import { endCase } from '#app/services/case/end-case.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { liftHold, setHold } from '#app/services/privacy/hold.server.ts'
import { EndPage } from '#app/ui/end/end-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Ende des Falls – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await endPage(ctx, args.params['id'] as CaseId))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const caseId = args.params['id'] as CaseId
  const typed = parseForm(endPageForm(form.get('intent')), form)
  if (!typed.ok) return invalid(typed.failure)
  const command = { caseId, ...typed.data }
  const here = () => `/faelle/${caseId}/ende`
  switch (command.intent) {
    case 'end':
      return answerOnCase(await endCase(ctx, command), form, here)
    case 'hold':
      return answerOnCase(await setHold(ctx, command), form, here)
    case 'lift':
      return answerOnCase(await liftHold(ctx, caseId), form, here)
    case 'erase':
      return answerOnCase(await eraseNow(ctx, command), form, erasurePath)
  }
}

export default function CaseEnd() {
  const refusal = useActionData<typeof action>()?.refusal
  return <EndPage page={useLoaderData<typeof loader>()} refusal={refusal} />
}
