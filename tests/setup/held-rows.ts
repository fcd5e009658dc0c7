import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '#db/open.server.ts'
import type { Tx } from '#db/schema.ts'

/** Holds rows of PostgreSQL in a transaction of its own until it is told to let them go. */
export async function holdRows(
  database: Database,
  lock: (tx: Tx) => Promise<unknown>,
): Promise<() => Promise<void>> {
  return new Promise((held, failed) => {
    const over = database.write(async (tx) => {
      await lock(tx)
      await new Promise<void>((letGo) => {
        held(() => {
          letGo()
          return over
        })
      })
    })
    over.catch(failed)
  })
}

/** Until so many connections to this database wait for a lock. */
export async function untilWaiting({ db }: Database, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    if ((rows[0]?.n ?? 0) >= count) return
    await wait(20)
  }
}
