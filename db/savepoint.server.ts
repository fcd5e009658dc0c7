import { sql } from 'kysely'
import type { Tx } from './schema.ts'

/** Runs `work` inside the caller's transaction and takes back what it changed; the rest goes on. */
export async function takenBack(tx: Tx, work: () => Promise<unknown>): Promise<void> {
  await sql`savepoint before_this`.execute(tx)
  await work()
  await sql`rollback to before_this`.execute(tx)
}
