import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { CaseId, CentreId } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { type CaseFacts, can, centresOf } from '#app/policy/policy.ts'
import { type Actor, ROLES } from '#app/policy/roles.ts'
import { type FoundCase, findCase } from '#db/queries/case.server.ts'
import type { Context } from '../context.server.ts'

/** A case somebody may know of, and what the policy looks at in it. */
export type VisibleCase = FoundCase & { readonly facts: CaseFacts }

/** Any of these lets a person know that the case exists. */
const KNOWING = [
  'case.view',
  'case.view_transfer',
  'case.view_placement',
  'case.view_trail',
  'case.view_as_family',
] as const

/**
 * The case, when the person asking may know of it: null also when it is somebody else's, so that
 * "not yours" and "not there" look the same (P5). Every use case on a case begins here.
 */
export async function visibleCase(ctx: Context, caseId: CaseId): Promise<VisibleCase | null> {
  const found = await findCase(ctx.database.db, centresFor(ctx.actor), caseId)
  if (found === null) return null
  const facts = factsOf(ctx, found)
  return KNOWING.some((action) => can(ctx.actor, action, facts)) ? { ...found, facts } : null
}

/** What the policy looks at in a case. */
export function factsOf(
  ctx: Context,
  { row, schoolForm, assignedBy }: Omit<FoundCase, 'pupilCase'>,
): CaseFacts {
  return {
    caseId: row.id,
    centreId: row.centre_id,
    stage: row.stage,
    municipality: row.municipality_key,
    schoolNumber: row.school_number,
    schoolForm,
    holdUntil: row.hold_until,
    assignedBy,
    proposedBy: row.proposed_by,
    now: instant(ctx.clock),
  }
}

/** The same of a case in a list of the centre itself, whose rules ask for no school form. */
export function factsOfOwn(
  ctx: Context,
  pupilCase: PupilCase,
  assignedBy: CaseFacts['assignedBy'],
): CaseFacts {
  const proposal = 'proposal' in pupilCase ? pupilCase.proposal : null
  const placement = 'placement' in pupilCase ? pupilCase.placement : null
  const assignedFor = pupilCase.stage === 'assigned' ? pupilCase.proposedBy : null
  return {
    caseId: pupilCase.id,
    centreId: pupilCase.centreId,
    stage: pupilCase.stage,
    municipality: pupilCase.municipality,
    schoolNumber: (proposal ?? placement)?.schoolNumber ?? null,
    schoolForm: null,
    holdUntil: proposal?.holdUntil ?? null,
    assignedBy,
    proposedBy: proposal?.proposedBy ?? assignedFor,
    now: instant(ctx.clock),
  }
}

function centresFor(actor: Actor): readonly CentreId[] {
  return actor.kind === 'family' ? [actor.centreId] : centresOf(actor, ROLES)
}
