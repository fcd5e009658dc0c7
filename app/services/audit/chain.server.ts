import type { CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import {
  centresToSeal,
  entriesToSeal,
  insertSeals,
  lastSeal,
  listSeals,
} from '#db/queries/audit-seal.server.ts'
import type { Deps } from '../context.server.ts'

type Entry = Awaited<ReturnType<typeof entriesToSeal>>[number]

/** What the first link of a chain points back to. */
const START = '0'
const AT_ONCE = 500

/**
 * Chains the entries that are not chained yet, in their order, a chain per centre: each link holds
 * the HMAC of its entry and of the link before. An entry changed or taken out afterwards no longer
 * fits (P12). Returns how many links were added.
 */
export async function chainAudit(deps: Deps): Promise<number> {
  let added = 0
  for (const centreId of await centresToSeal(deps.database.db)) {
    for (;;) {
      const links = await chainSome(deps, centreId)
      added += links
      if (links < AT_ONCE) break
    }
  }
  return added
}

async function chainSome(deps: Deps, centreId: CentreId): Promise<number> {
  return deps.database.write(async (tx) => {
    const last = await lastSeal(tx, centreId)
    const entries = await entriesToSeal(tx, centreId, AT_ONCE)
    let seq = last?.seq ?? 0
    let prev = last?.hmac ?? START
    const links = entries.map((entry) => {
      seq += 1
      const link = { centre_id: centreId, seq, entry_id: entry.id, prev, hmac: '' }
      link.hmac = hmacOf(deps, link, entry)
      prev = link.hmac
      return link
    })
    await insertSeals(tx, links)
    return links.length
  })
}

/** A link of a chain as it was read; `at` is null where it does not fit, and the walk ends there. */
export type Walked = { readonly seq: number; readonly hmac: string; readonly at: Instant | null }

/** Reads a centre's chain from its first link to the last, or to the first that does not fit. */
export async function* walkChain(
  deps: Pick<Deps, 'database' | 'keyed'>,
  centreId: CentreId,
): AsyncGenerator<Walked> {
  let before = { seq: 0, hmac: START }
  for await (const { link, entry } of linksOf(deps, centreId)) {
    const follows = link.seq === before.seq + 1 && link.prev === before.hmac
    const fits = follows && entry !== null && link.hmac === hmacOf(deps, link, entry)
    yield { seq: before.seq + 1, hmac: link.hmac, at: fits ? entry.at : null }
    if (!fits) return
    before = link
  }
}

/** All links of a centre with their entries; also one with a number below the first, which is none of ours. */
async function* linksOf({ database }: Pick<Deps, 'database'>, centreId: CentreId) {
  let after: number | null = null
  for (;;) {
    const some: Awaited<ReturnType<typeof listSeals>> = await listSeals(
      database.db,
      centreId,
      after,
      AT_ONCE,
    )
    yield* some
    if (some.length < AT_ONCE) return
    after = some.at(-1)?.link.seq ?? null
  }
}

/** The first link of a centre's chain that no longer fits its entry or the link before; null: all fit. */
export async function findBrokenLink(
  deps: Pick<Deps, 'database' | 'keyed'>,
  centreId: CentreId,
): Promise<{ readonly seq: number } | null> {
  for await (const { seq, at } of walkChain(deps, centreId)) if (at === null) return { seq }
  return null
}

function hmacOf(
  deps: Pick<Deps, 'keyed'>,
  link: { readonly seq: number; readonly prev: string },
  entry: Entry,
): string {
  return deps.keyed(
    'audit',
    JSON.stringify([
      link.seq,
      link.prev,
      entry.centre_id,
      entry.id,
      entry.at,
      entry.account_id,
      entry.role,
      entry.action,
      entry.event,
      entry.request_id,
      entry.facts,
      entry.caseIds,
    ]),
  )
}
