import type { CentreId } from '#app/domain/ids.ts'
import { addHours, type Instant } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'

/** How long something counted may be shown without counting again, whatever the key says. */
const LONGEST_HOURS = 30 / 3600

type Kept<T> = { readonly key: string; readonly until: Instant; readonly value: T }

/** Something counted, and the instant from which it is wrong by itself; null: never. */
export type CountedOnce<T> = { readonly value: T; readonly wrongFrom: Instant | null }

export type Keeper<T> = (
  where: { readonly database: Database; readonly centreId: CentreId; readonly now: Instant },
  key: string,
  count: () => Promise<CountedOnce<T>>,
) => Promise<T>

/**
 * Keeps what was counted over a whole centre until its key changes, its time has come, or half a
 * minute is over: of two servers the clocks may differ, and then a key made of ids can lag behind.
 */
export function makeKeeper<T>(): Keeper<T> {
  const kept = new WeakMap<Database, Map<CentreId, Kept<T>>>()
  return async ({ database, centreId, now }, key, count) => {
    const ofDatabase = kept.get(database) ?? new Map<CentreId, Kept<T>>()
    kept.set(database, ofDatabase)
    const earlier = ofDatabase.get(centreId)
    if (earlier !== undefined && earlier.key === key && now < earlier.until) return earlier.value
    const { value, wrongFrom } = await count()
    const latest = addHours(now, LONGEST_HOURS)
    const until = wrongFrom !== null && wrongFrom < latest ? wrongFrom : latest
    ofDatabase.set(centreId, { key, until, value })
    return value
  }
}
