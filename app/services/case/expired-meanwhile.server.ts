import type { CaseId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { authorize, centresOf } from '#app/policy/policy.ts'
import { findCase } from '#db/queries/case.server.ts'
import { findLastEvent } from '#db/queries/placement.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import type { Context } from '../context.server.ts'
import { orderForOthers, suggestForCase } from '../suggestion/suggest-for-case.server.ts'
import { recordRead } from '../transact.server.ts'
import { factsOf } from './visible-case.server.ts'

/**
 * The hold of a proposal ran out and the proposal was ended before the decision came: the case is the
 * centre's again. `next`: the school that fits best now, by name; null when none has a seat. Of the
 * child nothing is told.
 */
export type ProposalExpired = {
  readonly code: 'proposal_expired'
  readonly expiredOn: CalendarDate
  readonly next: string | null
}

/**
 * Why the authority does not find a case it decides about. Whoever still has the page of a proposal
 * that was theirs until its hold ran out, and since which nothing else has happened, is told so, and
 * that they were told is written down first; everybody else is told `case_not_found`.
 */
export async function whyNotFound(
  ctx: Context,
  { caseId, version }: { readonly caseId: CaseId; readonly version: number },
): Promise<ProposalExpired | { readonly code: 'case_not_found' }> {
  const { db } = ctx.database
  const found = await findCase(db, centresOf(ctx.actor, ['authority']), caseId)
  // the version on their page is the one that the end of the hold has replaced
  if (found === null || found.row.version !== version + 1) return { code: 'case_not_found' }
  const { pupilCase } = found
  const last = await findLastEvent(db, pupilCase.centreId, caseId)
  if (last?.event !== 'proposal_expired' || last.schoolNumber === null) {
    return { code: 'case_not_found' }
  }
  const schoolNumber = last.schoolNumber
  const school = await findSchool(db, schoolNumber)
  const permit = authorize(ctx.actor, 'case.view_placement', {
    ...factsOf(ctx, found),
    ...{ stage: 'proposed', schoolNumber, schoolForm: school?.form ?? null },
  })
  if (!permit.ok) return { code: 'case_not_found' }
  const suggested = await suggestForCase(ctx, pupilCase)
  const [best] = orderForOthers(suggested)
  const next = suggested.schools.find(({ number }) => number === best?.number)
  await recordRead(ctx, permit.value, pupilCase.centreId, {
    event: 'case_viewed',
    page: 'assignment',
    caseId,
  })
  return { code: 'proposal_expired', expiredOn: last.validOn, next: next?.shortName ?? null }
}
