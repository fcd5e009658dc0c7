import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { trailPage } from '#app/presenters/trail-page.server.ts'
import { TrailPage } from '#app/ui/administration/trail-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Protokoll – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  return page(await trailPage(ctx, new URL(args.request.url).searchParams.get('fall') ?? ''))
}

export default function AdministrationTrail() {
  return <TrailPage page={useLoaderData<typeof loader>()} />
}
