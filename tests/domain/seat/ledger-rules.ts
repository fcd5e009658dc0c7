import { keepAssignment, reportCapacity, takeBackAssignment } from '#app/domain/case/capacity.ts'
import { end } from '#app/domain/case/end.ts'
import { assign, confirmAdmission, notStarted, startSchool } from '#app/domain/case/place.ts'
import { decline, propose, sayCanAdmit, sendBack, withdraw } from '#app/domain/case/propose.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Decided, SeatMove, When } from '#app/domain/case/transition.ts'
import type { CaseId, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import {
  countSeats,
  freeSeats,
  HOLD_DAYS,
  holdSeat,
  isLive,
  type SeatEntry,
  takeSeat,
} from '#app/domain/seat/seat-entry.ts'
import {
  type Capacity,
  capacityOn,
  decideSeats,
  keepReserve,
  lastingSeats,
  type SeatKind,
  type SeatPool,
} from '#app/domain/seat/seat-pool.ts'
import { addDays, addHours, dayOf, type Instant } from '#app/domain/time.ts'
import { proposeFacts, school, waiting } from '../case/cases.ts'

// The ledger: the rules, one after the other, as a transaction applies them.

export const START: Instant = '2026-01-20T11:00:00.000Z'
/** Noon in Berlin on the first day. Nothing passes beyond this many hours: one school year is enough. */
export const LAST_HOUR = 180 * 24
export const CHILDREN = 7
/** Two schools, at each support places first and regular places then. */
export const SEATS = [2, 1, 2, 1] as const
export const SCHOOLS = SEATS.length / 2
const KINDS = ['support', 'regular'] as const satisfies readonly SeatKind[]
const reason = { code: 'other', sentence: 'Ein Satz.' } as const

/** Which rules a ledger goes by; a control changes one. */
export type Rules = {
  readonly count: typeof freeSeats
  /** What becomes of an entry of a kind when a case moves on. */
  readonly after: (move: SeatMove, kind: SeatKind) => SeatEntry['state'] | 'as before'
}

export const RULES: Rules = { count: freeSeats, after: stateAfter }

/** Support is over: its place is given back, and the regular place stays. */
function stateAfter({ to }: SeatMove, kind: SeatKind): SeatEntry['state'] | 'as before' {
  if (to !== 'regular') return to
  return kind === 'support' ? 'released' : 'as before'
}

export type Ledger = {
  readonly now: Instant
  readonly pools: readonly KeptPool[]
  readonly entries: readonly SeatEntry[]
  readonly cases: readonly PupilCase[]
}

type KeptPool = Pick<SeatPool, 'id' | 'kind' | 'others' | 'reserve' | 'reserveUntil'> & {
  readonly decisions: readonly Capacity[]
}

export const NEW: Ledger = {
  now: START,
  pools: SEATS.map((seats, at) => ({
    ...{ id: `pool-${at}` as SeatPoolId, kind: KINDS[at % 2] as SeatKind },
    ...{ others: 0, reserve: 0, reserveUntil: null },
    decisions: [{ seats, validFrom: dayOf(START), validTo: null }],
  })),
  entries: [],
  cases: Array.from({ length: CHILDREN }, (_, at) => ({ ...waiting, id: `case-${at}` as CaseId })),
}

/** A pool by its number, with the numbers in force now. */
function poolAt({ pools, now }: Ledger, at: number): SeatPool {
  const { decisions, ...pool } = pools[at] as KeptPool
  const day = dayOf(now)
  return {
    ...{ ...pool, schoolNumber: school(), schoolYear: 2025, gradeFrom: 5, gradeTo: 10 },
    decided: capacityOn(decisions, day)?.seats ?? 0,
    lasting: lastingSeats(decisions, day),
  }
}

/** Free seats of a pool. */
export function free(ledger: Ledger, at: number): number {
  return freeSeats(poolAt(ledger, at), ledger.entries, ledger.now)
}

type Move = (from: PupilCase, when: When) => Result<Decided<Stage>, { readonly code: string }>

/** What becomes of a child, besides being proposed. */
export const MOVES = {
  withdraw: (from, when) => withdraw(from, { ...when, reason }),
  decline: (from, when) => decline(from, { ...when, reason }),
  send_back: (from, when) => sendBack(from, { ...when, reason }),
  can_admit: (from, when) => sayCanAdmit(from, when),
  assign: (from, when) => assign(from, when),
  report: (from, when) => reportCapacity(from, { ...when, reason }),
  keep: (from, when) => keepAssignment(from, when),
  take_back: (from, when) => takeBackAssignment(from, { ...when, reason }),
  // expected on the same day: who has not come is known from the next one on
  admit: (from, when) => confirmAdmission(from, { ...when, plannedFirstDay: when.on }),
  not_started: (from, when) => notStarted(from, when),
  start: (from, when) => startSchool(from, when),
  complete: (from, when) => end(from, { ...when, reason: { ...reason, code: 'follow_up_over' } }),
  end: (from, when) => end(from, { ...when, reason: { ...reason, code: 'moved_away' } }),
} as const satisfies Readonly<Record<string, Move>>

export type MoveKind = keyof typeof MOVES

export type Act =
  | {
      readonly kind: 'propose'
      readonly child: number
      readonly school: number
      /** Whether a regular place must be free with the support place. */
      readonly isRequired: boolean
    }
  | { readonly kind: MoveKind; readonly child: number }
  | { readonly kind: 'pass'; readonly hours: number }
  | {
      readonly kind: 'decide'
      readonly pool: number
      readonly seats: number
      /** Where others sit; null: as before. */
      readonly others: number | null
      /** From how many days ahead on, and for how many; null: until another decision. */
      readonly inDays: number
      readonly forDays: number | null
    }
  | {
      readonly kind: 'reserve'
      readonly pool: number
      readonly seats: number
      /** Its last day, so many days ahead. */
      readonly inDays: number
    }

export type Step = { readonly ledger: Ledger; readonly outcome: string }

/** One act on the ledger: `ok`, or the refusal that left it as it was. */
export function stepOn(ledger: Ledger, act: Act, turn: number, rules: Rules = RULES): Step {
  switch (act.kind) {
    case 'pass':
      return { outcome: 'ok', ledger: { ...ledger, now: later(ledger.now, act.hours) } }
    case 'decide':
      return decide(ledger, act)
    case 'reserve':
      return reserve(ledger, act)
    case 'propose':
      return proposeTo(ledger, act, turn, rules)
    case 'complete':
      return complete(ledger, act.child, turn, rules)
    default:
      return move(ledger, act.child, MOVES[act.kind], rules)
  }
}

function later(now: Instant, hours: number): Instant {
  const [then, last] = [addHours(now, hours), addHours(START, LAST_HOUR)]
  if (then < last) return then
  return last
}

function decide(ledger: Ledger, act: Extract<Act, { kind: 'decide' }>): Step {
  const { now, entries } = ledger
  const pool = poolAt(ledger, act.pool)
  const today = dayOf(now)
  const validFrom = addDays(today, act.inDays)
  const validTo = act.forDays === null ? null : addDays(validFrom, act.forDays)
  const others = act.others ?? pool.others
  const wanted = { ...pool, decided: act.seats, others, form: '15', classes: null } as const
  const decided = decideSeats(
    { ...wanted, validFrom, validTo },
    { pools: [pool], now: countSeats(pool, entries, now), today },
  )
  if (!decided.ok) return { outcome: decided.error.code, ledger }
  const { decisions } = ledger.pools[act.pool] as KeptPool
  return withPool(ledger, act.pool, {
    others,
    decisions: [...decisions, { seats: act.seats, validFrom, validTo }],
  })
}

function reserve(ledger: Ledger, act: Extract<Act, { kind: 'reserve' }>): Step {
  const { now, entries } = ledger
  const pool = poolAt(ledger, act.pool)
  const today = dayOf(now)
  const kept = keepReserve(pool, countSeats(pool, entries, now), {
    ...{ seats: act.seats, until: addDays(today, act.inDays), today },
  })
  return kept.ok ? withPool(ledger, act.pool, kept.value) : { outcome: kept.error.code, ledger }
}

function withPool(ledger: Ledger, at: number, change: Partial<KeptPool>): Step {
  const changed = { ...(ledger.pools[at] as KeptPool), ...change }
  return { outcome: 'ok', ledger: { ...ledger, pools: ledger.pools.with(at, changed) } }
}

/** The pool as a ledger believes in it that counts otherwise: the rule itself counts again. */
function believed(ledger: Ledger, at: number, { count }: Rules) {
  const pool = poolAt(ledger, at)
  const { entries, now } = ledger
  if (count === freeSeats) return { pool, entries }
  const seats = Math.max(0, count(pool, entries, now))
  return { pool: { ...pool, decided: seats, lasting: seats, others: 0, reserve: 0 }, entries: [] }
}

function proposeTo(
  before: Ledger,
  { child, school: at, isRequired }: Extract<Act, { kind: 'propose' }>,
  turn: number,
  rules: Rules,
): Step {
  const { now, cases } = before
  const pupilCase = cases[child] as PupilCase
  const ledger = releaseExpired(before, pupilCase.id)
  const holdIn = (kind: number) => {
    const { pool, entries } = believed(ledger, 2 * at + kind, rules)
    const id = `entry-${turn}-${kind}` as SeatEntryId
    return holdSeat(pool, entries, { id, caseId: pupilCase.id, now, holdDays: HOLD_DAYS })
  }
  const [support, regular] = [holdIn(0), holdIn(1)]
  if (!support.ok) return { outcome: support.error.code, ledger: before }
  if (isRequired && !regular.ok) return { outcome: 'regular_place_missing', ledger: before }
  const { id: seatEntryId, holdUntil, poolId } = support.value
  const facts = { ...proposeFacts, on: dayOf(now), now, poolId, seatEntryId, holdUntil }
  const proposed = propose(pupilCase, facts)
  if (!proposed.ok) return { outcome: proposed.error.code, ledger: before }
  const { ledger: moved } = store(ledger, child, proposed.value, rules)
  const held = regular.ok ? [support.value, regular.value] : [support.value]
  return { outcome: 'ok', ledger: { ...moved, entries: [...moved.entries, ...held] } }
}

/** Whoever locks the pools of a case releases its holds that are over. */
function releaseExpired(ledger: Ledger, caseId: CaseId): Ledger {
  const entries = ledger.entries.map((entry) =>
    entry.caseId === caseId && !isLive(entry, ledger.now)
      ? { ...entry, state: 'released' as const, holdUntil: null }
      : entry,
  )
  return { ...ledger, entries }
}

/** At the end of support a regular place that is missing is taken, where one is free. */
function complete(before: Ledger, child: number, turn: number, rules: Rules): Step {
  const { id: caseId, ...pupilCase } = before.cases[child] as PupilCase
  const own = before.entries.filter((one) => one.caseId === caseId && one.state !== 'released')
  const support = own.find(({ kind }) => kind === 'support')
  const hasRegular = own.some(({ kind }) => kind === 'regular')
  const step = move(before, child, MOVES.complete, rules)
  if (step.outcome !== 'ok' || hasRegular || pupilCase.stage !== 'attending') return step
  const at = before.pools.findIndex(({ id }) => id === support?.poolId) + 1
  const { pool, entries } = believed(before, at, rules)
  const id = `entry-${turn}` as SeatEntryId
  const taken = takeSeat(pool, entries, { id, caseId, now: before.now })
  const { ledger } = step
  if (!taken.ok) return step
  return { outcome: 'ok', ledger: { ...ledger, entries: [...ledger.entries, taken.value] } }
}

function move(ledger: Ledger, child: number, step: Move, rules: Rules): Step {
  const { now } = ledger
  const decided = step(ledger.cases[child] as PupilCase, { on: dayOf(now), now })
  return decided.ok
    ? store(ledger, child, decided.value, rules)
    : { outcome: decided.error.code, ledger }
}

function store(
  ledger: Ledger,
  child: number,
  { next, seatMove }: Decided<Stage>,
  { after }: Rules,
): Step {
  const cases = ledger.cases.with(child, next)
  if (seatMove === null) return { outcome: 'ok', ledger: { ...ledger, cases } }
  const entries = ledger.entries.map((entry) => {
    if (entry.caseId !== next.id || entry.state === 'released') return entry
    const state = after(seatMove, entry.kind)
    return state === 'as before' ? entry : ({ ...entry, state, holdUntil: null } as SeatEntry)
  })
  return { outcome: 'ok', ledger: { ...ledger, cases, entries } }
}
