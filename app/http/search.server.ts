import type { AppLoadContext } from '@remix-run/node'
import './load-context.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { openListDoor, type Search } from '#app/presenters/work-list.server.ts'
import type { Context } from '#app/services/context.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import { staffSessionOf } from './context.server.ts'
import { openSearchWord, type Searcher, sealSearchWord } from './search-word.server.ts'
import { readCookie } from './session.server.ts'

type Args = { readonly request: Request; readonly context: AppLoadContext }

/** What an address asks a list for, with its search word opened; one that does not open has ended. */
export async function withSearch<Q extends Pick<Search, 'sealed'>>(
  args: Args,
  asked: Q,
): Promise<Q & Search> {
  const { sealed } = asked
  const word = sealed === null ? null : openSearchWord(await searcherOf(args), sealed)
  return word === null
    ? { ...asked, word: '', sealed: null, hasSearchEnded: sealed !== null }
    : { ...asked, word, hasSearchEnded: false }
}

/** The word as the list's address carries it; null for an empty one. Refused: `forbidden`. */
export async function sealSearch(
  args: Args,
  ctx: Context,
  word: string,
): Promise<Result<string | null, Refusal>> {
  const door = await openListDoor(ctx, null)
  if (!door.ok) return door
  return ok(word === '' ? null : sealSearchWord(await searcherOf(args), word))
}

/** @throws when nobody is signed in: the doors above have asked before. */
async function searcherOf(args: Args): Promise<Searcher> {
  const session = await staffSessionOf(args)
  const secret = readCookie(args.request.headers.get('cookie'), args.context.deps, 'sid')
  if (session === null || secret === null) throw new Error('Nobody is signed in to search')
  return { secret, accountId: session.actor.accountId }
}
