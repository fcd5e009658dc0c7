import { addHours, type Instant } from '#app/domain/time.ts'
import type { Database } from '../open.server.ts'
import { INSTALLATION, type Tx } from '../schema.ts'

/** How often something may be tried within a window of minutes. */
export type Limit = { readonly tries: number; readonly minutes: number }

/** A limit and the (hashed) key under which tries count for it. */
export type CountedKey = { readonly key: string; readonly limit: Limit }

/**
 * Counts one try under each key in turn and stops at the first limit that is used up, which it gives;
 * null: it is within them all. A transaction of its own, one for all: a try counts also when what it
 * asked for is refused.
 */
export async function countTry(
  database: Database,
  counted: readonly CountedKey[],
  now: Instant,
): Promise<Limit | null> {
  return database.write(async (tx) => {
    for (const { key, limit } of counted) {
      if ((await triesUnder(tx, key, limit, now)) > limit.tries) return limit
    }
    return null
  })
}

/** One more try under a key, in the window that runs or in a new one; how many there are now. */
async function triesUnder(tx: Tx, key: string, limit: Limit, now: Instant): Promise<number> {
  const ends = addHours(now, limit.minutes / 60)
  const row = await tx
    .insertInto('rate_limit')
    .values({ centre_id: INSTALLATION, id: key, window_ends_at: ends, tries: 1 })
    .onConflict((conflict) =>
      conflict.columns(['centre_id', 'id']).doUpdateSet((eb) => ({
        tries: eb
          .case()
          .when('rate_limit.window_ends_at', '<=', now)
          .then(1)
          .else(eb('rate_limit.tries', '+', 1))
          .end(),
        window_ends_at: eb
          .case()
          .when('rate_limit.window_ends_at', '<=', now)
          .then(ends)
          .else(eb.ref('rate_limit.window_ends_at'))
          .end(),
      })),
    )
    .returning('tries')
    .executeTakeFirstOrThrow()
  return row.tries
}

/**
 * A try was right: under `own` all tries are forgotten, whoever proved to be the right person starts
 * anew; under the others, which strangers share, this one is taken back. `inOrder` is the order in
 * which they were counted: two that lock the same rows must not do it crosswise.
 */
export async function giveTriesBack(
  database: Database,
  inOrder: readonly string[],
  own: string,
): Promise<void> {
  await database.write(async (tx) => {
    for (const key of inOrder) await (key === own ? forgetTries(tx, key) : takeBackTry(tx, key))
  })
}

async function forgetTries(tx: Tx, key: string): Promise<void> {
  await tx
    .deleteFrom('rate_limit')
    .where('centre_id', '=', INSTALLATION)
    .where('id', '=', key)
    .execute()
}

async function takeBackTry(tx: Tx, key: string): Promise<void> {
  await tx
    .updateTable('rate_limit')
    .set((eb) => ({ tries: eb('tries', '-', 1) }))
    .where('centre_id', '=', INSTALLATION)
    .where('id', '=', key)
    .where('tries', '>', 0)
    .execute()
}

/** Removes windows that ended. */
export async function sweepLimits(database: Database, now: Instant): Promise<void> {
  await database.write((tx) =>
    tx.deleteFrom('rate_limit').where('window_ends_at', '<=', now).execute(),
  )
}
