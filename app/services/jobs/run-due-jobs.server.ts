import { addHours, type Instant, instant } from '#app/domain/time.ts'
import { enqueueJob, type JobRow } from '#db/queries/job.server.ts'
import { claimDue, finishLeased } from '#db/queries/lease.server.ts'
import type { Deps } from '../context.server.ts'

/** How long a worker may hold a job before another may take it over, in hours. */
const LEASE_HOURS = 0.25
const MOST_ATTEMPTS = 8
const AT_ONCE = 5

/** What runs by the clock, and how often. */
export type Plan = {
  readonly kinds: Readonly<Record<string, (deps: Deps) => Promise<unknown>>>
  /** Regular jobs and how often they are due, in hours. */
  readonly regular: Readonly<Record<string, number>>
  /** Of a server that stops: what is running is finished, nothing more is begun. */
  readonly stopping: AbortSignal
}

/**
 * Puts the regular jobs of the present slot of time into the queue (once, however many processes
 * do so), claims what is due and runs it. A job that throws is tried again, ever later, and given
 * up after eight attempts. Returns how many ran.
 */
export async function runDueJobs(deps: Deps, plan: Plan): Promise<number> {
  await enqueueRegular(deps, plan.regular)
  const now = instant(deps.clock)
  const jobs = await deps.database.write((tx) =>
    claimDue(tx, 'job', {
      worker: deps.newId(),
      now,
      leaseUntil: addHours(now, LEASE_HOURS),
      limit: AT_ONCE,
    }),
  )
  let ran = 0
  for (const job of jobs) {
    // what was claimed and not begun is taken over once its lease is over
    if (plan.stopping.aborted) break
    await runOne(deps, plan, job)
    ran += 1
  }
  return ran
}

async function enqueueRegular(deps: Deps, regular: Plan['regular']): Promise<void> {
  const now = instant(deps.clock)
  await deps.database.write(async (tx) => {
    for (const [kind, hours] of Object.entries(regular)) {
      await enqueueJob(tx, newJob(deps, kind, `${kind}@${slotOf(now, hours)}`, now))
    }
  })
}

async function runOne(deps: Deps, plan: Plan, job: JobRow): Promise<void> {
  const work = plan.kinds[job.kind]
  try {
    if (work === undefined) throw new Error(`No job of kind ${job.kind}`)
    await work(deps)
    await deps.database.write((tx) => finishLeased(tx, 'job', job, { state: 'done' }))
  } catch (accident) {
    deps.log({
      event: 'job_failed',
      code: `${job.kind} ${accident instanceof Error ? accident.name : ''}`,
      count: job.attempts,
    })
    const retryAt = addHours(instant(deps.clock), 2 ** job.attempts / 60)
    const isLast = job.attempts >= MOST_ATTEMPTS
    await deps.database.write((tx) =>
      finishLeased(tx, 'job', job, isLast ? { state: 'failed' } : { state: 'waiting', retryAt }),
    )
  }
}

function newJob(deps: Deps, kind: string, dedupeKey: string, now: Instant): JobRow {
  return {
    id: deps.newId(),
    kind,
    dedupe_key: dedupeKey,
    payload: '{}',
    state: 'waiting',
    attempts: 0,
    run_at: now,
    lease_until: null,
    leased_by: null,
    created_at: now,
  }
}

function slotOf(now: Instant, hours: number): number {
  return Math.floor(Date.parse(now) / (hours * 3_600_000))
}
