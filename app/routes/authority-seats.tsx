import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { readSeatsQuery } from '#app/forms/authority-query.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { seatsOverview } from '#app/presenters/authority-seats.server.ts'
import { SeatsOverviewView } from '#app/ui/seat/seats-overview.tsx'

export const meta: MetaFunction = () => [{ title: 'Plätze im Überblick – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await seatsOverview(ctx, readSeatsQuery(new URL(args.request.url).searchParams)))
}

export default function AuthoritySeats() {
  return <SeatsOverviewView page={useLoaderData<typeof loader>()} />
}
