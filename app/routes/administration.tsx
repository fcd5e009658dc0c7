import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { administrationPage } from '#app/presenters/administration.server.ts'
import { AdministrationPage } from '#app/ui/administration/administration-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Verwaltung – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(await administrationPage(await contextFor(args)))
}

export default function Administration() {
  return <AdministrationPage page={useLoaderData<typeof loader>()} />
}
