import type { Person } from '#tests/promises/neighbours.ts'
import type { Browser } from '#tests/setup/session.ts'

/** Who may search for children. */
const SEARCHING: readonly string[] = ['counsellor', 'lead']

/** The word as the address of a search carries it; null for who has no list to search. */
export async function sealedWord(browser: Browser, word: string): Promise<string | null> {
  const reply = await browser.post('/faelle', { word })
  const address = new URL(String(reply.headers.location ?? ''), browser.door.origin)
  return address.searchParams.get('suche')
}

/** The names in the rows that a search finds: the page itself repeats the word that was asked for. */
export async function namesFound(browser: Browser, word: string): Promise<readonly string[]> {
  const sealed = await sealedWord(browser, word)
  const reply = await browser.get(`/faelle?suche=${sealed}&_data=routes%2Fcases`)
  const { rows } = JSON.parse(reply.body) as { readonly rows: readonly { name: string }[] }
  return rows.map(({ name }) => name)
}

/** The word sealed for everybody who may search, by their names: a token is good for one session. */
export async function sealedForAll(
  people: readonly Person[],
  word: string,
): Promise<ReadonlyMap<string, string>> {
  const sealed = new Map<string, string>()
  for (const { name, browser } of people.filter(({ role }) => SEARCHING.includes(role))) {
    const token = await sealedWord(browser, word)
    if (token === null) throw new Error(`${name} could not search`)
    sealed.set(name, token)
  }
  return sealed
}
