import type { Instant } from '#app/domain/time.ts'
import type { Db, Row, Tx } from '../schema.ts'

export type JobRow = Row<'job'>

/** Puts a job into the queue once: the same `dedupe_key` twice is one job. */
export async function enqueueJob(tx: Tx, job: JobRow): Promise<void> {
  await tx
    .insertInto('job')
    .values(job)
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .execute()
}

/** Removes jobs that ended before `before`. */
export async function forgetJobs(tx: Tx, before: Instant): Promise<void> {
  await tx
    .deleteFrom('job')
    .where('state', 'in', ['done', 'failed'])
    .where('created_at', '<', before)
    .execute()
}

/** How many jobs there are of each kind in each state, and since when the oldest is due. */
export async function countJobs(db: Db) {
  const rows = await db
    .selectFrom('job')
    .select(['kind', 'state'])
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('run_at').as('oldest')])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .orderBy('state')
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}
