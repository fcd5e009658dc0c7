import type { CaseId, SeatEntryId, SeatPoolId } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { addHours, type CalendarDate, dayOf, daysBetween, type Instant } from '../time.ts'
import { holdsGrade } from './grades.ts'
import type { SeatKind, SeatPool } from './seat-pool.ts'

/** One child's claim on one seat of a pool. */
export type SeatEntry = {
  readonly id: SeatEntryId
  readonly poolId: SeatPoolId
  readonly caseId: CaseId
  /** The pool's kind: a child has one live entry of each. */
  readonly kind: SeatKind
  /** The seat, counted from 1: the database lets nobody else sit on it. */
  readonly seatNumber: number
} & SeatState

/** What the seats of a pool are counted from. */
export type Seats = Pick<
  SeatPool,
  'id' | 'decided' | 'lasting' | 'others' | 'reserve' | 'reserveUntil'
>

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
  /** Where children sit who came another way. */
  readonly others: number
  /** Live holds only: an expired one no longer counts. */
  readonly held: number
  readonly assigned: number
  readonly taken: number
  /** Kept back for expected arrivals, through the last day of the reserve. */
  readonly reserve: number
  /** Of those that last through the school year; never below zero, whatever was decided. */
  readonly free: number
}

/** Counts the seats of a pool at `now`. Entries of other pools are left out. */
export function countSeats(
  pool: Seats,
  entries: readonly (SeatEntry | SeatTally)[],
  now: Instant,
): SeatCount {
  const own = entries.filter(({ poolId }) => poolId === pool.id)
  const held = seatsOf(own.filter((entry) => isLive(entry, now) && entry.state === 'hold'))
  const assigned = seatsOf(own.filter(({ state }) => state === 'assigned'))
  const taken = seatsOf(own.filter(({ state }) => state === 'taken'))
  const { decided, lasting, others } = pool
  const reserve = reserveOn(pool, now)
  const free = Math.max(0, lasting - others - held - assigned - taken - reserve)
  return { decided, others, held, assigned, taken, reserve, free }
}

function reserveOn({ reserve, reserveUntil }: Seats, now: Instant): number {
  return reserveUntil !== null && dayOf(now) <= reserveUntil ? reserve : 0
}

/** Whether an entry still counts at `now`: a hold that ends then has ended. */
export function isLive(entry: SeatState, now: Instant): boolean {
  return entry.state === 'hold' ? entry.holdUntil > now : entry.state !== 'released'
}

/** An entry is one child's seat, a tally several. */
function seatsOf(entries: readonly (SeatEntry | SeatTally)[]): number {
  return entries.reduce((sum, entry) => sum + ('count' in entry ? entry.count : 1), 0)
}

/** Free seats = lasting − others − live holds − assigned − taken − reserve, never below zero. */
export function freeSeats(
  pool: Seats,
  entries: readonly (SeatEntry | SeatTally)[],
  now: Instant,
): number {
  return countSeats(pool, entries, now).free
}

export type HoldSeatRefusal = { readonly code: 'seat_taken' }

/**
 * A hold on the first seat of the pool on which nobody sits, or `seat_taken` when none is free. Count
 * and insert belong in the same transaction, with the pool's row locked: otherwise two callers see the
 * same last seat. Holds that have run out are released there first: their seats are given away here.
 */
export function holdSeat(
  pool: Seats & Pick<SeatPool, 'kind'>,
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
  const [seatNumber = 1] = emptySeats(pool, entries, now, 1)
  return ok({
    ...{ id, poolId: pool.id, caseId, kind: pool.kind, seatNumber },
    ...{ state: 'hold', holdUntil: until },
  })
}

export type SeatStayingRefusal = {
  readonly code: 'no_seats_for_staying'
  readonly free: number
  readonly staying: number
}

/**
 * Seats in a pool of the new school year for children who stay, each kept, held or taken as in the year
 * that ends: on the first seats on which nobody sits. All of them or none: refused where fewer are free.
 */
export function seatStaying(
  pool: Seats & Pick<SeatPool, 'kind'>,
  entries: readonly SeatEntry[],
  staying: readonly (SeatState & Pick<SeatEntry, 'caseId'>)[],
  { now, newId }: { readonly now: Instant; readonly newId: () => string },
): Result<readonly SeatEntry[], SeatStayingRefusal> {
  const free = freeSeats(pool, entries, now)
  if (free < staying.length) {
    return err({ code: 'no_seats_for_staying', free, staying: staying.length })
  }
  const seats = emptySeats(pool, entries, now, staying.length)
  return ok(
    staying.map(({ caseId, state, holdUntil: until }, index) => ({
      ...{ id: newId() as SeatEntryId, poolId: pool.id, caseId, kind: pool.kind },
      ...{ seatNumber: seats[index] ?? 0, state, holdUntil: until },
    })) as SeatEntry[],
  )
}

/**
 * The first empty seat of a pool for a child that is at the school already, or `seat_taken`: nobody
 * has to decide any more, so it is taken at once. To be called as {@link holdSeat}.
 */
export function takeSeat(
  pool: Seats & Pick<SeatPool, 'kind'>,
  entries: readonly SeatEntry[],
  { id, caseId, now }: { readonly id: SeatEntryId; readonly caseId: CaseId; readonly now: Instant },
): Result<SeatEntry & { readonly state: 'taken' }, HoldSeatRefusal> {
  const held = holdSeat(pool, entries, { id, caseId, now, holdDays: HOLD_DAYS })
  return held.ok ? ok({ ...held.value, state: 'taken', holdUntil: null }) : held
}

/**
 * The pools in which the regular place for a support place may lie: of the same school, school year
 * and year group; those that hold `grade` first.
 */
export function regularPoolsFor<Pool extends GradesOfYear & Pick<SeatPool, 'kind'>>(
  support: GradesOfYear,
  pools: readonly Pool[],
  grade: number,
): readonly Pool[] {
  const holds = ({ gradeFrom: from, gradeTo: to }: Pool) => holdsGrade({ from, to }, grade)
  const fitting = pools.filter(
    (pool) =>
      pool.kind === 'regular' &&
      pool.schoolYear === support.schoolYear &&
      pool.gradeFrom <= support.gradeTo &&
      pool.gradeTo >= support.gradeFrom,
  )
  return [...fitting.filter(holds), ...fitting.filter((pool) => !holds(pool))]
}

type GradesOfYear = Pick<SeatPool, 'schoolYear' | 'gradeFrom' | 'gradeTo'>

/**
 * Where everybody sits once a pool has only its first seats left: who sat beyond them, with their new
 * seats. Empty when nobody must move. In a pool that is too full, who finds no empty seat stays where
 * he is: nobody loses a seat to a number.
 */
export function moveTogether(
  pool: Seats,
  entries: readonly SeatEntry[],
  now: Instant,
): readonly { readonly id: SeatEntryId; readonly seatNumber: number }[] {
  const own = entries.filter((entry) => entry.poolId === pool.id && isLive(entry, now))
  const last = pool.decided - pool.others
  const beyond = own.filter(({ seatNumber }) => seatNumber > last)
  const empty = emptySeats(pool, entries, now, beyond.length).filter((seat) => seat <= last)
  return empty.flatMap((seatNumber, index) => {
    const mover = beyond[index]
    return mover === undefined ? [] : [{ id: mover.id, seatNumber }]
  })
}

/** The first `count` numbers, from 1 on, on which nobody sits. */
function emptySeats(
  { id }: Seats,
  entries: readonly SeatEntry[],
  now: Instant,
  count: number,
): readonly number[] {
  const own = entries.filter((entry) => entry.poolId === id && isLive(entry, now))
  const sat = new Set(own.map(({ seatNumber }) => seatNumber))
  const empty: number[] = []
  for (let seat = 1; empty.length < count; seat += 1) if (!sat.has(seat)) empty.push(seat)
  return empty
}
