import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { parseForm } from '#app/forms/form.ts'
import { SchoolSeatsForm } from '#app/forms/seats.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page, reviewed } from '#app/http/respond.server.ts'
import { schoolPage } from '#app/presenters/school-page.server.ts'
import { reviewSeats } from '#app/presenters/seat-review.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { reserveSeats } from '#app/services/seat/reserve-seats.server.ts'
import { SchoolView } from '#app/ui/school/school-page.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.name ?? 'Schule'} – Einstieg` },
]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolPage(ctx, args.params['number'] as SchoolNumber))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(SchoolSeatsForm, form)
  if (!command.ok) return invalid(command.failure)
  const here = () => `/schulen/${args.params['number']}`
  const { data } = command
  if ('reserve' in data) return answer(await reserveSeats(ctx, data.reserve), form, here)
  if ('review' in data) return reviewed(await reviewSeats(ctx, data.review), form, data.isShown)
  return answer(await decideSeats(ctx, data), form, here)
}

export default function School() {
  return <SchoolView page={useLoaderData<typeof loader>()} />
}
