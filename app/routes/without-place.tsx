import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readWithoutPlaceQuery } from '#app/forms/owner-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { withoutPlacePage } from '#app/presenters/without-place.server.ts'
import { WithoutPlaceView } from '#app/ui/case/without-place-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Kinder ohne Schulplatz – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const query = readWithoutPlaceQuery(new URL(args.request.url).searchParams)
  return page(await withoutPlacePage(ctx, query))
}

export default function WithoutPlace() {
  return <WithoutPlaceView page={useLoaderData<typeof loader>()} />
}
