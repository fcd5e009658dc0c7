import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { contextFor } from '#app/http/context.server.ts'
import { page } from '#app/http/respond.server.ts'
import { operationPage } from '#app/presenters/operation-page.server.ts'
import { OperationPage } from '#app/ui/administration/operation-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Betrieb – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  return page(await operationPage(await contextFor(args)))
}

export default function AdministrationOperation() {
  return <OperationPage page={useLoaderData<typeof loader>()} />
}
