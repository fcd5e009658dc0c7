import type { Check } from '#app/domain/operation/self-check.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { checkRunning } from '#app/services/operation/self-check.server.ts'
import { lastBackups } from '#db/queries/backup.server.ts'
import { databaseBytes, newestMigration } from '#db/queries/operation.server.ts'
import { type JobFigure, jobFigures } from './job-figures.server.ts'
import { type MailFigures, mailFigures } from './mail-figures.server.ts'

/** How the installation does: counts, times and states, nobody's data. */
export type OperationPage = {
  readonly version: string
  readonly node: string
  readonly openSince: Instant
  readonly engine: 'sqlite' | 'postgres'
  readonly schema: string
  readonly megabytes: number
  readonly isDatabaseHealthy: boolean
  readonly areKeysHealthy: boolean
  readonly names: 'filling' | 'full'
  /** Failed sign-ins that this process saw in the last 24 hours. */
  readonly failedSignIns: number
  readonly backup: {
    readonly lastGood: Instant | null
    /** When the newest attempt failed, if it did. */
    readonly failedAt: Instant | null
  }
  /** Keys that are still wrapped under an earlier key-encryption key. */
  readonly keysLeft: number
  /** Jobs that wait, run or have failed; those that are done are nobody's concern. */
  readonly jobs: readonly JobFigure[]
  /** Mails that are not out; null: the installation sends none. */
  readonly mail: MailFigures | null
  /** What the start looks at, as it is now; without reading the whole database. */
  readonly checks: readonly Check[]
}

/** How the installation does, for its operator. Refused: `forbidden`. */
export async function operationPage(ctx: Context): Promise<Result<OperationPage, Forbidden>> {
  const permit = authorize(ctx.actor, 'operation.view', null)
  if (!permit.ok) return permit
  const { database, keys, names, program } = ctx
  const jobs = await jobFigures(ctx)
  const { good, attempt } = await lastBackups(database.db)
  const earlier = (await keys.wrappings()).filter(({ isPresent }) => !isPresent)
  return ok({
    version: program.version,
    node: program.node,
    openSince: program.startedAt,
    engine: database.engine,
    schema: await newestMigration(database.db),
    megabytes: Math.ceil((await databaseBytes(database.db)) / 1_048_576),
    isDatabaseHealthy: await database.isHealthy(),
    areKeysHealthy: await keys.isHealthy(),
    names: names.state(),
    failedSignIns: program.countOfLastDay('sign_in_failed'),
    backup: {
      lastGood: good?.ended_at ?? null,
      failedAt: attempt?.state === 'failed' ? attempt.ended_at : null,
    },
    keysLeft: earlier.reduce((sum, { count }) => sum + count, 0),
    jobs: jobs.filter(({ state }) => state !== 'done'),
    mail: await mailFigures(ctx),
    checks: await checkRunning(ctx),
  })
}
