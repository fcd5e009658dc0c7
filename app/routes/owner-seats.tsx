import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readOwnSeatsQuery } from '#app/forms/owner-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { ownerSeatsPage } from '#app/presenters/owner-seats.server.ts'
import { OwnerSeatsView } from '#app/ui/seat/owner-seats-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Plätze der eigenen Schulen – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const query = readOwnSeatsQuery(new URL(args.request.url).searchParams)
  return page(await ownerSeatsPage(ctx, query))
}

export default function OwnerSeats() {
  return <OwnerSeatsView page={useLoaderData<typeof loader>()} />
}
