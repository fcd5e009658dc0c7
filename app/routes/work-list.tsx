import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readWorkListQuery } from '#app/forms/list-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { workListPage } from '#app/presenters/work-list.server.ts'
import { WorkListView } from '#app/ui/case/work-list-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Arbeitsliste – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const { searchParams } = new URL(args.request.url)
  return page(await workListPage(ctx, readWorkListQuery(searchParams)))
}

export default function WorkList() {
  return <WorkListView page={useLoaderData<typeof loader>()} />
}
