import { type ProposeRefusal, propose } from '#app/domain/case/propose.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { DeviationReason, GivenReason } from '#app/domain/case/reasons.ts'
import type { CaseId, SchoolNumber, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { holdSeat } from '#app/domain/seat/seat-entry.ts'
import type { Suggestions } from '#app/domain/suggestion/suggest.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import { insertEntry, listEntries, lockPool, toSeatPool } from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { type SuggestedForCase, suggestForCase } from '../suggestion/suggest-for-case.server.ts'
import { answeredOnce, type Change, transact } from '../transact.server.ts'
import { storeDecision } from './store-decision.server.ts'
import { visibleCase } from './visible-case.server.ts'

export type ProposeSchool = {
  readonly caseId: CaseId
  readonly version: number
  readonly schoolNumber: SchoolNumber
  /** Why it is not the first of the list; null when it is. */
  readonly deviation: GivenReason<DeviationReason> | null
}

export type ProposeSchoolRefusal =
  | { readonly code: 'case_not_found' | 'stale_case' | 'no_pool' | 'school_not_suitable' }
  | { readonly code: 'support_place_missing' }
  /** `next`: the best school that still has a seat, for the sentence; null when there is none. */
  | { readonly code: 'seat_taken'; readonly school: string; readonly next: string | null }
  | Forbidden
  | ProposeRefusal

/**
 * Proposes a school for a case and holds one support place there, for as many days as the centre
 * has set. The seat is counted inside the transaction that takes it: of two counsellors reaching
 * for the last one, the second is told `seat_taken` and the next best school. Refused besides: a
 * school that is not suggested, with why; another than the first without a reason; `stale_case`.
 */
export async function proposeSchool(
  ctx: Context,
  command: ProposeSchool,
): Promise<Result<{ readonly caseId: CaseId }, ProposeSchoolRefusal>> {
  return answeredOnce(ctx, 'case.propose', () => proposeOnce(ctx, command))
}

async function proposeOnce(
  ctx: Context,
  command: ProposeSchool,
): Promise<Result<{ readonly caseId: CaseId }, ProposeSchoolRefusal>> {
  const found = await visibleCase(ctx, command.caseId)
  if (found === null) return err({ code: 'case_not_found' })
  const permit = authorize(ctx.actor, 'case.propose', found.facts)
  if (!permit.ok) return permit
  const pupilCase = { ...found.pupilCase, version: command.version }
  const suggested = await suggestForCase(ctx, pupilCase)
  const chosen = choose(suggested.suggestions, command.schoolNumber)
  if (!chosen.ok) return chosen
  const key = await childKey(ctx.database.db, ctx.keys, pupilCase.centreId, pupilCase.childId)
  return transact(ctx, permit.value, pupilCase.centreId, (tx) =>
    holdAndPropose(ctx, tx, {
      permit: permit.value,
      pupilCase,
      command,
      suggested,
      key,
      ...chosen.value,
    }),
  )
}

type Chosen = { readonly poolId: SeatPoolId; readonly rank: number }

type Plan = Chosen & {
  readonly permit: Permit<'case.propose'>
  readonly pupilCase: PupilCase
  readonly command: ProposeSchool
  readonly suggested: SuggestedForCase
  readonly key: SubjectKey
}

/** Inside the transaction: counts and holds the seat, then stores the proposal that rests on it. */
async function holdAndPropose(
  ctx: Context,
  tx: Tx,
  plan: Plan,
): Promise<Result<Change<{ readonly caseId: CaseId }>, ProposeSchoolRefusal>> {
  const { caseId, schoolNumber, deviation } = plan.command
  const { centreId } = plan.pupilCase
  const now = instant(ctx.clock)
  const held = await hold(ctx, tx, plan)
  if (!held.ok) return held
  const { id: seatEntryId, poolId, holdUntil } = held.value
  const proposed = propose(plan.pupilCase, {
    on: today(ctx.clock),
    now,
    schoolNumber,
    poolId,
    seatEntryId,
    holdUntil,
    firstSuggestion: plan.suggested.suggestions.suggested[0]?.number ?? null,
    deviation,
  })
  if (!proposed.ok) return proposed
  const facts = { event: 'school_proposed', schoolNumber, key: plan.key }
  const stored = await storeDecision(ctx, tx, plan.permit, proposed.value, facts)
  if (!stored.ok) return stored
  await insertEntry(tx, centreId, held.value, now)
  const { rank } = plan
  return ok({
    value: { caseId },
    events: [{ event: 'school_proposed', caseId, schoolNumber, poolId, holdUntil, rank }],
  })
}

/** A hold on one seat of the chosen pool, counted with the pool locked. */
async function hold(ctx: Context, tx: Tx, { pupilCase, command, suggested, poolId }: Plan) {
  const { centreId } = pupilCase
  const pool = await lockPool(tx, centreId, poolId)
  const centre = await findCentre(tx, centreId)
  if (pool === null || centre === null) return err({ code: 'no_pool' })
  const held = holdSeat(toSeatPool(pool), await listEntries(tx, centreId, [pool.id]), {
    id: ctx.newId() as SeatEntryId,
    caseId: command.caseId,
    now: instant(ctx.clock),
    holdDays: centre.hold_days,
  })
  return held.ok ? held : err(seatTaken(suggested, command.schoolNumber))
}

/** The refusal of the last seat's second taker: which school it was, and which comes next. */
function seatTaken({ suggestions, schools }: SuggestedForCase, taken: SchoolNumber) {
  const nameOf = (number: SchoolNumber | undefined) =>
    schools.find((school) => school.number === number)?.shortName ?? null
  const next = suggestions.suggested.find(({ number }) => number !== taken)
  return { code: 'seat_taken', school: nameOf(taken) ?? '', next: nameOf(next?.number) } as const
}

/** The suggested school with its rank, or why it cannot be proposed. */
function choose(
  suggestions: Suggestions,
  number: SchoolNumber,
): Result<Chosen, ProposeSchoolRefusal> {
  const index = suggestions.suggested.findIndex((school) => school.number === number)
  const school = suggestions.suggested[index]
  if (school !== undefined) return ok({ poolId: school.poolId, rank: index + 1 })
  if (suggestions.withoutPools.some((other) => other.number === number)) {
    return err({ code: 'no_pool' })
  }
  const excluded = suggestions.excluded.find((other) => other.number === number)
  return err({
    code:
      excluded?.exclusion.why === 'no_free_seat' ? 'support_place_missing' : 'school_not_suitable',
  })
}
