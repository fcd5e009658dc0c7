import { chainAudit } from '#app/services/audit/chain.server.ts'
import { anchorTrail } from '#app/services/audit/verify-trail.server.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { type Plan, runDueJobs } from '#app/services/jobs/run-due-jobs.server.ts'
import { tidyUp } from '#app/services/jobs/tidy-up.server.ts'
import { rotateKeys } from '#app/services/keys/rotate-keys.server.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import {
  type Aside,
  MAIL_PATIENCE_MS,
  sendDueMails,
} from '#app/services/notice/send-mail.server.ts'
import { runRetention } from '#app/services/privacy/run-retention.server.ts'
import { resumeErasures } from '#app/services/privacy/settle-erasures.server.ts'

/** What runs by the clock in this process. */
export type Jobs = {
  readonly stop: () => void
  /** Resolves when nothing is running any more. */
  readonly idle: () => Promise<void>
}

/** How fast it goes. */
export type Pace = {
  /** How often the queues are looked at; regular jobs are put into theirs when they are due. */
  readonly lookEveryMs: number
  /** How long a mail waits at most for one before it. */
  readonly mailPatienceMs: number
}

const PACE: Pace = { lookEveryMs: 15_000, mailPatienceMs: MAIL_PATIENCE_MS }

/** Every kind of job: what it does, by the name in its row. */
const kindsUntil = (stopping: AbortSignal): Plan['kinds'] => ({
  chain_audit: chainAudit,
  expire_holds: expireHolds,
  resume_erasures: resumeErasures,
  retain: runRetention,
  rotate_keys: (deps) => rotateKeys(deps, stopping),
  sweep_keys: sweepKeys,
  tidy_up: tidyUp,
})

/** How often each regular job is due, in hours; any process may run it, one does. */
const EVERY_HOURS = {
  chain_audit: 1 / 12,
  expire_holds: 1 / 12,
  resume_erasures: 1 / 4,
  retain: 24,
  rotate_keys: 1,
  sweep_keys: 6,
  tidy_up: 1,
} as const

/** Starts looking for due jobs. A job that fails is tried again later; the process goes on. */
export function startJobs(
  deps: Deps,
  settings: { readonly auditHeadFile: string | null },
  { lookEveryMs, mailPatienceMs: patienceMs }: Pace = PACE,
): Jobs {
  const stopping = new AbortController()
  const plan = planOf(stopping.signal, settings.auditHeadFile)
  let running: Promise<unknown> = Promise.resolve()
  // a mail server may take minutes to answer: that holds up no job, and no look waits behind it
  let sending: Promise<unknown> | null = null
  const aside: Aside = new Map()
  const look = () => {
    running = running.then(() => lookOnce(deps, plan.stopping, () => runDueJobs(deps, plan)))
    const send = () => sendDueMails(deps, { stopping: plan.stopping, aside, patienceMs })
    sending ??= lookOnce(deps, plan.stopping, send).finally(() => {
      sending = null
    })
  }
  const timer = setInterval(look, lookEveryMs)
  timer.unref()
  const stop = () => {
    clearInterval(timer)
    stopping.abort()
  }
  const idle = async () => {
    await Promise.all([running, sending])
    await Promise.all(aside.values())
  }
  return { stop, idle }
}

/** The ends of the trail's chains are kept elsewhere only where somebody said where. */
function planOf(stopping: AbortSignal, headFile: string | null): Plan {
  const kinds = kindsUntil(stopping)
  if (headFile === null) return { kinds, regular: EVERY_HOURS, stopping }
  return {
    stopping,
    kinds: { ...kinds, anchor_trail: (deps) => anchorTrail(deps, headFile) },
    regular: { ...EVERY_HOURS, anchor_trail: 1 },
  }
}

async function lookOnce(
  deps: Deps,
  stopping: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  // a long job may have left several looks behind it in the row
  if (!stopping.aborted) await loggingAccidents(deps, work)
}

async function loggingAccidents(deps: Deps, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (accident) {
    const kind = accident instanceof Error ? accident.name : 'unknown'
    deps.log({ event: 'jobs_failed', code: kind })
  }
}
