import { dueOn } from '#app/domain/case/clocks.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Decided, StageStep } from '#app/domain/case/transition.ts'
import type { Targets } from '#app/domain/centre/centre.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { dayOf, instant } from '#app/domain/time.ts'
import type { Permit } from '#app/policy/policy.ts'
import { insertCaseEvents, saveCase } from '#db/queries/case.server.ts'
import { type CentreRow, lockSettings } from '#db/queries/centre.server.ts'
import { moveSeatEntries } from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { sealRecord } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { tellOf } from '../notice/tell.server.ts'

type Facts = {
  /** Past tense: what the history says happened (`school_proposed`). */
  readonly event: string
  readonly schoolNumber: SchoolNumber | null
  /** The child's key: reasons are sealed under it, their code and their words. */
  readonly key: SubjectKey
}

/**
 * Stores what the domain decided, inside the caller's transaction: the case over the version that
 * was read, the move of its seats, a history row per stage passed (or one without a stage, when it
 * stayed), and whoever's turn it is now is told. Refused: `stale_case` when somebody was faster.
 */
export async function storeDecision<S extends Stage>(
  ctx: Context,
  tx: Tx,
  permit: Permit,
  decided: Decided<S>,
  facts: Facts,
): Promise<Result<PupilCase, { readonly code: 'stale_case' }>> {
  const next: PupilCase = decided.next
  const now = instant(ctx.clock)
  if (!(await saveCase(tx, next, await dueDay(tx, next)))) return err({ code: 'stale_case' })
  if (decided.seatMove !== null) {
    await moveSeatEntries(tx, next.centreId, next.id, decided.seatMove, now)
  }
  const steps: readonly (StageStep | null)[] = decided.steps.length > 0 ? decided.steps : [null]
  await insertCaseEvents(
    tx,
    steps.map((step) => eventRow(ctx, permit, next, step, facts)),
  )
  await tellOf(ctx, tx, { centreId: next.centreId, caseId: next.id, event: facts.event })
  return ok(next)
}

/** The history row of one step; `null` where the stage stayed. */
export function eventRow(
  ctx: Context,
  permit: Permit,
  pupilCase: PupilCase,
  step: StageStep | null,
  { event, schoolNumber, key }: Facts,
) {
  const id = ctx.newId()
  const now = instant(ctx.clock)
  const reason = step?.reason ?? null
  return {
    centre_id: pupilCase.centreId,
    id,
    case_id: pupilCase.id,
    event,
    stage: step?.stage ?? null,
    valid_on: step?.validOn ?? dayOf(now),
    recorded_at: now,
    account_id: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
    role: permit.role,
    school_number: schoolNumber,
    sealed: reason === null ? null : sealRecord(key, 'case_event', pupilCase.centreId, id, reason),
  }
}

/** The day a case is due by its centre's targets; stored beside it. */
async function dueDay(tx: Tx, pupilCase: PupilCase) {
  const centre = await lockSettings(tx, pupilCase.centreId)
  if (centre === null) throw new Error(`No centre ${pupilCase.centreId}`)
  return dueOn(pupilCase, targetsOf(centre))
}

/** The targets a centre has set. */
export function targetsOf(centre: CentreRow): Targets {
  return {
    counsellingDays: centre.target_counselling_days,
    assignmentDays: centre.target_assignment_days,
    firstDayDays: centre.target_first_day_days,
  }
}
