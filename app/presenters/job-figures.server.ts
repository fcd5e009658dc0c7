import { type Clock, type Instant, instant } from '#app/domain/time.ts'
import type { Database } from '#db/open.server.ts'
import { countJobs } from '#db/queries/job.server.ts'

/** Jobs of one kind in one state, and for how long the oldest of them has been due, in seconds. */
export type JobFigure = {
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly count: number
  readonly dueForSeconds: number
}

/** How many jobs there are, by kind and state: the program's own work, nobody's data. */
export async function jobFigures(deps: {
  readonly database: Database
  readonly clock: Clock
}): Promise<readonly JobFigure[]> {
  const now = Date.parse(instant(deps.clock))
  const rows = await countJobs(deps.database.db)
  return rows.map(({ kind, state, count, oldest }) => ({
    kind,
    state,
    count,
    dueForSeconds: Math.max(0, Math.round((now - Date.parse(oldest satisfies Instant)) / 1000)),
  }))
}
