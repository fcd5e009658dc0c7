import type { RetentionClass } from '#app/domain/privacy/retention.ts'
import { ok, type Result } from '#app/domain/result.ts'
import { addDays, type CalendarDate, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { listCentres } from '#db/queries/centre.server.ts'
import type { Context } from '../context.server.ts'
import { dueAhead, isClockDoubted } from './due-children.server.ts'

export type DueList = {
  /** The clock jumped: nothing is erased before somebody confirms it. */
  readonly isStopped: boolean
  readonly due: readonly {
    readonly centre: string
    readonly caseNumbers: readonly string[]
    readonly dueOn: CalendarDate
    readonly rule: RetentionClass
  }[]
}

/** Who is erased within so many days in all centres, as the run decides it; erases nothing. Refused: `forbidden`. */
export async function listDue(
  ctx: Context,
  daysAhead: number,
): Promise<Result<DueList, Forbidden>> {
  const permit = authorize(ctx.actor, 'job.run', null)
  if (!permit.ok) return permit
  const { db } = ctx.database
  const day = today(ctx.clock)
  const due: DueList['due'][number][] = []
  for (const { id, code } of await listCentres(db)) {
    for (const one of await dueAhead(db, id, day, addDays(day, daysAhead))) {
      const { on: dueOn, class: rule } = one.due
      due.push({ centre: code, caseNumbers: one.caseNumbers, dueOn, rule })
    }
  }
  return ok({ isStopped: await isClockDoubted(ctx), due })
}
