import { dayOf, type Instant } from '#app/domain/time.ts'

/** What somebody can do that touches the seats, and the line it leaves in the trail. */
export const EVENTS = {
  propose: 'school_proposed',
  withdraw: 'proposal_withdrawn',
  decline: 'proposal_declined',
  send_back: 'proposal_sent_back',
  can_admit: 'school_can_admit',
  assign: 'case_assigned',
  assign_many: 'case_assigned',
  report: 'capacity_reported',
  keep: 'assignment_kept',
  take_back: 'assignment_taken_back',
  admit: 'admission_confirmed',
  not_started: 'school_not_started',
  start: 'school_started',
  complete: 'case_ended',
  end: 'case_ended',
  capacity: 'seats_decided',
  reserve: 'seats_reserved',
  rule: 'rules_changed',
} as const

export type Kind = keyof typeof EVENTS

/** Days are written as in the trail: `YYYY-MM-DD`, so that they sort as they follow. */
type Day = string

/** What was asked for of a number of seats, or of the centre's rule; null: of a child. */
export type Asked = {
  readonly seats: number
  /** Where other children sit; null: as before. */
  readonly others: number | null
  /** Since when; null: at once. */
  readonly validFrom: Day | null
  /** Until when; null: until another decision. */
  readonly validTo: Day | null
}

/** What a client saw of one request, in whole milliseconds of the machine's clock, rounded outwards. */
export type Operation = {
  readonly kind: Kind
  /** Null: it is about a number of seats, or the rule. */
  readonly caseId: string | null
  /** The pool that was reached for, or whose number it is. */
  readonly poolId: string
  /** Where the regular place of the same school lies; null: nowhere, or it is about a number. */
  readonly regularPoolId: string | null
  readonly asked: Asked | null
  readonly start: number
  readonly end: number
  /** `ok`, the code of the refusal, or what an accident said. */
  readonly outcome: string
  readonly requestId: string
}

/** One line of the trail; `at` in milliseconds, like the clients' times. */
export type Line = {
  readonly at: number
  readonly event: string
  readonly requestId: string
  readonly caseId: string | null
  readonly poolId: string | null
  readonly regularPoolId: string | null
  readonly holdUntil: number | null
  readonly seats: number | null
  readonly validFrom: Day | null
  readonly validTo: Day | null
  /** To which stage a case was ended. */
  readonly stage: string | null
  /** What the centre set for regular places. */
  readonly secondSeat: string | null
}

/** A hold that was let run out early: it ended at `until`, and everybody could know since `known`. */
export type Shortened = {
  readonly caseId: string
  readonly was: number
  readonly until: number
  readonly known: number
}

/** A pool after everybody who waits has asked once more for the school they want. */
export type SettledPool = {
  readonly poolId: string
  /** Its seats for whoever comes and stays: without what others sit on and what is kept back. */
  readonly room: number
  /** Children who have a seat there. */
  readonly live: number
  /** Children who want one there and have none; null: nobody asks for it by itself. */
  readonly wanting: number | null
}

export type Ledger = {
  /** From the first decision on seats on, in the order of time. */
  readonly trail: readonly Line[]
  readonly shortened: readonly Shortened[]
  /** Lines from here on belong to an operation. */
  readonly startedAt: number
  /** The last day of the school year. */
  readonly lastDay: Day
  /** Null: nobody asked once more. */
  readonly settled: readonly SettledPool[] | null
}

/** What somebody may be told who was not the first, or asked for too much. */
const TOLD: ReadonlySet<string> = new Set([
  ...['seat_taken', 'support_place_missing', 'regular_place_missing', 'no_pool'],
  ...['capacity_below_taken', 'others_above_seats', 'reserve_above_free'],
  ...['stale_case', 'stale_pool', 'stale_centre', 'wrong_stage', 'case_not_found', 'forbidden'],
  ...[
    'already_proposed',
    'hold_expired',
    'proposal_expired',
    'can_admit_already_said',
    'seat_not_held',
  ],
  ...['capacity_already_reported', 'capacity_not_reported'],
  ...['first_day_not_named', 'first_day_not_over'],
])

/**
 * Holds what clients saw against the trail, and names everything that does not fit: more seats given
 * than there are at any position, an operation that is missing, doubled or happened although it was
 * refused, a seat refused while one was free, an answer that is none, seats that stay empty although
 * somebody wants them. Nothing named: the ledger kept its promise in this history.
 *
 * Positions are milliseconds: who takes a seat writes the line while the pool is locked, so lines of
 * one pool stand in the order of their commits, but two processes give lines of the same millisecond
 * their ids by chance. A pool is therefore looked at after the last line of a millisecond.
 */
export function checkLedger(history: readonly Operation[], ledger: Ledger): readonly string[] {
  const told = new Map(history.map((one) => [one.requestId, one]))
  const replayed = replay(ledger, told)
  return [
    ...replayed.troubles,
    ...accidents(history),
    ...effects(history, ledger),
    ...refusedInVain(history, replayed),
    ...withoutRegular(history, ledger, replayed),
    ...emptySeats(replayed, ledger),
  ]
}

// ---- the trail, line by line ----

type SeatKind = 'support' | 'regular'

type Claim = {
  readonly poolId: string
  readonly caseId: string
  /** From here on somebody else may have found the seat taken. */
  readonly from: number
  /** The end of the hold, for whoever decides then; null: it is kept until somebody decides. */
  liveUntil: number | null
  /** From here on everybody must find it free. */
  freeFrom: number
}

/** What holds since a line of the trail, until the next one of its sort. */
type Since = {
  readonly from: number
  /** From here on nobody can find what was before it. */
  readonly known: number
}

/** The numbers of a pool after a line about them. */
type Numbers = Since & {
  readonly others: number
  readonly reserve: number
  /** Whether the line keeps more back than before, or decides on seats. */
  readonly claims: 'seats' | 'reserve' | 'nothing'
  /** The number of the newest decision. */
  readonly seats: number
  /** The fewest seats of any day from `day` until the end of the school year. */
  readonly lasting: (day: Day) => number
}

type Rule = Since & { readonly secondSeat: string }

type Replayed = {
  readonly claims: ReadonlyMap<string, readonly Claim[]>
  readonly numbers: ReadonlyMap<string, readonly Numbers[]>
  readonly rules: readonly Rule[]
  readonly live: ReadonlyMap<string, number>
  readonly troubles: readonly string[]
}

type State = {
  /** By child and kind of seat. */
  readonly open: Map<string, Claim>
  readonly claims: Map<string, Claim[]>
  readonly numbers: Map<string, Numbers[]>
  readonly decisions: Map<string, readonly Line[]>
  readonly rules: Rule[]
  readonly troubles: string[]
  readonly told: ReadonlyMap<string, Operation>
  readonly shortened: ReadonlyMap<string, Shortened>
  readonly lastDay: Day
}

/** Lines that give all seats of a child back, whoever wrote them; the last is the program's own. */
const RELEASING: ReadonlySet<string> = new Set([
  ...[EVENTS.withdraw, EVENTS.decline, EVENTS.send_back, EVENTS.take_back, EVENTS.not_started],
  ...[EVENTS.end, 'proposal_expired'],
])
/** Lines about a child that has its seat for good. */
const SEATED: ReadonlySet<string> = new Set([
  ...[EVENTS.report, EVENTS.keep, EVENTS.admit, EVENTS.start],
])
const TAKEN_LATER = 'regular_place_taken'
const MISSING_LATER = 'regular_place_missing'

function replay({ trail, shortened, lastDay }: Ledger, told: State['told']): Replayed {
  const state: State = {
    ...{ open: new Map(), claims: new Map(), numbers: new Map(), decisions: new Map() },
    ...{ rules: [], troubles: [], told, lastDay },
    shortened: new Map(shortened.map((one) => [`${one.caseId} ${one.was}`, one])),
  }
  /** By pool, whether somebody sat down there in this millisecond. */
  let touched = new Map<string, boolean>()
  for (const [index, line] of trail.entries()) {
    const isNumber = line.event === EVENTS.capacity || line.event === EVENTS.reserve
    for (const poolId of apply(state, line)) {
      touched.set(poolId, !isNumber || touched.get(poolId) === true)
    }
    if (trail[index + 1]?.at === line.at) continue
    for (const [one, isSat] of touched) lookForOversold(state, one, { at: line.at, isSat })
    touched = new Map()
  }
  const { open, claims, numbers, rules, troubles } = state
  const end = trail.at(-1)?.at ?? 0
  const live = new Map([...claims.keys()].map((id) => [id, liveAt(open, id, end)]))
  return { claims, numbers, rules, live, troubles }
}

/** The pools in which somebody has sat down or whose numbers have changed. */
function apply(state: State, line: Line): readonly string[] {
  switch (line.event) {
    case EVENTS.capacity:
    case EVENTS.reserve:
      return setNumbers(state, line)
    case EVENTS.rule:
      return setRule(state, line)
    case EVENTS.propose:
      return hold(state, line)
    case EVENTS.assign:
      return keep(state, line)
    case TAKEN_LATER:
      return takeLater(state, line)
    default:
      return settleChild(state, line)
  }
}

function settleChild(state: State, line: Line): readonly string[] {
  if (line.event === EVENTS.complete && line.stage === 'completed') goOn(state, line)
  else if (RELEASING.has(line.event)) for (const kind of KINDS) release(state, line, kind)
  else if (SEATED.has(line.event)) mustHaveSeat(state, line)
  return []
}

const KINDS = ['support', 'regular'] as const

function keyOf({ caseId }: Pick<Line, 'caseId'>, kind: SeatKind): string {
  return `${caseId} ${kind}`
}

function knownSince({ told }: State, { requestId, at }: Line): number {
  return told.get(requestId)?.end ?? at
}

function setNumbers(state: State, line: Line): readonly string[] {
  const { numbers, told } = state
  const poolId = line.poolId ?? ''
  const before = numbers.get(poolId)?.at(-1) ?? NOTHING_SAID
  const since = { from: line.at, known: knownSince(state, line) }
  if (line.event === EVENTS.reserve) {
    const reserve = line.seats ?? 0
    const claims = reserve > before.reserve ? 'reserve' : 'nothing'
    push(numbers, poolId, { ...before, ...since, reserve, claims })
    return [poolId]
  }
  // what a decision tells of others stands in what was asked for: the trail has its number of seats
  const others = told.get(line.requestId)?.asked?.others ?? before.others
  const decided = [...(state.decisions.get(poolId) ?? []), line]
  state.decisions.set(poolId, decided)
  const lasting = remembered((day) => fewestSeats(decided, day, state.lastDay))
  const seats = line.seats ?? 0
  push(numbers, poolId, { ...before, ...since, others, seats, lasting, claims: 'seats' })
  return [poolId]
}

const NOTHING_SAID: Omit<Numbers, keyof Since> = {
  ...{ others: 0, reserve: 0, seats: 0, claims: 'nothing' },
  lasting: () => 0,
}

/** Day by day: the newest decision that covers it says how many seats there are. */
function fewestSeats(decisions: readonly Line[], from: Day, lastDay: Day): number {
  let fewest = Number.POSITIVE_INFINITY
  for (let day = from; day <= lastDay; day = dayAfter(day)) {
    const inForce = decisions.findLast(
      ({ validFrom, validTo }) => (validFrom ?? '') <= day && (validTo === null || day <= validTo),
    )
    fewest = Math.min(fewest, inForce?.seats ?? 0)
  }
  return fewest
}

const DAY_MS = 86_400_000

function dayAfter(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}

function remembered(count: (day: Day) => number): (day: Day) => number {
  const known = new Map<Day, number>()
  return (day) => {
    const counted = known.get(day) ?? count(day)
    known.set(day, counted)
    return counted
  }
}

/** Seats for whoever comes and stays. */
function roomOf({ lasting, others, reserve }: Numbers, day: Day): number {
  return lasting(day) - others - reserve
}

function berlinDay(at: number): Day {
  return dayOf(new Date(at).toISOString() as Instant)
}

function setRule(state: State, line: Line): readonly string[] {
  const { at: from, secondSeat } = line
  if (secondSeat !== null) state.rules.push({ from, known: knownSince(state, line), secondSeat })
  return []
}

/** A hold on a support place, and on the regular place with it. */
function hold(state: State, line: Line): readonly string[] {
  const pools = { support: line.poolId ?? '', regular: line.regularPoolId }
  return KINDS.flatMap((kind) => {
    const before = state.open.get(keyOf(line, kind))
    if (before !== undefined && isLive(before, line.at)) {
      state.troubles.push(`two seats: ${line.caseId}`)
    }
    state.open.delete(keyOf(line, kind))
    const poolId = pools[kind]
    return poolId === null ? [] : sitDown(state, line, kind, poolId)
  })
}

function sitDown(state: State, line: Line, kind: SeatKind, poolId: string): readonly string[] {
  const caseId = line.caseId ?? ''
  const until = line.holdUntil
  const short = state.shortened.get(`${caseId} ${until}`)
  const liveUntil = short?.until ?? until
  const claim: Claim = {
    ...{ poolId, caseId, from: line.at, liveUntil },
    freeFrom: Math.max(liveUntil ?? Number.POSITIVE_INFINITY, short?.known ?? 0),
  }
  state.open.set(keyOf(line, kind), claim)
  push(state.claims, poolId, claim)
  return [poolId]
}

/** The seats of a child are kept together; where the hold was over, it sits down once more. */
function keep({ open, troubles }: State, line: Line): readonly string[] {
  const own = KINDS.map((kind) => open.get(keyOf(line, kind)))
  if (own[0] === undefined) troubles.push(`kept without a seat: ${line.caseId}`)
  return own.flatMap((claim) => {
    if (claim === undefined) return []
    const wasLive = isLive(claim, line.at)
    claim.liveUntil = null
    claim.freeFrom = Number.POSITIVE_INFINITY
    return wasLive ? [] : [claim.poolId]
  })
}

function mustHaveSeat({ open, troubles }: State, line: Line): void {
  const claim = open.get(keyOf(line, 'support'))
  if (claim?.liveUntil !== null) troubles.push(`${line.event} without a seat: ${line.caseId}`)
}

/** Support is over: its place is given back, a regular place stays. */
function goOn(state: State, line: Line): void {
  mustHaveSeat(state, line)
  release(state, line, 'support')
}

/** A regular place that was missing until then, taken for good. */
function takeLater(state: State, line: Line): readonly string[] {
  if (state.open.has(keyOf(line, 'regular'))) {
    state.troubles.push(`two regular places: ${line.caseId}`)
  }
  return sitDown(state, line, 'regular', line.poolId ?? '')
}

/** Free at the latest when whoever gave it back was told so; a hold that had run out was before. */
function release(state: State, line: Line, kind: SeatKind): void {
  const claim = state.open.get(keyOf(line, kind))
  if (claim === undefined) return
  claim.freeFrom = Math.min(claim.freeFrom, knownSince(state, line))
  state.open.delete(keyOf(line, kind))
}

function isLive({ liveUntil }: Claim, at: number): boolean {
  return liveUntil === null || liveUntil > at
}

function liveAt(open: State['open'], poolId: string, at: number): number {
  return [...open.values()].filter((one) => one.poolId === poolId && isLive(one, at)).length
}

/**
 * Who sits down needs room on every day until the end of the school year; a decision needs as many
 * seats as are given, sat on by others and kept back. A fact may outrun an earlier decision (0028):
 * where nobody sat down and nobody decided on less, a pool that is too full says nothing. Of several
 * lines of a millisecond nobody knows the order: who sat down may have found any of their numbers.
 */
function lookForOversold(
  { open, numbers, troubles }: State,
  poolId: string,
  { at, isSat }: { readonly at: number; readonly isSat: boolean },
): void {
  const live = liveAt(open, poolId, at)
  const all = numbers.get(poolId) ?? []
  const now = all.filter(({ from }) => from === at)
  const before = all.filter(({ from }) => from < at).slice(-1)
  const needed = isSat
    ? Math.max(0, ...[...before, ...now].map((one) => roomOf(one, berlinDay(at))))
    : Math.min(...now.map((one) => claimedRoom(one, berlinDay(at))))
  if (live > needed) {
    troubles.push(`oversold: ${live} of ${needed} seats of ${poolId} at ${at}`)
  }
}

/** How many children may sit there by a line about numbers itself. */
function claimedRoom(one: Numbers, day: Day): number {
  if (one.claims === 'nothing') return Number.POSITIVE_INFINITY
  return one.claims === 'seats' ? one.seats - one.others - one.reserve : roomOf(one, day)
}

function push<T>(map: Map<string, T[]>, key: string, one: T): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [one])
  else known.push(one)
}

// ---- what clients were told ----

function accidents(history: readonly Operation[]): readonly string[] {
  return history
    .filter(({ outcome }) => outcome !== 'ok' && !TOLD.has(outcome))
    .map(({ kind, outcome }) => `no answer: ${outcome} to ${kind}`)
}

/** Acknowledged: one line, its own. Refused: none. And no line is nobody's. */
function effects(history: readonly Operation[], { trail, startedAt }: Ledger): readonly string[] {
  const own: ReadonlySet<string> = new Set(Object.values(EVENTS))
  const lines = new Map<string, Line[]>()
  for (const line of trail) if (own.has(line.event)) push(lines, subjectOf(line), line)
  const wrong = history.flatMap((one) => effectOf(one, lines.get(subjectOf(one)) ?? []))
  const asked = new Set(history.map(subjectOf))
  const nobodys = [...lines]
    .filter(([subject, [first]]) => !asked.has(subject) && (first?.at ?? 0) >= startedAt)
    .map(([, [first]]) => `nobody's: ${first?.requestId}`)
  return [...wrong, ...nobodys]
}

/** A request may be about several children: what it did to one of them is an operation. */
function subjectOf({ requestId, caseId }: Pick<Line, 'requestId' | 'caseId'>): string {
  return `${requestId} ${caseId}`
}

function effectOf(operation: Operation, lines: readonly Line[]): readonly string[] {
  const [first] = lines
  if (operation.outcome !== 'ok') return first ? [`refused and done: ${nameOf(operation)}`] : []
  if (first === undefined) return [`lost: ${nameOf(operation)}`]
  if (lines.length > 1) return [`twice: ${nameOf(operation)}`]
  return fits(operation, first) ? [] : [`another than asked: ${nameOf(operation)}`]
}

function fits({ kind, caseId, poolId, asked }: Operation, line: Line): boolean {
  if (line.event !== EVENTS[kind] || line.caseId !== caseId) return false
  if ((line.poolId ?? poolId) !== poolId) return false
  if (line.event === EVENTS.end && (line.stage === 'completed') !== (kind === 'complete')) {
    return false
  }
  return asked === null || isAsAsked(asked, line)
}

function isAsAsked({ seats, validFrom, validTo }: Asked, line: Line): boolean {
  const isDay = (wanted: Day | null, day: Day | null) => wanted === null || wanted === day
  return line.seats === seats && isDay(validFrom, line.validFrom) && isDay(validTo, line.validTo)
}

function nameOf({ kind, caseId, poolId, requestId }: Operation): string {
  return `${kind} of ${caseId ?? poolId} (${requestId})`
}

// ---- refusals ----

/**
 * "No seat is free", "fewer than are taken" and "more than are free" are right if they were true at
 * some moment between the question and its answer. What others did meanwhile is believed in the
 * refusal's favour: a seat counts as taken from the line in the trail on (it is written before the
 * commit) until whoever gave it back was told so (after the commit), a number from its line on until
 * whoever changed it again was told so. So nobody is accused who read what was committed.
 *
 * The list of schools reads the number of seats and the children on them one after the other. Who
 * decides on seats between the two makes it say of two moments what was true of neither: for a refusal
 * by the list the two may therefore be of different moments of the same request.
 */
function refusedInVain(history: readonly Operation[], replayed: Replayed): readonly string[] {
  return history.flatMap((operation) => {
    const isRight = REFUSALS[operation.outcome]
    if (isRight === undefined || isRight(operation, replayed)) return []
    const { most, fewest } = extremesOf(momentsOf(operation, operation.poolId, replayed))
    return [`refused in vain: ${nameOf(operation)}, ${most} of ${fewest} taken`]
  })
}

type Judge = (operation: Operation, replayed: Replayed) => boolean

/** By the code of a refusal, whether it was true at some moment of the request. */
const REFUSALS: Readonly<Record<string, Judge>> = {
  seat_taken: (one, replayed) => isFullAtOnce(momentsOf(one, one.poolId, replayed)),
  support_place_missing: (one, replayed) => isFullByList(momentsOf(one, one.poolId, replayed)),
  no_pool: (one, replayed) => isFullByList(momentsOf(one, one.poolId, replayed)),
  regular_place_missing: (one, replayed) =>
    isRule(one, 'required', replayed) && isRegularFullByList(one, replayed),
  capacity_below_taken: isAboveSeats,
  others_above_seats: isAboveSeats,
  reserve_above_free: isAboveFree,
}

function isFullAtOnce(moments: readonly Moment[]): boolean {
  return moments.some(({ taken, fewest }) => taken >= fewest)
}

function isFullByList(moments: readonly Moment[]): boolean {
  const { most, fewest } = extremesOf(moments)
  return most >= fewest
}

function isRegularFullByList(operation: Operation, replayed: Replayed): boolean {
  const { regularPoolId } = operation
  return regularPoolId === null || isFullByList(momentsOf(operation, regularPoolId, replayed))
}

/** Whether more was given, sat on by others and kept back than the seats that were asked for. */
function isAboveSeats(operation: Operation, replayed: Replayed): boolean {
  const { seats, others } = operation.asked ?? { seats: 0, others: null }
  return momentsOf(operation, operation.poolId, replayed).some(({ taken, numbers }) =>
    numbers.some((one) => taken + (others ?? one.others) + one.reserve > seats),
  )
}

/** Whether fewer were free, with those kept back already, than were to be kept back. */
function isAboveFree(operation: Operation, replayed: Replayed): boolean {
  const wanted = operation.asked?.seats ?? 0
  const day = berlinDay(operation.start)
  return momentsOf(operation, operation.poolId, replayed).some(({ taken, numbers }) =>
    numbers.some((one) => Math.max(0, roomOf(one, day) - taken) + one.reserve < wanted),
  )
}

function isRule({ start, end }: Operation, secondSeat: string, { rules }: Replayed): boolean {
  return inForceIn(rules, start, end).some((one) => one.secondSeat === secondSeat)
}

function extremesOf(moments: readonly Moment[]) {
  const most = Math.max(...moments.map(({ taken }) => taken))
  const fewest = Math.min(...moments.map((one) => one.fewest))
  return { most, fewest }
}

type Moment = {
  readonly taken: number
  /** What anybody can have found of the pool's numbers. */
  readonly numbers: readonly Numbers[]
  /** The fewest seats for whoever comes, by these numbers. */
  readonly fewest: number
}

/** Most children and fewest seats that anybody can have found, at each moment of the request that can differ. */
function momentsOf(
  { start, end }: Operation,
  poolId: string,
  { claims, numbers }: Replayed,
): readonly Moment[] {
  const day = berlinDay(start)
  const sat = (claims.get(poolId) ?? []).filter((one) => one.from <= end && one.freeFrom >= start)
  const inForce = inForceIn(numbers.get(poolId) ?? [], start, end)
  const times = [start, ...sat.map(({ from }) => from), ...inForce.map(({ from }) => from)]
  return times
    .filter((at) => at >= start && at <= end)
    .map((at) => {
      const found = inForceIn(inForce, at, at)
      return {
        taken: sat.filter((one) => one.from <= at && one.freeFrom >= at).length,
        numbers: found,
        fewest: Math.min(...found.map((one) => roomOf(one, day))),
      }
    })
}

/** What somebody can have found at some moment from `start` to `end`. */
function inForceIn<S extends Since>(all: readonly S[], start: number, end: number): readonly S[] {
  return all.filter(
    ({ from }, index) =>
      from <= end && (all[index + 1]?.known ?? Number.POSITIVE_INFINITY) >= start,
  )
}

// ---- the regular place for later ----

/**
 * A child gets a regular place with its support place unless none is free, and only where the centre
 * lets it go without; at the end of support it has one, gets one, or it is said that none is free.
 */
function withoutRegular(
  history: readonly Operation[],
  { trail }: Ledger,
  replayed: Replayed,
): readonly string[] {
  const lines = new Map<string, Line[]>()
  for (const line of trail) push(lines, subjectOf(line), line)
  return history.flatMap((one) => {
    if (one.outcome !== 'ok' || one.regularPoolId === null) return []
    const own = lines.get(subjectOf(one)) ?? []
    if (one.kind === 'propose') return proposedWithout(one, own, replayed)
    return one.kind === 'complete' ? wentOnWithout(one, own, replayed) : []
  })
}

function proposedWithout(
  one: Operation,
  own: readonly Line[],
  replayed: Replayed,
): readonly string[] {
  if (own.some(({ regularPoolId }) => regularPoolId !== null)) return []
  const isRight = isRule(one, 'warn', replayed) && isRegularFullByList(one, replayed)
  return isRight ? [] : [`without a regular place in vain: ${nameOf(one)}`]
}

function wentOnWithout(
  one: Operation,
  own: readonly Line[],
  replayed: Replayed,
): readonly string[] {
  const poolId = one.regularPoolId ?? ''
  const end = own.find(({ event }) => event === EVENTS.complete)
  const had = (replayed.claims.get(poolId) ?? []).some(
    (claim) =>
      claim.caseId === one.caseId &&
      claim.from < (end?.at ?? 0) &&
      claim.freeFrom === Number.POSITIVE_INFINITY,
  )
  const said = own.filter(({ event }) => event === TAKEN_LATER || event === MISSING_LATER)
  if (said.length !== (had ? 0 : 1)) return [`not one regular place: ${nameOf(one)}`]
  const isMissing = said.some(({ event }) => event === MISSING_LATER)
  const isRight = !isMissing || isFullAtOnce(momentsOf(one, poolId, replayed))
  return isRight ? [] : [`without a regular place in vain: ${nameOf(one)}`]
}

// ---- the end ----

/** In the end a pool has min(seats, demand) children, in the database as in the trail. */
function emptySeats({ live, numbers }: Replayed, { settled, trail }: Ledger): readonly string[] {
  const day = berlinDay(trail.at(-1)?.at ?? 0)
  return (settled ?? []).flatMap((pool) => {
    const { poolId, room, wanting } = pool
    const due = wanting === null ? pool.live : Math.min(room, pool.live + wanting)
    const last = numbers.get(poolId)?.at(-1)
    const inTrail = { live: live.get(poolId) ?? 0, room: last && roomOf(last, day) }
    return [
      ...(pool.live === due ? [] : [`empty seats: ${pool.live} instead of ${due} in ${poolId}`]),
      ...(inTrail.live === pool.live && inTrail.room === room
        ? []
        : [`not as in the trail: ${pool.live} of ${room} in ${poolId}`]),
    ]
  })
}
