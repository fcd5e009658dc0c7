import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { parseForm } from '#app/forms/form.ts'
import { readDeskQuery } from '#app/forms/school-desk-query.ts'
import { SeatsForm } from '#app/forms/seats.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page, reviewed } from '#app/http/respond.server.ts'
import { schoolDesk } from '#app/presenters/school-desk.server.ts'
import { reviewSeats } from '#app/presenters/seat-review.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { SchoolDeskView } from '#app/ui/school/school-desk-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Schultisch – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolDesk(ctx, readDeskQuery(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(SeatsForm, form)
  if (!command.ok) return invalid(command.failure)
  const { data } = command
  if ('review' in data) return reviewed(await reviewSeats(ctx, data.review), form, data.isShown)
  return answer(await decideSeats(ctx, data), form, () => `/schultisch?schule=${data.schoolNumber}`)
}

export default function SchoolDeskRoute() {
  return <SchoolDeskView desk={useLoaderData<typeof loader>()} />
}
