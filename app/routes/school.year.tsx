import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { parseForm } from '#app/forms/form.ts'
import { CarryOverForm, schoolYearPath } from '#app/forms/school-year.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { schoolYearPage } from '#app/presenters/school-year-page.server.ts'
import { carryOverSeats } from '#app/services/seat/carry-over-seats.server.ts'
import { SchoolYearView } from '#app/ui/seat/school-year-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Neues Schuljahr – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolYearPage(ctx, args.params['number'] as SchoolNumber))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(CarryOverForm, form)
  if (!command.ok) return invalid(command.failure)
  const done = await carryOverSeats(ctx, command.data)
  return answer(done, form, () => schoolYearPath(command.data.schoolNumber))
}

export default function SchoolYear() {
  return <SchoolYearView page={useLoaderData<typeof loader>()} />
}
