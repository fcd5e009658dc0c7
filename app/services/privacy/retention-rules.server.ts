import type { AccountId, CentreId } from '#app/domain/ids.ts'
import {
  LONGEST_PERIOD_MONTHS,
  RETENTION_PROPOSALS,
  type RetentionClass,
} from '#app/domain/privacy/retention.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { addDays, type CalendarDate, type Instant, instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import {
  approveRule,
  endRules,
  findOpenRule,
  insertRule,
  lockIsApproved,
} from '#db/queries/retention.server.ts'
import type { Tx } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

export type RuleRefusal =
  | Forbidden
  | { readonly code: 'rule_not_found' | 'own_proposal' | 'stale_rule' }
  | { readonly code: 'period_out_of_range'; readonly most: number }

type Done = { readonly centreId: CentreId }

/**
 * The lead proposes another period for a kind of file; a proposal that waited is replaced. It erases
 * nothing before somebody else approves it. Refused: `forbidden`, `period_out_of_range`.
 */
export async function proposeRule(
  ctx: Context,
  command: {
    readonly centreId: CentreId
    readonly class: RetentionClass
    readonly months: number
  },
): Promise<Result<Done, RuleRefusal>> {
  const { centreId, months } = command
  const permit = authorize(ctx.actor, 'retention.propose', { centreId })
  if (!permit.ok) return permit
  if (!Number.isInteger(months) || months < 1 || months > LONGEST_PERIOD_MONTHS) {
    return err({ code: 'period_out_of_range', most: LONGEST_PERIOD_MONTHS })
  }
  return transact(ctx, permit.value, centreId, async (tx) => {
    const now = instant(ctx.clock)
    await endRules(tx, { centreId, class: command.class, approved: false }, now)
    await insertRule(tx, {
      ...newRule(ctx, command),
      ...{ approved_by: null, approved_at: null, valid_from: null },
    })
    return ok({
      value: { centreId },
      events: [{ event: 'retention_proposed', class: command.class, months }],
    })
  })
}

/**
 * The data protection officer approves a period: the lead's proposal, or the program's own (`ruleId`
 * null). It holds from the next day on, so that a day remains to look at who is due. Refused:
 * `forbidden`, `rule_not_found`, `own_proposal` (two people decide), `stale_rule` where another
 * number stood on the page.
 */
export async function approveRetention(
  ctx: Context,
  command: {
    readonly centreId: CentreId
    readonly class: RetentionClass
    readonly ruleId: string | null
    readonly months: number
  },
): Promise<Result<Done, RuleRefusal>> {
  const { centreId, ruleId, months } = command
  const permit = authorize(ctx.actor, 'retention.approve', { centreId })
  if (!permit.ok) return permit
  const { actor } = ctx
  if (actor.kind !== 'staff') return err({ code: 'rule_not_found' })
  const approval = {
    ...{ approved_by: actor.accountId, approved_at: instant(ctx.clock) },
    valid_from: addDays(today(ctx.clock), 1),
  }
  return transact(ctx, permit.value, centreId, async (tx) => {
    const stored =
      ruleId === null
        ? await approveOwnProposal(ctx, tx, command, approval)
        : await approveOpenRule(tx, { ...command, ruleId }, approval)
    if (!stored.ok) return stored
    const event = { event: 'retention_approved', class: command.class, months } as const
    return ok({ value: { centreId }, events: [event] })
  })
}

type Approval = {
  readonly approved_by: AccountId
  readonly approved_at: Instant
  readonly valid_from: CalendarDate
}
type NewRule = Parameters<typeof newRule>[1]

/**
 * The program's proposal becomes a row with its approval: until then it stands in the code alone, and
 * after it there is none. Approved a second time, from another tab, it changes nothing.
 */
async function approveOwnProposal(
  ctx: Context,
  tx: Tx,
  rule: NewRule,
  approval: Approval,
): Promise<Result<null, RuleRefusal>> {
  if (rule.months !== RETENTION_PROPOSALS[rule.class].months) return err({ code: 'stale_rule' })
  if (await lockIsApproved(tx, rule.centreId, rule.class)) return err({ code: 'rule_not_found' })
  await insertRule(tx, { ...newRule(ctx, rule), proposed_by: null, ...approval })
  return ok(null)
}

async function approveOpenRule(
  tx: Tx,
  { centreId, ruleId, ...asked }: NewRule & { readonly ruleId: string },
  approval: Approval,
): Promise<Result<null, RuleRefusal>> {
  const rule = await findOpenRule(tx, centreId, ruleId)
  if (rule === null || rule.class !== asked.class) return err({ code: 'rule_not_found' })
  if (rule.months !== asked.months) return err({ code: 'stale_rule' })
  if (rule.proposed_by === approval.approved_by) return err({ code: 'own_proposal' })
  const isApproved = await approveRule(tx, { centre_id: centreId, id: ruleId, ...approval })
  return isApproved ? ok(null) : err({ code: 'rule_not_found' })
}

/**
 * Lead or data protection officer stops the erasing of a kind of file at once; one person is enough,
 * because nothing is lost by it. Refused: `forbidden`, `rule_not_found` when none is in force.
 */
export async function stopRetention(
  ctx: Context,
  command: { readonly centreId: CentreId; readonly class: RetentionClass },
): Promise<Result<Done, RuleRefusal>> {
  const { centreId } = command
  const permit = authorize(ctx.actor, 'retention.stop', { centreId })
  if (!permit.ok) return permit
  return transact(ctx, permit.value, centreId, async (tx) => {
    const which = { centreId, class: command.class, approved: true }
    if ((await endRules(tx, which, instant(ctx.clock))) === 0) {
      return err({ code: 'rule_not_found' })
    }
    return ok({
      value: { centreId },
      events: [{ event: 'retention_stopped', class: command.class, months: null }],
    })
  })
}

function newRule(
  ctx: Context,
  rule: {
    readonly centreId: CentreId
    readonly class: RetentionClass
    readonly months: number
  },
) {
  const { trigger, source } = RETENTION_PROPOSALS[rule.class]
  return {
    ...{ centre_id: rule.centreId, id: ctx.newId(), class: rule.class, months: rule.months },
    ...{ trigger_event: trigger, action: 'delete' as const, law_ref: source.citation },
    proposed_by: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
    ...{ proposed_at: instant(ctx.clock), ended_at: null },
  }
}
