import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { staffSessionOf } from '#app/http/context.server.ts'
import { refusedPage } from '#app/http/respond.server.ts'

export const meta: MetaFunction = () => [{ title: 'Seite nicht gefunden – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  await staffSessionOf(args)
  throw refusedPage({ code: 'page_not_found' })
}

/** Never shown: the loader always refuses. Without a component the answer would have no frame. */
export default function NotFound() {
  return null
}
