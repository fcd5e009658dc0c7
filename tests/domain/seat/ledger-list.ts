import { HOLD_DAYS } from '#app/domain/seat/seat-entry.ts'
import { type Act, LAST_HOUR, type MoveKind, SCHOOLS, SEATS } from './ledger-rules.ts'

// The model: a list of seats with a name on each, and a calendar with a number for every day.

/** The first day is 20 January, the last 31 July. */
const DAYS = 193
/** From noon on; the clocks go forward in the night to 29 March. */
const NOON = 12
const SUMMER_TIME = 1_622

type Named = {
  readonly child: number
  readonly school: number
  heldUntil: number
  isKept: boolean
  canAdmit: boolean
  isReported: boolean
  expectedOn: number
  readonly hasRegular: boolean
  step: 'proposed' | 'assigned' | 'admitted' | 'attending'
}
type Numbers = { readonly seats: number[]; others: number; reserve: number; reserveUntil: number }

export type Model = {
  hour: number
  readonly pools: readonly Numbers[]
  sitting: Named[]
  /** Who stays on a regular place after support, by school. */
  readonly stayed: number[]
  readonly ended: Set<number>
}

/** The model of a new ledger. */
export function newModel(): Model {
  return {
    hour: 0,
    pools: SEATS.map((seats) => ({
      ...{ seats: Array.from({ length: DAYS }, () => seats), others: 0 },
      ...{ reserve: 0, reserveUntil: -1 },
    })),
    ...{ sitting: [], stayed: Array.from({ length: SCHOOLS }, () => 0), ended: new Set() },
  }
}

function dayNow({ hour }: Model): number {
  return Math.floor((hour + NOON + (hour >= SUMMER_TIME ? 1 : 0)) / 24)
}

function isLive({ heldUntil, isKept }: Named, { hour }: Model): boolean {
  return isKept || heldUntil > hour
}

/** Children on the seats of a pool. */
function sitting(model: Model, pool: number): number {
  const school = Math.floor(pool / 2)
  const here = model.sitting.filter((one) => one.school === school && isLive(one, model))
  if (pool % 2 === 0) return here.length
  return here.filter(({ hasRegular }) => hasRegular).length + (model.stayed[school] ?? 0)
}

function reserved(model: Model, { reserve, reserveUntil }: Numbers): number {
  return dayNow(model) <= reserveUntil ? reserve : 0
}

/** Seats nobody has, that are there on every day until the end of the school year. */
export function freeIn(model: Model, pool: number): number {
  const numbers = model.pools[pool] as Numbers
  const fewest = Math.min(...numbers.seats.slice(dayNow(model)))
  const gone = numbers.others + sitting(model, pool) + reserved(model, numbers)
  return Math.max(0, fewest - gone)
}

/** Does it to the model; whether it is possible. */
export function expected(model: Model, act: Act): boolean {
  switch (act.kind) {
    case 'pass':
      model.hour = Math.min(LAST_HOUR, model.hour + act.hours)
      return true
    case 'decide':
      return expectDecided(model, act)
    case 'reserve':
      return expectReserved(model, act)
    case 'propose':
      return expectProposed(model, act)
    default:
      return expectMoved(model, act.kind, act.child)
  }
}

function expectDecided(model: Model, act: Extract<Act, { kind: 'decide' }>): boolean {
  const numbers = model.pools[act.pool] as Numbers
  const others = act.others ?? numbers.others
  const from = dayNow(model) + act.inDays
  const to = act.forDays === null ? DAYS - 1 : from + act.forDays
  const gone = others + sitting(model, act.pool) + reserved(model, numbers)
  if (from >= DAYS || to >= DAYS || gone > act.seats) return false
  numbers.seats.fill(act.seats, from, to + 1)
  numbers.others = others
  return true
}

function expectReserved(model: Model, act: Extract<Act, { kind: 'reserve' }>): boolean {
  const numbers = model.pools[act.pool] as Numbers
  const until = dayNow(model) + act.inDays
  const possible = freeIn(model, act.pool) + reserved(model, numbers)
  if (act.seats > 0 && (until >= DAYS || act.seats > possible)) return false
  numbers.reserve = act.seats
  numbers.reserveUntil = until
  return true
}

function expectProposed(model: Model, act: Extract<Act, { kind: 'propose' }>): boolean {
  const { child, school, isRequired } = act
  const own = model.sitting.find((seat) => seat.child === child)
  const isWaiting = own === undefined ? !model.ended.has(child) : !isLive(own, model)
  const hasRegular = freeIn(model, 2 * school + 1) > 0
  if (!isWaiting || freeIn(model, 2 * school) === 0 || (isRequired && !hasRegular)) return false
  model.sitting = model.sitting.filter((seat) => seat !== own)
  model.sitting.push({
    ...{ child, school, hasRegular, heldUntil: model.hour + HOLD_DAYS * 24, step: 'proposed' },
    ...{ isKept: false, canAdmit: false, isReported: false, expectedOn: 0 },
  })
  return true
}

/** From which step each is possible; what it does to the seat: null gives it back. */
const WAYS: Readonly<
  Record<
    Exclude<MoveKind, 'end' | 'complete'>,
    readonly [Named['step'], ((seat: Named, model: Model) => Partial<Named>) | null]
  >
> = {
  withdraw: ['proposed', null],
  decline: ['proposed', null],
  send_back: ['proposed', null],
  can_admit: ['proposed', () => ({ canAdmit: true })],
  assign: ['proposed', () => ({ step: 'assigned', isKept: true })],
  report: ['assigned', () => ({ isReported: true })],
  keep: ['assigned', () => ({ isReported: false })],
  take_back: ['assigned', null],
  admit: ['assigned', (_, model) => ({ step: 'admitted', expectedOn: dayNow(model) })],
  not_started: ['admitted', null],
  start: ['admitted', () => ({ step: 'attending' })],
}

/** What else must be so. */
const NEEDS: Readonly<Partial<Record<MoveKind, (seat: Named, model: Model) => boolean>>> = {
  can_admit: (seat, model) => isLive(seat, model) && !seat.canAdmit,
  assign: isLive,
  report: ({ isReported }) => !isReported,
  keep: ({ isReported }) => isReported,
  take_back: ({ isReported }) => isReported,
  not_started: ({ expectedOn }, model) => expectedOn < dayNow(model),
}

function expectMoved(model: Model, kind: MoveKind, child: number): boolean {
  const seat = model.sitting.find((one) => one.child === child)
  if (kind === 'end') {
    const isOpen = !model.ended.has(child)
    model.ended.add(child)
    leave(model, seat)
    return isOpen
  }
  if (seat === undefined) return false
  if (kind === 'complete') return expectCompleted(model, seat)
  const [from, to] = WAYS[kind]
  const isPossible = seat.step === from && (NEEDS[kind]?.(seat, model) ?? true)
  if (isPossible && to === null) leave(model, seat)
  else if (isPossible) Object.assign(seat, to?.(seat, model))
  return isPossible
}

function leave(model: Model, seat: Named | undefined): void {
  model.sitting = model.sitting.filter((one) => one !== seat)
}

/** Stays on its regular place, or takes one that is free; goes on without one otherwise. */
function expectCompleted(model: Model, seat: Named): boolean {
  if (seat.step !== 'attending') return false
  const isFree = freeIn(model, 2 * seat.school + 1) > 0
  leave(model, seat)
  model.ended.add(seat.child)
  if (seat.hasRegular || isFree) model.stayed[seat.school] = (model.stayed[seat.school] ?? 0) + 1
  return true
}
