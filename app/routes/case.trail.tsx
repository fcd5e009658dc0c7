import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import type { CaseId } from '#app/domain/ids.ts'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { trailPageOfCase } from '#app/presenters/trail-page-of-case.server.ts'
import { TrailPage } from '#app/ui/case/trail-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Verlauf – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const before = new URL(args.request.url).searchParams.get('vor')
  return page(await trailPageOfCase(ctx, args.params['id'] as CaseId, before))
}

export default function CaseTrail() {
  return <TrailPage trail={useLoaderData<typeof loader>()} />
}
