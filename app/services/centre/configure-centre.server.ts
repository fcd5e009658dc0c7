import type { AuditEvent } from '#app/audit/events.ts'
import {
  type CentreRules,
  changedRules,
  checkTargets,
  type TargetRefusal,
  type Targets,
} from '#app/domain/centre/centre.ts'
import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { recountDueDays } from '#db/queries/case-due.server.ts'
import {
  type CentreRow,
  findCentre,
  type RuleColumns,
  ruleColumns,
  rulesOf,
  updateCentre,
} from '#db/queries/centre.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type ConfigureCentreRefusal =
  | Forbidden
  | TargetRefusal
  | { readonly code: 'centre_not_found' | 'stale_centre' }

/** What a centre sets for itself. */
export type CentreSettings = {
  readonly targets: Targets
  /** How long a proposal holds its seat, in days. */
  readonly holdDays: number
  /** Stands on the family's page and slip; null: none. */
  readonly phone: string | null
  readonly address: string | null
  readonly rules: CentreRules
}

/**
 * Changes what a centre sets for itself. New targets count the due day of every open case anew in
 * the same transaction. A hold that runs keeps its end. A new rule holds from now on, also for what
 * waits already: who assigns is asked when somebody assigns. Refused: `forbidden`,
 * `target_out_of_range`, `centre_not_found`, `stale_centre` when somebody changed the settings
 * since `version` was on screen.
 */
export async function configureCentre(
  ctx: Context,
  command: CentreSettings & { readonly centreId: CentreId; readonly version: number },
): Promise<Result<{ readonly centreId: CentreId }, ConfigureCentreRefusal>> {
  const { centreId, targets } = command
  const permit = authorize(ctx.actor, 'centre.configure', { centreId })
  if (!permit.ok) return permit
  const checked = checkTargets(targets)
  if (!checked.ok) return checked
  return transact(ctx, permit.value, centreId, async (tx) => {
    const before = await findCentre(tx, centreId)
    if (before === null) return err({ code: 'centre_not_found' })
    const after = columnsOf(command)
    if (!(await updateCentre(tx, centreId, command.version, after))) {
      return err({ code: 'stale_centre' })
    }
    const isRetimed = timesOf(before).join() !== timesOf(after).join()
    if (isRetimed) await recountDueDays(tx, centreId, targets)
    const retimed: AuditEvent = { event: 'targets_changed', days: timesOf(after) }
    const changes = changedRules(rulesOf(before), command.rules)
    const ruled: AuditEvent = { event: 'rules_changed', changes }
    const contact: AuditEvent = { event: 'contact_changed' }
    return ok({
      value: { centreId },
      events: [contact, ...(isRetimed ? [retimed] : []), ...(changes.length > 0 ? [ruled] : [])],
    })
  })
}

type TimeColumns = Pick<
  CentreRow,
  'target_counselling_days' | 'target_assignment_days' | 'target_first_day_days' | 'hold_days'
>

type Columns = TimeColumns & RuleColumns & Pick<CentreRow, 'phone' | 'address'>

function columnsOf({ targets, holdDays, phone, address, rules }: CentreSettings): Columns {
  return {
    target_counselling_days: targets.counsellingDays,
    target_assignment_days: targets.assignmentDays,
    target_first_day_days: targets.firstDayDays,
    hold_days: holdDays,
    phone,
    address,
    ...ruleColumns(rules),
  }
}

function timesOf(row: TimeColumns): readonly number[] {
  return [
    row.target_counselling_days,
    row.target_assignment_days,
    row.target_first_day_days,
    row.hold_days,
  ]
}
