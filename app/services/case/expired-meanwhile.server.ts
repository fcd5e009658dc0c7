import type { Stage } from '#app/domain/case/stage.ts'
import type { CaseId } from '#app/domain/ids.ts'
import type { CalendarDate } from '#app/domain/time.ts'
import { authorize, type CaseFacts, can, centresOf } from '#app/policy/policy.ts'
import { type FoundCase, findCase } from '#db/queries/case.server.ts'
import { findLastEvent } from '#db/queries/placement.server.ts'
import { findSchool } from '#db/queries/school.server.ts'
import type { Context } from '../context.server.ts'
import { orderForOthers, suggestForCase } from '../suggestion/suggest-for-case.server.ts'
import { recordRead } from '../transact.server.ts'
import type { Deciding } from './decision-permit.server.ts'
import { factsOf, type VisibleCase } from './visible-case.server.ts'

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
  { caseId, version }: Decision,
): Promise<ProposalExpired | { readonly code: 'case_not_found' }> {
  const { db } = ctx.database
  const found = await findCase(db, centresOf(ctx.actor, ['authority']), caseId)
  if (found === null || !isReplaced(found, version)) return { code: 'case_not_found' }
  const ended = await endedByItsHold(ctx, found)
  if (ended === null) return { code: 'case_not_found' }
  const permit = authorize(ctx.actor, 'case.view_placement', ended.facts)
  if (!permit.ok) return { code: 'case_not_found' }
  const expired = await toldOf(ctx, found, ended)
  await recordRead(ctx, permit.value, found.pupilCase.centreId, {
    event: 'case_viewed',
    page: 'assignment',
    caseId,
  })
  return expired
}

/**
 * Why somebody of the case's own centre, which assigns for the authority, may not decide about the
 * proposal they have on their page: where its hold ended it, they are told so as the authority is.
 */
export async function whyNotTheirs<R extends { readonly code: string }>(
  ctx: Context,
  found: VisibleCase,
  decision: Pick<Decision, 'version'> & { readonly action: Deciding },
  refusal: R,
): Promise<R | ProposalExpired | { readonly code: 'stale_case' }> {
  if (!cameSecond(ctx, found, decision, refusal)) return refusal
  const ended = await endedByItsHold(ctx, found)
  const permit = authorize(ctx.actor, 'case.view', found.facts)
  if (ended === null || !permit.ok) return { code: 'stale_case' }
  const { id: caseId, centreId } = found.pupilCase
  const expired = await toldOf(ctx, found, ended)
  await recordRead(ctx, permit.value, centreId, {
    event: 'case_viewed',
    page: 'assignment',
    caseId,
  })
  return expired
}

/**
 * Whether somebody of a centre that assigns for the authority may not decide only because somebody
 * else was faster: they were in time when they opened the page, and it is not that it is none of
 * their business.
 */
export function cameSecond(
  ctx: Context,
  found: VisibleCase,
  { action, version }: Pick<Decision, 'version'> & { readonly action: Deciding },
  refusal: { readonly code: string },
): boolean {
  const { facts } = found
  if (refusal.code !== 'forbidden' || facts.assignedBy === 'authority') return false
  // who proposed is forgotten with the proposal; if it was they, they are told so on the new page
  const before = { ...facts, stage: DECIDED_AT[action], assignedBy: 'centre' } as const
  return isReplaced(found, version) && can<Deciding>(ctx.actor, action, before)
}

/** The stage in which each is decided. */
const DECIDED_AT = {
  'case.assign': 'proposed',
  'case.send_back': 'proposed',
  'case.decide_capacity': 'assigned',
} as const satisfies Readonly<Record<Deciding, Stage>>

type Decision = { readonly caseId: CaseId; readonly version: number }

/** The version on their page is the one that the last change of the case has replaced. */
function isReplaced({ row }: FoundCase, version: number): boolean {
  return row.version === version + 1
}

type Ended = { readonly expiredOn: CalendarDate; readonly facts: CaseFacts }

/** The proposal that the end of its hold was the last to end, with the case as it was then; or null. */
async function endedByItsHold(ctx: Context, found: FoundCase): Promise<Ended | null> {
  const { db } = ctx.database
  const { id, centreId } = found.pupilCase
  const last = await findLastEvent(db, centreId, id)
  if (last?.event !== 'proposal_expired' || last.schoolNumber === null) return null
  const { schoolNumber, validOn } = last
  const schoolForm = (await findSchool(db, schoolNumber))?.form ?? null
  const then = { stage: 'proposed', schoolNumber, schoolForm } as const
  return { expiredOn: validOn, facts: { ...factsOf(ctx, found), ...then } }
}

async function toldOf(
  ctx: Context,
  { pupilCase }: FoundCase,
  { expiredOn }: Ended,
): Promise<ProposalExpired> {
  const suggested = await suggestForCase(ctx, pupilCase)
  const [best] = orderForOthers(suggested)
  const next = suggested.schools.find(({ number }) => number === best?.number)
  return { code: 'proposal_expired', expiredOn, next: next?.shortName ?? null }
}
