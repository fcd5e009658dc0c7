import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData, useSearchParams } from '@remix-run/react'
import { CentreForm } from '#app/forms/centre.ts'
import { readCentre } from '#app/forms/centre-query.ts'
import { parseForm } from '#app/forms/form.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { centreSettingsPage } from '#app/presenters/centre-settings.server.ts'
import { configureCentre } from '#app/services/centre/configure-centre.server.ts'
import { CentrePage } from '#app/ui/administration/centre-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Einstellungen des Zentrums – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await centreSettingsPage(ctx, readCentre(new URL(args.request.url).searchParams)))
}

export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const command = parseForm(CentreForm, form)
  if (!command.ok) return invalid(command.failure)
  const done = await configureCentre(ctx, command.data)
  return answer(done, form, ({ centreId }) => `/verwaltung/zentrum?zentrum=${centreId}&fertig=1`)
}

export default function AdministrationCentre() {
  const [search] = useSearchParams()
  return <CentrePage page={useLoaderData<typeof loader>()} isDone={search.has('fertig')} />
}
