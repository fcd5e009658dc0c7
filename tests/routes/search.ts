import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import type { Visitor } from './visitor.ts'

type List = {
  readonly loader: (args: LoaderFunctionArgs) => unknown
  readonly action: (args: ActionFunctionArgs) => unknown
}

/** Searches a list as its form does. @throws when the answer is another than the way to a list. */
export async function addressOfSearch(
  visitor: Visitor,
  { action }: Pick<List, 'action'>,
  path: string,
  word: string,
): Promise<string> {
  const answer = await visitor.send(action, path, { word })
  const address = answer.headers.get('Location')
  if (answer.status !== 303 || address === null) throw new Error(`Not searched: ${answer.status}`)
  return address
}

/** The page a search leads to. */
export async function searchedFor<Page>(
  visitor: Visitor,
  list: List,
  path: string,
  word: string,
): Promise<Page> {
  const answer = await visitor.open(list.loader, await addressOfSearch(visitor, list, path, word))
  return (await answer.json()) as Page
}
