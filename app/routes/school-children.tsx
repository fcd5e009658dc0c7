import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { parseForm } from '#app/forms/form.ts'
import { childrenPath, readChildrenQuery } from '#app/forms/school-desk-query.ts'
import { WhereaboutsForm } from '#app/forms/whereabouts.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { schoolChildren } from '#app/presenters/school-children.server.ts'
import { answerWhereabouts } from '#app/services/follow-up/answer-whereabouts.server.ts'
import { SchoolChildrenView } from '#app/ui/school/school-children-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Kinder der Schule – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolChildren(ctx, readChildrenQuery(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(WhereaboutsForm, form)
  if (!command.ok) return invalid(command.failure)
  const done = await answerWhereabouts(ctx, command.data)
  const { school } = readChildrenQuery(new URL(args.request.url).searchParams)
  return answer(done, form, () => childrenPath(school))
}

export default function SchoolChildrenRoute() {
  return <SchoolChildrenView page={useLoaderData<typeof loader>()} />
}
