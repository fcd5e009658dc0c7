import type { RuleChange } from '#app/domain/centre/centre.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { authorize, centresOf, type Forbidden } from '#app/policy/policy.ts'
import { visibleCase } from '#app/services/case/visible-case.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { recordRead } from '#app/services/transact.server.ts'
import { listRuleChanges } from '#db/queries/audit.server.ts'
import { findCaseByNumber } from '#db/queries/case-number.server.ts'

/** Changes of how the centre works that the page shows. */
const CHANGES = 25

/** Who set something otherwise of how the centre works, when, and what. */
export type RulesChanged = {
  readonly id: string
  readonly at: Instant
  readonly who: string | null
  readonly role: string
  readonly changes: readonly RuleChange[]
}

/**
 * The page that asks for a case number, with the last changes of how the centre works. It shows
 * nothing of any case; that it was read is written down first. Refused: `forbidden`.
 */
export async function trailPage(
  ctx: Context,
): Promise<Result<{ readonly rulesChanged: readonly RulesChanged[] }, Forbidden>> {
  const door = doorOf(ctx)
  if (!door.ok) return door
  const { centreId, permit } = door.value
  const lines = await listRuleChanges(ctx.database.db, centreId, CHANGES)
  await recordRead(ctx, permit, centreId, { event: 'trail_viewed', count: lines.length })
  return ok({
    rulesChanged: lines.map(({ id, at, name, role, facts }) => ({
      id,
      at,
      who: name,
      role,
      // written by `configureCentre` and by nothing else
      changes: (JSON.parse(facts) as { readonly changes: readonly RuleChange[] }).changes,
    })),
  })
}

function doorOf({ actor }: Context) {
  const [centreId] = centresOf(actor, ['auditor'])
  if (centreId === undefined) return err({ code: 'forbidden', action: 'trail.view' } as const)
  const permit = authorize(actor, 'trail.view', { centreId })
  return permit.ok ? ok({ centreId, permit: permit.value }) : permit
}

/**
 * The case of a number, for whoever may read its trail; the trail itself writes down who read it.
 * Refused: `forbidden`, `case_not_found` also where the case is another centre's.
 */
export async function caseOfNumber(
  ctx: Context,
  caseNumber: string,
): Promise<Result<CaseId, Forbidden | { readonly code: 'case_not_found' }>> {
  const door = doorOf(ctx)
  if (!door.ok) return door
  const centres = centresOf(ctx.actor, ['auditor'])
  const caseId = await findCaseByNumber(ctx.database.db, centres, caseNumber)
  const found = caseId === null ? null : await visibleCase(ctx, caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.view_trail', found.facts)
  return permit.ok ? ok(found.pupilCase.id) : permit
}
