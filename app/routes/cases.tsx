import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readCasesQuery } from '#app/forms/list-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { casesListPage } from '#app/presenters/cases-list.server.ts'
import { CasesListView } from '#app/ui/list/cases-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Fälle – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const { searchParams } = new URL(args.request.url)
  return page(await casesListPage(ctx, readCasesQuery(searchParams)))
}

export default function Cases() {
  return <CasesListView page={useLoaderData<typeof loader>()} />
}
