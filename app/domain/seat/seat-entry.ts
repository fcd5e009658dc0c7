import type { CaseId, SeatEntryId, SeatPoolId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { addHours, type CalendarDate, dayOf, daysBetween, type Instant } from '../time.ts'
import type { SeatPool } from './seat-pool.ts'

/** One child's claim on one seat of a pool. */
export type SeatEntry = {
  readonly id: SeatEntryId
  readonly poolId: SeatPoolId
  readonly caseId: CaseId
} & SeatState

/** A hold ends by itself at `holdUntil`; the others last until somebody decides. */
export type SeatState =
  | { readonly state: 'hold'; readonly holdUntil: Instant }
  | { readonly state: 'assigned' | 'taken' | 'released'; readonly holdUntil: null }

/** Entries of a pool in the same state, counted together: what a page needs of thousands of them. */
export type SeatTally = { readonly poolId: SeatPoolId; readonly count: number } & SeatState

/** How long a proposal holds its seat, in days of 24 hours; a centre's setting may differ. */
export const HOLD_DAYS = 7

/** When a hold made at `now` ends. */
export function holdUntil(now: Instant, holdDays: number = HOLD_DAYS): Instant {
  return addHours(now, holdDays * 24)
}

/** From how many days before its end on a hold is about to run out. Ours, as for every due day. */
const ENDS_SOON_DAYS = 3

/** In how many calendar days a live hold ends: 0 today, 1 tomorrow. */
export function daysOfHold(until: Instant, today: CalendarDate): number {
  return daysBetween(today, dayOf(until))
}

/** Whether a live hold is about to run out: whoever decides later has no seat to give. */
export function endsSoon(until: Instant, today: CalendarDate): boolean {
  return daysOfHold(until, today) <= ENDS_SOON_DAYS
}

/** The seats of a pool, as the school desk shows them. */
export type SeatCount = {
  readonly decided: number
  /** Live holds only: an expired one no longer counts. */
  readonly held: number
  readonly assigned: number
  readonly taken: number
  /** Never below zero, whatever was decided afterwards. */
  readonly free: number
}

/** Counts the seats of a pool at `now`. Entries of other pools are left out. */
export function countSeats(
  pool: Pick<SeatPool, 'id' | 'decided'>,
  entries: readonly (SeatEntry | SeatTally)[],
  now: Instant,
): SeatCount {
  const own = entries.filter(({ poolId }) => poolId === pool.id)
  const held = seatsOf(own.filter((entry) => entry.state === 'hold' && entry.holdUntil > now))
  const assigned = seatsOf(own.filter(({ state }) => state === 'assigned'))
  const taken = seatsOf(own.filter(({ state }) => state === 'taken'))
  const free = Math.max(0, pool.decided - held - assigned - taken)
  return { decided: pool.decided, held, assigned, taken, free }
}

/** An entry is one child's seat, a tally several. */
function seatsOf(entries: readonly (SeatEntry | SeatTally)[]): number {
  return entries.reduce((sum, entry) => sum + ('count' in entry ? entry.count : 1), 0)
}

/** Free seats = decided − live holds − assigned − taken, never below zero. */
export function freeSeats(
  pool: Pick<SeatPool, 'id' | 'decided'>,
  entries: readonly (SeatEntry | SeatTally)[],
  now: Instant,
): number {
  return countSeats(pool, entries, now).free
}

export type HoldSeatRefusal = { readonly code: 'seat_taken' }

/**
 * A hold on one seat of the pool, or `seat_taken` when none is free. Count and insert belong in the
 * same transaction, with the pool's row locked: otherwise two callers see the same last seat.
 */
export function holdSeat(
  pool: Pick<SeatPool, 'id' | 'decided'>,
  entries: readonly SeatEntry[],
  hold: {
    readonly id: SeatEntryId
    readonly caseId: CaseId
    readonly now: Instant
    readonly holdDays: number
  },
): Result<SeatEntry & { readonly state: 'hold' }, HoldSeatRefusal> {
  const { id, caseId, now, holdDays } = hold
  if (freeSeats(pool, entries, now) === 0) return err({ code: 'seat_taken' })
  const until = holdUntil(now, holdDays)
  return ok({ id, poolId: pool.id, caseId, state: 'hold', holdUntil: until })
}
