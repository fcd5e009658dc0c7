import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readChildrenQuery } from '#app/forms/school-desk-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { schoolChildren } from '#app/presenters/school-children.server.ts'
import { SchoolChildrenView } from '#app/ui/school/school-children-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Kinder der Schule – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await schoolChildren(ctx, readChildrenQuery(new URL(args.request.url).searchParams)))
}

export default function SchoolChildrenRoute() {
  return <SchoolChildrenView page={useLoaderData<typeof loader>()} />
}
