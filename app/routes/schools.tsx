import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readSchoolsQuery } from '#app/forms/school-list-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { schoolsPage } from '#app/presenters/schools-page.server.ts'
import { SchoolsView } from '#app/ui/school/schools-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Schulen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolsPage(ctx, readSchoolsQuery(new URL(args.request.url).searchParams)))
}

export default function Schools() {
  return <SchoolsView page={useLoaderData<typeof loader>()} />
}
