import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { parseForm } from '#app/forms/form.ts'
import { registerChildForm } from '#app/forms/register-child.ts'
import { contextFor, draftedCommandFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { registerPage } from '#app/presenters/register-page.server.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { RegisterView } from '#app/ui/case/register-page.tsx'
import { DraftScope } from '#app/ui/form/draft.tsx'

export const meta: MetaFunction = () => [{ title: 'Kind melden – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await registerPage(ctx, siblingIn(args)))
}

export async function action(args: ActionFunctionArgs) {
  const sent = await draftedCommandFor(args, { form: 'registration', caseId: siblingIn(args) })
  if (sent instanceof Response) return sent
  const { ctx, form } = sent
  const command = parseForm(registerChildForm(today(ctx.clock)), form)
  if (!command.ok) return invalid(command.failure)
  const done = await registerChild(ctx, command.data)
  return answer(done, form, ({ caseId }) => `/faelle/${caseId}`)
}

/** Whose brother or sister the child is, by the address. */
function siblingIn({ request }: LoaderFunctionArgs): CaseId | null {
  return new URL(request.url).searchParams.get('geschwister') as CaseId | null
}

export default function NewCase() {
  const page = useLoaderData<typeof loader>()
  return (
    <DraftScope draft={page.draft}>
      <RegisterView page={page} />
    </DraftScope>
  )
}
