import { type ProposeRefusal, propose } from '#app/domain/case/propose.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { DeviationReason, GivenReason } from '#app/domain/case/reasons.ts'
import type { CaseId, SchoolNumber, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { holdSeat, type SeatEntry } from '#app/domain/seat/seat-entry.ts'
import type { Exclusion, Suggestions } from '#app/domain/suggestion/suggest.ts'
import { instant, today } from '#app/domain/time.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { findCentre } from '#db/queries/centre.server.ts'
import {
  insertEntry,
  listEntries,
  lockPools,
  poolsOfCase,
  type SeatPoolRow,
  toSeatPool,
} from '#db/queries/seat.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { childKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { type SuggestedForCase, suggestForCase } from '../suggestion/suggest-for-case.server.ts'
import { answeredOnce, type Change, transact } from '../transact.server.ts'
import { goneFromList, goneSinceList, type SeatGone } from './seat-gone.server.ts'
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
  | { readonly code: 'regular_place_missing' }
  | SeatGone
  | Forbidden
  | ProposeRefusal

/**
 * Proposes a school for a case and holds one support place there, for as many days as the centre
 * has set, and with it the regular place for later where the centre wants one: without it where the
 * centre only warns, not at all where it requires one. Seats are counted inside the transaction that
 * takes them: of two counsellors reaching for the last one, the second is told that it is gone and
 * which school comes next ({@link SeatGone}). Refused besides: a school that is not suggested, with
 * why; another than the first without a reason; `stale_case`.
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
  if (!chosen.ok) {
    const { code } = chosen.error
    if (code !== 'support_place_missing') return err({ code })
    return err(await goneFromList(ctx.database.db, pupilCase, suggested, command.schoolNumber))
  }
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

type Chosen = {
  readonly poolId: SeatPoolId
  /** Where a regular place is free for later; null: nowhere, or none is wanted. */
  readonly regularPoolId: SeatPoolId | null
  readonly rank: number
}

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
  const { support, regular } = held.value
  const { id: seatEntryId, poolId, holdUntil } = support
  const proposed = propose(plan.pupilCase, {
    on: today(ctx.clock),
    now,
    by: ctx.actor.kind === 'staff' ? ctx.actor.accountId : null,
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
  await insertEntry(tx, centreId, support, now)
  if (regular !== null) await insertEntry(tx, centreId, regular, now)
  const { rank } = plan
  const regularPoolId = regular?.poolId ?? null
  const seats = { poolId, regularPoolId, holdUntil }
  return ok({
    value: { caseId },
    events: [{ event: 'school_proposed', caseId, schoolNumber, ...seats, rank }],
  })
}

type Held = SeatEntry & { readonly state: 'hold' }

/** Holds on a seat of the chosen pool and on one for later, counted with the pools locked. */
async function hold(
  ctx: Context,
  tx: Tx,
  { pupilCase, command, suggested, poolId, regularPoolId }: Plan,
): Promise<
  Result<{ readonly support: Held; readonly regular: Held | null }, ProposeSchoolRefusal>
> {
  const { centreId } = pupilCase
  // with the pools of the proposal that has run out, all in one order
  const old = await poolsOfCase(tx, centreId, pupilCase.id)
  const ids = [poolId, ...(regularPoolId === null ? [] : [regularPoolId]), ...old]
  // one moment for all of it: a hold that ran out since it was looked for still has its seat
  const { pools, now } = await lockPools(tx, centreId, ids, ctx.clock)
  const centre = await findCentre(tx, centreId)
  const pool = pools.find(({ id }) => id === poolId)
  if (pool === undefined || centre === null) return err({ code: 'no_pool' })
  const entries = await listEntries(tx, centreId, ids)
  const holdIn = (row: SeatPoolRow) =>
    holdSeat(toSeatPool(row), entries, {
      id: ctx.newId() as SeatEntryId,
      caseId: command.caseId,
      now,
      holdDays: centre.hold_days,
    })
  const support = holdIn(pool)
  if (!support.ok) return err(goneSinceList(suggested, command.schoolNumber, pool))
  const later = pools.find(({ id }) => id === regularPoolId)
  const regular = later === undefined ? null : holdIn(later)
  if (regular?.ok) return ok({ support: support.value, regular: regular.value })
  return centre.second_seat === 'required'
    ? err({ code: 'regular_place_missing' })
    : ok({ support: support.value, regular: null })
}

type NotChosen =
  | 'no_pool'
  | 'support_place_missing'
  | 'regular_place_missing'
  | 'school_not_suitable'

/** The suggested school with its rank, or why it cannot be proposed. */
function choose(
  suggestions: Suggestions,
  number: SchoolNumber,
): Result<Chosen, { readonly code: NotChosen }> {
  const index = suggestions.suggested.findIndex((school) => school.number === number)
  const school = suggestions.suggested[index]
  if (school !== undefined) {
    const { poolId, regular } = school
    return ok({ poolId, regularPoolId: regular?.poolId ?? null, rank: index + 1 })
  }
  if (suggestions.withoutPools.some((other) => other.number === number)) {
    return err({ code: 'no_pool' })
  }
  const excluded = suggestions.excluded.find((other) => other.number === number)
  return err({ code: missingOf(excluded?.exclusion.why) })
}

function missingOf(why: Exclusion['why'] | undefined): NotChosen {
  if (why === 'no_free_seat') return 'support_place_missing'
  return why === 'no_regular_seat' ? 'regular_place_missing' : 'school_not_suitable'
}
