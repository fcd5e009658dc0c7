import fc from 'fast-check'
import { expect, test } from 'vitest'
import { end } from '#app/domain/case/end.ts'
import { assign, confirmAdmission, startSchool } from '#app/domain/case/place.ts'
import { decline, propose, sayCanAdmit, sendBack, withdraw } from '#app/domain/case/propose.ts'
import type { PupilCase } from '#app/domain/case/pupil-case.ts'
import type { Stage } from '#app/domain/case/stage.ts'
import type { Decided, SeatMove, When } from '#app/domain/case/transition.ts'
import type { CaseId, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import { freeSeats, HOLD_DAYS, holdSeat, type SeatEntry } from '#app/domain/seat/seat-entry.ts'
import { decideSeats, type SeatPool } from '#app/domain/seat/seat-pool.ts'
import { addHours, dayOf, type Instant, schoolYearOf } from '#app/domain/time.ts'
import { proposeFacts, school, waiting } from '../case/cases.ts'

const HISTORIES = 1_000
const CHILDREN = 6
const START: Instant = '2026-01-20T11:00:00.000Z'
const reason = { code: 'other', sentence: 'Ein Satz.' } as const

// ---- the ledger: the rules, one after the other, as a transaction applies them ----

type Ledger = {
  readonly now: Instant
  readonly pool: SeatPool
  readonly entries: readonly SeatEntry[]
  readonly cases: readonly PupilCase[]
}

/** Which of the rules a ledger counts its free seats with. */
type Counting = typeof freeSeats

const NEW: Ledger = {
  now: START,
  pool: {
    id: 'pool-1' as SeatPoolId,
    schoolNumber: school(),
    ...{ schoolYear: 2025, gradeFrom: 5, gradeTo: 10, kind: 'support', decided: 2 },
    ...{ lasting: 2, others: 0, reserve: 0, reserveUntil: null },
  },
  entries: [],
  cases: Array.from({ length: CHILDREN }, (_, at) => ({ ...waiting, id: `case-${at}` as CaseId })),
}

type Step = { readonly ledger: Ledger; readonly outcome: string }

const STEPS: Readonly<
  Record<string, (from: PupilCase, when: When) => Result<Decided<Stage>, { readonly code: string }>>
> = {
  withdraw: (from, when) => withdraw(from, { ...when, reason }),
  decline: (from, when) => decline(from, { ...when, reason }),
  send_back: (from, when) => sendBack(from, { ...when, reason }),
  can_admit: (from, when) => sayCanAdmit(from, when),
  assign: (from, when) => assign(from, when),
  admit: (from, when) => confirmAdmission(from, { ...when, plannedFirstDay: null }),
  start: (from, when) => startSchool(from, when),
  end: (from, when) => end(from, { ...when, reason: { ...reason, code: 'moved_away' } }),
}

type Act =
  | { readonly kind: 'propose' | keyof typeof STEPS; readonly child: number }
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'decide'; readonly seats: number }

function stepOn(ledger: Ledger, act: Act, turn: number, count: Counting = freeSeats): Step {
  if ('hours' in act) {
    return { outcome: 'ok', ledger: { ...ledger, now: addHours(ledger.now, act.hours) } }
  }
  if ('seats' in act) return decide(ledger, act.seats, count)
  return act.kind === 'propose'
    ? proposeTo(ledger, act.child, turn, count)
    : move(ledger, act.child, STEPS[act.kind] as (typeof STEPS)[string])
}

function decide(ledger: Ledger, seats: number, count: Counting): Step {
  const { pool, entries, now } = ledger
  const today = dayOf(now)
  // what is taken is what a pool without end has not free
  const taken = 500 - count({ ...pool, decided: 500, lasting: 500 }, entries, now)
  const facts = { pools: [pool], now: { held: taken, assigned: 0, taken: 0, reserve: 0 }, today }
  const decided = decideSeats(
    {
      ...{ ...pool, decided: seats, form: '15', schoolYear: schoolYearOf(today) },
      ...{ classes: null, validFrom: today, validTo: null },
    },
    facts,
  )
  if (!decided.ok) return { outcome: decided.error.code, ledger }
  return { outcome: 'ok', ledger: { ...ledger, pool: { ...pool, decided: seats, lasting: seats } } }
}

function proposeTo(ledger: Ledger, child: number, turn: number, count: Counting): Step {
  const { pool, entries, now, cases } = ledger
  const pupilCase = cases[child] as PupilCase
  const id = `entry-${turn}` as SeatEntryId
  const free = count(pool, entries, now)
  // the rule itself counts again: a ledger that counts otherwise hands it the pool it believes in
  const believed = count === freeSeats ? pool : { ...pool, decided: free, lasting: free }
  const seen = count === freeSeats ? entries : []
  const held = holdSeat(believed, seen, { id, caseId: pupilCase.id, now, holdDays: HOLD_DAYS })
  if (!held.ok) return { outcome: held.error.code, ledger }
  const { holdUntil, poolId } = held.value
  const facts = { ...proposeFacts, on: dayOf(now), now, poolId, seatEntryId: id, holdUntil }
  const proposed = propose(pupilCase, facts)
  if (!proposed.ok) return { outcome: proposed.error.code, ledger }
  const { ledger: moved } = store(ledger, child, proposed.value)
  return { outcome: 'ok', ledger: { ...moved, entries: [...moved.entries, held.value] } }
}

function move(ledger: Ledger, child: number, step: (typeof STEPS)[string]): Step {
  const { now } = ledger
  const decided = step(ledger.cases[child] as PupilCase, { on: dayOf(now), now })
  return decided.ok ? store(ledger, child, decided.value) : { outcome: decided.error.code, ledger }
}

function store(ledger: Ledger, child: number, { next, seatMove }: Decided<Stage>): Step {
  const cases = ledger.cases.with(child, next)
  const entries = ledger.entries.map((entry) =>
    entry.id === seatMove?.entryId ? { ...entry, state: after(seatMove), holdUntil: null } : entry,
  )
  return { outcome: 'ok', ledger: { ...ledger, cases, entries } }
}

/** The one pool here has support places: who goes to the regular class gives one back. */
function after({ to }: SeatMove): 'assigned' | 'taken' | 'released' {
  return to === 'regular' ? 'released' : to
}

// ---- the model: a list of seats with a name on each, and a calendar ----

type Seat = { child: number; heldUntil: number; isKept: boolean; canAdmit: boolean; step: Stage }
type Model = { hour: number; seats: number; taken: Seat[]; ended: Set<number> }

const isLive = ({ heldUntil, isKept }: Seat, { hour }: Model) => isKept || heldUntil > hour

/** What the model expects: `ok` or not, and how many seats are free afterwards. */
function expected(model: Model, act: Act): boolean {
  if ('hours' in act) {
    model.hour += act.hours
    return true
  }
  const live = model.taken.filter((seat) => isLive(seat, model)).length
  if ('seats' in act) {
    const fits = act.seats >= live
    if (fits) model.seats = act.seats
    return fits
  }
  return act.kind === 'propose'
    ? expectProposed(model, act.child, live)
    : expectMoved(model, act.kind, act.child)
}

function expectProposed(model: Model, child: number, live: number): boolean {
  const own = model.taken.find((seat) => seat.child === child)
  const isWaiting = own === undefined ? !model.ended.has(child) : !isLive(own, model)
  if (!isWaiting || live >= model.seats) return false
  model.taken = model.taken.filter((seat) => seat !== own)
  const heldUntil = model.hour + HOLD_DAYS * 24
  model.taken.push({ child, heldUntil, isKept: false, canAdmit: false, step: 'proposed' })
  return true
}

/** From which step each is possible, and to which it leads; null: the seat is given back. */
const WAYS: Readonly<Record<string, readonly [Stage, Stage | null]>> = {
  withdraw: ['proposed', null],
  decline: ['proposed', null],
  send_back: ['proposed', null],
  can_admit: ['proposed', 'proposed'],
  assign: ['proposed', 'assigned'],
  admit: ['assigned', 'admitted'],
  start: ['admitted', 'attending'],
}

function expectMoved(model: Model, kind: string, child: number): boolean {
  const seat = model.taken.find((one) => one.child === child)
  const leave = () => {
    model.taken = model.taken.filter((one) => one !== seat)
  }
  if (kind === 'end') {
    const isOpen = !model.ended.has(child)
    model.ended.add(child)
    leave()
    return isOpen
  }
  const [from, to] = WAYS[kind] as (typeof WAYS)[string]
  const needsHold = kind === 'assign' || kind === 'can_admit'
  if (seat?.step !== from || (needsHold && !isLive(seat, model))) return false
  if (kind === 'can_admit' && seat.canAdmit) return false
  if (to === null) leave()
  else Object.assign(seat, { step: to, isKept: to !== 'proposed', canAdmit: kind === 'can_admit' })
  return true
}

// ---- histories ----

const child = fc.nat({ max: CHILDREN - 1 })
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('propose' as const), child }) },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constantFrom(...Object.keys(STEPS)), child }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      hours: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), seats: fc.nat({ max: 4 }) }),
  },
)
const histories = fc.array(acts, { minLength: 10, maxLength: 60 })

type Seen = { readonly kinds: Set<string>; expiries: number }

/** Plays a history against the model; @throws at the first step where they differ. */
function play(history: readonly Act[], count: Counting, seen: Seen): Ledger {
  const model: Model = { hour: 0, seats: NEW.pool.decided, taken: [], ended: new Set() }
  let ledger = NEW
  for (const [turn, act] of history.entries()) {
    const before = free(ledger)
    const step = stepOn(ledger, act, turn, count)
    const isRight = expected(model, act)
    must(isRight === (step.outcome === 'ok'), turn, `${act.kind} is ${step.outcome}`)
    ledger = step.ledger
    const live = model.taken.filter((seat) => isLive(seat, model)).length
    // never over the number, never below zero, and free is what nobody sits on
    must(live <= model.seats, turn, `${live} of ${model.seats} seats`)
    must(free(ledger) === model.seats - live, turn, `${free(ledger)} free`)
    if (step.outcome === 'ok') seen.kinds.add(act.kind)
    if (act.kind === 'pass' && free(ledger) > before) seen.expiries += 1
  }
  return ledger
}

function must(holds: boolean, turn: number, otherwise: string): void {
  if (!holds) throw new Error(`step ${turn}: ${otherwise}`)
}

function free({ pool, entries, now }: Ledger): number {
  return freeSeats(pool, entries, now)
}

test(`${HISTORIES} histories: the ledger is a list of seats with a name on each`, () => {
  const seen: Seen = { kinds: new Set(), expiries: 0 }
  fc.assert(
    fc.property(histories, (history) => {
      const ledger = play(history, freeSeats, seen)
      // the same history again is the same ledger
      expect(play(history, freeSeats, seen)).toEqual(ledger)
    }),
    { numRuns: HISTORIES, seed: 20261123 },
  )
  // the histories did everything, and the clock alone gave seats back
  expect([...seen.kinds].toSorted()).toEqual(
    [...Object.keys(STEPS), 'propose', 'pass', 'decide'].toSorted(),
  )
  expect(seen.expiries).toBeGreaterThan(HISTORIES / 10)
})

test('a seat that is given back can be taken at once, by somebody else too', () => {
  const givesBack = fc.constantFrom('withdraw', 'decline', 'send_back', 'end')
  fc.assert(
    fc.property(histories, givesBack, child, (history, kind, leaver) => {
      const ledger = play(history, freeSeats, { kinds: new Set(), expiries: 0 })
      const turn = history.length
      const left = stepOn(ledger, { kind, child: leaver }, turn)
      const hadSeat = free(left.ledger) > free(ledger)
      const next = ledger.cases.findIndex(({ stage }) => stage === 'waiting')
      fc.pre(left.outcome === 'ok' && hadSeat && next !== -1)
      const taken = stepOn(left.ledger, { kind: 'propose', child: next }, turn + 1)
      expect(taken.outcome).toBe('ok')
    }),
    { numRuns: 100, seed: 20261123 },
  )
})

/** Counts a hold for ever: nobody told it that time passes. */
const forgetful: Counting = (pool, entries) => freeSeats(pool, entries, START)
/** Gives every seat back that is assigned: only who goes to school sits on one. */
const generous: Counting = (pool, entries, now) =>
  freeSeats(
    pool,
    entries.filter(({ state }) => state !== 'assigned'),
    now,
  )

test.each([
  ['forgets that holds run out', forgetful],
  ['gives an assigned seat to the next', generous],
  ['sells one seat more than there are', (...all) => freeSeats(...all) + 1],
] satisfies readonly (readonly [string, Counting])[])(
  'control: a ledger that %s is found out',
  (_what, count) => {
    const found = fc.check(
      fc.property(histories, (history) => {
        play(history, count, { kinds: new Set(), expiries: 0 })
      }),
      { numRuns: HISTORIES, seed: 20261123 },
    )
    expect(String(found.errorInstance)).toMatch(/^Error: step \d+: /)
  },
)
