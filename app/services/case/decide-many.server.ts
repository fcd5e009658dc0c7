import type { CaseId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { centresWhere, type Forbidden } from '#app/policy/policy.ts'
import { isUnreadable } from '#db/sealing/envelope.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import type { Context } from '../context.server.ts'
import { type AssignSchoolRefusal, assignSchool } from './assign-school.server.ts'
import {
  type SendBackProposal,
  type SendBackProposalRefusal,
  sendBackProposal,
} from './send-back.server.ts'

/** A case that was chosen, in the version that was on screen. */
export type ChosenCase = Pick<SendBackProposal, 'caseId' | 'version'>

/** What came of one of them; null: it was done. */
export type CaseOutcome<Refusal> = {
  readonly caseId: CaseId
  readonly refusal:
    | Refusal
    | Forbidden
    | { readonly code: 'case_not_found' | 'record_unreadable' }
    | null
}

/**
 * The authority assigns several children at once; a centre that assigns for it decides about each on
 * its own page. Each by `assignSchool` in a transaction of its own,
 * one after the other in the order they were chosen, and whatever happens to one changes nothing for
 * the others. Sent twice, each child answers as it did the first time. When the database goes away on
 * the way, those before it stay assigned, and sending the form again does the rest. Refused, for each
 * child by itself: as `assignSchool`; `record_unreadable` where its key is lost.
 */
export async function assignMany(
  ctx: Context,
  chosen: readonly ChosenCase[],
): Promise<readonly CaseOutcome<AssignSchoolRefusal>[]> {
  // awaited: the stack of whatever happens inside names this use case
  return await oneByOne(ctx, chosen, assignSchool)
}

/**
 * The authority sends several proposals back for one reason: the same as {@link assignMany}, each by
 * `sendBackProposal`. Refused, for each child by itself: as there; `record_unreadable`.
 */
export async function sendBackMany(
  ctx: Context,
  chosen: readonly ChosenCase[],
  reason: SendBackProposal['reason'],
): Promise<readonly CaseOutcome<SendBackProposalRefusal>[]> {
  // awaited as above
  return await oneByOne(ctx, chosen, (own, one) => sendBackProposal(own, { ...one, reason }))
}

async function oneByOne<E>(
  ctx: Context,
  chosen: readonly ChosenCase[],
  decide: (ctx: Context, one: ChosenCase) => Promise<Result<unknown, E>>,
): Promise<readonly CaseOutcome<E>[]> {
  const outcomes: CaseOutcome<E>[] = []
  const isAtDesk = centresWhere(ctx.actor, 'desk.authority').length > 0
  for (const one of chosen) {
    outcomes.push({
      caseId: one.caseId,
      refusal: isAtDesk
        ? await refusalOf(() => decide(ofOne(ctx, one), one))
        : { code: 'forbidden', action: 'desk.authority' },
    })
  }
  return outcomes
}

/** One file that does not open keeps back its own child and no other. */
async function refusalOf<E>(
  decide: () => Promise<Result<unknown, E>>,
): Promise<CaseOutcome<E>['refusal']> {
  try {
    const done = await decide()
    return done.ok ? null : done.error
  } catch (accident) {
    if (isSubjectGone(accident)) return { code: 'case_not_found' }
    if (isUnreadable(accident)) return { code: 'record_unreadable' }
    throw accident
  }
}

/** A key of its own for each child: the form's own would answer for the second with the first's. */
function ofOne(ctx: Context, { caseId, version }: ChosenCase): Context {
  const { idempotencyKey: key } = ctx
  return { ...ctx, idempotencyKey: key === null ? null : `${key}|${caseId}|${version}` }
}
