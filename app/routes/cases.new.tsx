import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { parseForm } from '#app/forms/form.ts'
import { registerChildForm } from '#app/forms/register-child.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { registerPage } from '#app/presenters/register-page.server.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { RegisterView } from '#app/ui/case/register-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Kind melden – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const { searchParams } = new URL(args.request.url)
  return page(await registerPage(ctx, searchParams.get('geschwister') as CaseId | null))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(registerChildForm(today(ctx.clock)), form)
  if (!command.ok) return invalid(command.failure)
  const done = await registerChild(ctx, command.data)
  return answer(done, form, ({ caseId }) => `/faelle/${caseId}`)
}

export default function NewCase() {
  return <RegisterView page={useLoaderData<typeof loader>()} />
}
