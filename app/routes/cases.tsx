import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { parseForm } from '#app/forms/form.ts'
import { casesPath, readCasesQuery } from '#app/forms/list-query.ts'
import { SearchForm } from '#app/forms/search.ts'
import { commandFor, contextFor } from '#app/http/context.server.ts'
import { answer, invalid, page } from '#app/http/respond.server.ts'
import { sealSearch, withSearch } from '#app/http/search.server.ts'
import { casesListPage } from '#app/presenters/cases-list.server.ts'
import { CasesListView } from '#app/ui/list/cases-page.tsx'

export const meta: MetaFunction = () => [{ title: 'Fälle – Einstieg' }]

export async function loader(args: LoaderFunctionArgs) {
  const ctx = await contextFor(args)
  const asked = readCasesQuery(new URL(args.request.url).searchParams)
  return page(await casesListPage(ctx, await withSearch(args, asked)))
}

/** Searches: on to the same list with the word sealed in its address. Reads nothing. */
export async function action(args: ActionFunctionArgs) {
  const { ctx, form } = await commandFor(args)
  const asked = readCasesQuery(new URL(args.request.url).searchParams)
  const search = parseForm(SearchForm, form)
  if (!search.ok) return invalid(search.failure)
  const sealed = await sealSearch(args, ctx, search.data.word)
  return answer(sealed, form, (sealed) => casesPath({ ...asked, sealed, page: 1 }))
}

export default function Cases() {
  return <CasesListView page={useLoaderData<typeof loader>()} />
}
