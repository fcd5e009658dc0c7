import { addHours, type Instant } from '#app/domain/time.ts'
import type { Database } from '../open.server.ts'
import { INSTALLATION } from '../schema.ts'

/** How often something may be tried within a window of minutes. */
export type Limit = { readonly tries: number; readonly minutes: number }

/**
 * Counts one try under a (hashed) key and says whether it is still within the limit. Own
 * transaction: a try counts also when what it asked for is refused.
 */
export async function countTry(
  database: Database,
  key: string,
  limit: Limit,
  now: Instant,
): Promise<boolean> {
  return database.write(async (tx) => {
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
    return row.tries <= limit.tries
  })
}

/** Forgets the tries under a key: whoever proved to be the right person starts anew. */
export async function forgetTries(database: Database, key: string): Promise<void> {
  await database.write((tx) =>
    tx
      .deleteFrom('rate_limit')
      .where('centre_id', '=', INSTALLATION)
      .where('id', '=', key)
      .execute(),
  )
}

/** Takes one try back: it was no wrong one, and the address it came from is shared by many. */
export async function takeBackTry(database: Database, key: string): Promise<void> {
  await database.write((tx) =>
    tx
      .updateTable('rate_limit')
      .set((eb) => ({ tries: eb('tries', '-', 1) }))
      .where('centre_id', '=', INSTALLATION)
      .where('id', '=', key)
      .where('tries', '>', 0)
      .execute(),
  )
}

/** Removes windows that ended. */
export async function sweepLimits(database: Database, now: Instant): Promise<void> {
  await database.write((tx) =>
    tx.deleteFrom('rate_limit').where('window_ends_at', '<=', now).execute(),
  )
}
