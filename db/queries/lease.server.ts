import { sql } from 'kysely'
import type { Instant } from '#app/domain/time.ts'
import { engineOf } from '../open.server.ts'
import type { Row, Tx } from '../schema.ts'

/** The two queues: both have `state`, `run_at`, `attempts` and a lease. */
type Queue = 'job' | 'outbox'

export type Claim = {
  readonly worker: string
  readonly now: Instant
  readonly leaseUntil: Instant
  readonly limit: number
  /** Rows the worker is still at, although their lease may have run out. */
  readonly except?: readonly string[]
}

/** How work on a row ended: for good, or to be tried again. */
export type Outcome =
  | { readonly state: 'done' | 'failed' }
  | { readonly state: 'waiting'; readonly retryAt: Instant }

/**
 * Claims up to `limit` rows of a queue that are due, or whose lease ran out (their worker died),
 * until `leaseUntil`. Two workers never get the same one.
 */
export async function claimDue<Q extends Queue>(
  tx: Tx,
  queue: Q,
  { worker, now, leaseUntil, limit, except = [] }: Claim,
): Promise<readonly Row<Q>[]> {
  const isPostgres = engineOf(tx) === 'postgres'
  const isFree = except.length === 0 ? sql`` : sql`and id not in (${sql.join(except)})`
  // PostgreSQL may run a sub-select with LIMIT twice; a materialised CTE is read once
  const { rows } = await sql<Row<Q>>`
    with due as ${sql.raw(isPostgres ? 'materialized' : '')} (
      select id from ${sql.table(queue)}
      where ((state = 'waiting' and run_at <= ${now})
        or (state = 'running' and lease_until <= ${now})) ${isFree}
      order by run_at limit ${limit} ${sql.raw(isPostgres ? 'for update skip locked' : '')}
    )
    update ${sql.table(queue)}
    set state = 'running', attempts = attempts + 1,
      lease_until = ${leaseUntil}, leased_by = ${worker}
    where id in (select id from due)
    returning *`.execute(tx)
  return rows
}

/** Goes on with a row its worker still holds, until `leaseUntil`; false when the lease was lost. */
export async function prolongLease(
  tx: Tx,
  queue: Queue,
  row: { readonly id: string; readonly leased_by: string | null },
  leaseUntil: Instant,
): Promise<boolean> {
  const prolonged = await tx
    .updateTable(queue)
    .set({ lease_until: leaseUntil })
    .where('id', '=', row.id)
    .where('leased_by', '=', row.leased_by)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return Number(prolonged.numUpdatedRows) === 1
}

/** Ends the work on a row its worker still holds; false when the lease was lost meanwhile. */
export async function finishLeased(
  tx: Tx,
  queue: Queue,
  row: { readonly id: string; readonly leased_by: string | null },
  outcome: Outcome,
): Promise<boolean> {
  const retry = 'retryAt' in outcome ? { run_at: outcome.retryAt } : {}
  const finished = await tx
    .updateTable(queue)
    .set({ state: outcome.state, lease_until: null, leased_by: null, ...retry })
    .where('id', '=', row.id)
    .where('leased_by', '=', row.leased_by)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return Number(finished.numUpdatedRows) === 1
}
