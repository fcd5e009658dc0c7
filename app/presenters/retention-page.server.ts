import type { CentreId } from '#app/domain/ids.ts'
import {
  type Periods,
  RETENTION_CLASSES,
  RETENTION_PROPOSALS,
  type RetentionClass,
} from '#app/domain/privacy/retention.ts'
import { err, ok } from '#app/domain/result.ts'
import { addDays, today } from '#app/domain/time.ts'
import { authorize, can, centresWhere } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { dueAhead, dueChildren, isClockDoubted } from '#app/services/privacy/due-children.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listCentresById } from '#db/queries/centre.server.ts'
import { lastRetentionRun, listRules, rulesOn } from '#db/queries/retention.server.ts'
import { chosenCentre } from './chosen-centre.server.ts'

/** How many days ahead the page looks. */
const DAYS_AHEAD = 30

/**
 * The periods of a centre: what is proposed, what was approved by whom, who is due in the next 30
 * days by case number, exactly as the run would take them. The case numbers shown are written down.
 * Refused: `forbidden`.
 */
export async function retentionPage(ctx: Context, wanted: string | null) {
  const { db } = ctx.database
  const own = await listCentresById(db, centresWhere(ctx.actor, 'retention.view'))
  const chosen = chosenCentre(own, wanted)
  if (chosen === null) return err({ code: 'forbidden', action: 'retention.view' })
  const { centre, centres } = chosen
  const centreId = centre.id
  const permit = authorize(ctx.actor, 'retention.view', { centreId })
  if (!permit.ok) return permit
  const day = today(ctx.clock)
  const due = await dueAhead(db, centreId, day, addDays(day, DAYS_AHEAD))
  const last = await lastRetentionRun(db)
  await recordRead(ctx, permit.value, centreId, { event: 'retention_viewed', count: due.length })
  return ok({
    id: centreId,
    name: centre.name,
    centres,
    today: day,
    rules: await rulesOf(ctx, centreId),
    due: due.map(({ caseNumbers, due: { on, class: kind } }) => ({ caseNumbers, on, kind })),
    isClockDoubted: await isClockDoubted(ctx),
    lastRunAt: last?.at ?? null,
    may: {
      propose: can(ctx.actor, 'retention.propose', { centreId }),
      approve: can(ctx.actor, 'retention.approve', { centreId }),
      stop: can(ctx.actor, 'retention.stop', { centreId }),
      confirm: can(ctx.actor, 'retention.confirm_clock', null),
    },
  })
}

/** Of each kind of file what is in force, what waits for approval, and how many it would take today. */
async function rulesOf(ctx: Context, centreId: CentreId) {
  const { db } = ctx.database
  const day = today(ctx.clock)
  const rows = await listRules(db, centreId)
  const inForce = await rulesOn(db, centreId, day)
  const shown = []
  for (const kind of RETENTION_CLASSES) {
    const approved = rows.filter((row) => row.class === kind && row.approved_by !== null)
    const current = approved.find(({ id }) => id === inForce.get(kind)?.id)
    const coming = approved.find(({ valid_from }) => valid_from !== null && valid_from > day)
    const open = rows.find((row) => row.class === kind && row.approved_by === null)
    const proposal = open === undefined ? ownProposal(kind, approved.length > 0) : asProposal(open)
    shown.push({
      kind,
      trigger: RETENTION_PROPOSALS[kind].trigger,
      citation: RETENTION_PROPOSALS[kind].source.citation,
      current: current === undefined ? null : asApproved(current),
      coming: coming === undefined ? null : asApproved(coming),
      proposal,
      wouldTake: proposal === null ? 0 : await taken(ctx, centreId, { [kind]: proposal.months }),
    })
  }
  return shown
}

type RuleLine = Awaited<ReturnType<typeof listRules>>[number]

function asApproved({ months, approver, approved_at, valid_from }: RuleLine) {
  return { months, approver, approvedAt: approved_at, validFrom: valid_from }
}

function asProposal({ id, months, proposer, proposed_by }: RuleLine) {
  return { ruleId: id, months, proposer, proposedBy: proposed_by }
}

/** The program's own proposal stands until somebody has approved anything for this kind. */
function ownProposal(kind: RetentionClass, isApproved: boolean) {
  if (isApproved) return null
  const { months } = RETENTION_PROPOSALS[kind]
  return { ruleId: null, months, proposer: null, proposedBy: null }
}

async function taken(ctx: Context, centreId: CentreId, periods: Periods): Promise<number> {
  const due = await dueChildren(ctx.database.db, centreId, periods, today(ctx.clock))
  return due.length
}
