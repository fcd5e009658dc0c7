/** What somebody can do that touches the seats, and the line it leaves in the trail. */
export const EVENTS = {
  propose: 'school_proposed',
  withdraw: 'proposal_withdrawn',
  decline: 'proposal_declined',
  send_back: 'proposal_sent_back',
  can_admit: 'school_can_admit',
  assign: 'case_assigned',
  admit: 'admission_confirmed',
  start: 'school_started',
  end: 'case_ended',
  capacity: 'seats_decided',
} as const

export type Kind = keyof typeof EVENTS

/** What a client saw of one request, in whole milliseconds of the machine's clock, rounded outwards. */
export type Operation = {
  readonly kind: Kind
  /** Null: it is about a number of seats. */
  readonly caseId: string | null
  /** The pool that was reached for, or whose number it is. */
  readonly poolId: string
  /** The number that was asked for; null: it is about a child. */
  readonly seats: number | null
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
  readonly holdUntil: number | null
  readonly seats: number | null
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
  readonly seats: number
  /** Children who have a seat there. */
  readonly live: number
  /** Children who want one there and have none. */
  readonly wanting: number
}

export type Ledger = {
  /** From the first decision on seats on, in the order of time. */
  readonly trail: readonly Line[]
  readonly shortened: readonly Shortened[]
  /** Lines from here on belong to an operation. */
  readonly startedAt: number
  /** Null: nobody asked once more. */
  readonly settled: readonly SettledPool[] | null
}

/** What somebody may be told who was not the first, or asked for too much. */
const TOLD: ReadonlySet<string> = new Set([
  ...['seat_taken', 'support_place_missing', 'no_pool', 'capacity_below_taken'],
  ...['stale_case', 'stale_pool', 'wrong_stage', 'case_not_found', 'forbidden'],
  ...[
    'already_proposed',
    'hold_expired',
    'proposal_expired',
    'can_admit_already_said',
    'seat_not_held',
  ],
])

/** "No seat is free": right only if there was a moment without one. */
const NO_SEAT: ReadonlySet<string> = new Set(['seat_taken', 'support_place_missing', 'no_pool'])

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
    ...emptySeats(replayed, ledger),
  ]
}

// ---- the trail, line by line ----

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

type Decision = {
  readonly seats: number
  readonly from: number
  /** From here on nobody can find the number before it. */
  readonly known: number
}

type Replayed = {
  readonly claims: ReadonlyMap<string, readonly Claim[]>
  readonly decisions: ReadonlyMap<string, readonly Decision[]>
  readonly live: ReadonlyMap<string, number>
  readonly troubles: readonly string[]
}

type State = {
  readonly open: Map<string, Claim>
  readonly claims: Map<string, Claim[]>
  readonly decisions: Map<string, Decision[]>
  readonly troubles: string[]
  readonly known: (line: Line) => number
  readonly shortened: ReadonlyMap<string, Shortened>
}

/** Lines that give a seat back, whoever wrote them; the last two are the program's own. */
const RELEASING: ReadonlySet<string> = new Set([
  ...[EVENTS.withdraw, EVENTS.decline, EVENTS.send_back, EVENTS.end],
  ...['hold_expired', 'proposal_expired'],
])

function replay({ trail, shortened }: Ledger, told: ReadonlyMap<string, Operation>): Replayed {
  const state: State = {
    ...{ open: new Map(), claims: new Map(), decisions: new Map(), troubles: [] },
    known: ({ requestId, at }) => told.get(requestId)?.end ?? at,
    shortened: new Map(shortened.map((one) => [`${one.caseId} ${one.was}`, one])),
  }
  let touched = new Set<string>()
  for (const [index, line] of trail.entries()) {
    const poolId = apply(state, line)
    if (poolId !== null) touched.add(poolId)
    if (trail[index + 1]?.at === line.at) continue
    for (const one of touched) lookForOversold(state, one, line)
    touched = new Set()
  }
  const { open, claims, decisions, troubles } = state
  const end = trail.at(-1)?.at ?? 0
  const live = new Map([...claims.keys()].map((id) => [id, liveAt(open, id, end)]))
  return { claims, decisions, live, troubles }
}

/** The pool in which somebody has sat down or whose number has changed; null: no such thing. */
function apply(state: State, line: Line): string | null {
  if (line.event === EVENTS.capacity) return decide(state, line)
  if (line.event === EVENTS.propose) return take(state, line)
  if (line.event === EVENTS.assign) return keep(state, line)
  if (RELEASING.has(line.event)) release(state, line)
  else if (line.event === EVENTS.admit || line.event === EVENTS.start) mustHaveSeat(state, line)
  return null
}

function decide({ decisions, known }: State, line: Line): string {
  const poolId = line.poolId ?? ''
  const decision = { seats: line.seats ?? 0, from: line.at, known: known(line) }
  push(decisions, poolId, decision)
  return poolId
}

function take(state: State, line: Line): string {
  const { open, claims, shortened, troubles } = state
  const [caseId, poolId] = [line.caseId ?? '', line.poolId ?? '']
  const before = open.get(caseId)
  if (before !== undefined && isLive(before, line.at)) troubles.push(`two seats: ${caseId}`)
  const until = line.holdUntil ?? 0
  const short = shortened.get(`${caseId} ${until}`)
  const claim: Claim = {
    ...{ poolId, caseId, from: line.at, liveUntil: short?.until ?? until },
    freeFrom: Math.max(short?.until ?? until, short?.known ?? 0),
  }
  open.set(caseId, claim)
  push(claims, poolId, claim)
  return poolId
}

function keep({ open, troubles }: State, { caseId }: Line): string | null {
  const claim = open.get(caseId ?? '')
  if (claim === undefined) troubles.push(`kept without a seat: ${caseId}`)
  if (claim === undefined) return null
  claim.liveUntil = null
  claim.freeFrom = Number.POSITIVE_INFINITY
  return claim.poolId
}

function mustHaveSeat({ open, troubles }: State, { caseId, event }: Line): void {
  if (open.get(caseId ?? '')?.liveUntil !== null)
    troubles.push(`${event} without a seat: ${caseId}`)
}

/** Free at the latest when whoever gave it back was told so; a hold that had run out was before. */
function release({ open, known }: State, line: Line): void {
  const claim = open.get(line.caseId ?? '')
  if (claim === undefined) return
  claim.freeFrom = Math.min(claim.freeFrom, known(line))
  open.delete(line.caseId ?? '')
}

function isLive({ liveUntil }: Claim, at: number): boolean {
  return liveUntil === null || liveUntil > at
}

function liveAt(open: State['open'], poolId: string, at: number): number {
  return [...open.values()].filter((one) => one.poolId === poolId && isLive(one, at)).length
}

function lookForOversold({ open, decisions, troubles }: State, poolId: string, line: Line): void {
  const live = liveAt(open, poolId, line.at)
  const seats = decisions.get(poolId)?.at(-1)?.seats ?? 0
  if (live > seats) troubles.push(`oversold: ${live} of ${seats} seats of ${poolId} at ${line.at}`)
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
  const byRequest = new Map<string, Line[]>()
  for (const line of trail) if (own.has(line.event)) push(byRequest, line.requestId, line)
  const wrong = history.flatMap((one) => effectOf(one, byRequest.get(one.requestId) ?? []))
  const asked = new Set(history.map(({ requestId }) => requestId))
  const nobodys = [...byRequest]
    .filter(([requestId, [first]]) => !asked.has(requestId) && (first?.at ?? 0) >= startedAt)
    .map(([requestId]) => `nobody's: ${requestId}`)
  return [...wrong, ...nobodys]
}

function effectOf(operation: Operation, lines: readonly Line[]): readonly string[] {
  const [first] = lines
  if (operation.outcome !== 'ok') return first ? [`refused and done: ${nameOf(operation)}`] : []
  if (first === undefined) return [`lost: ${nameOf(operation)}`]
  if (lines.length > 1) return [`twice: ${nameOf(operation)}`]
  return fits(operation, first) ? [] : [`another than asked: ${nameOf(operation)}`]
}

function fits({ kind, caseId, poolId, seats }: Operation, line: Line): boolean {
  if (line.event !== EVENTS[kind] || line.caseId !== caseId) return false
  return (line.poolId ?? poolId) === poolId && line.seats === seats
}

function nameOf({ kind, caseId, poolId, requestId }: Operation): string {
  return `${kind} of ${caseId ?? poolId} (${requestId})`
}

// ---- refusals ----

/**
 * "No seat is free" and "fewer than are taken" are right if they were true at some moment between the
 * question and its answer. What others did meanwhile is believed in the refusal's favour: a seat counts
 * as taken from the line in the trail on (it is written before the commit) until whoever gave it back
 * was told so (after the commit), a smaller number from its line on, a larger one from its answer on.
 * So nobody is accused who read what was committed.
 *
 * The list of schools reads the number of seats and the children on them one after the other. Who
 * decides on seats between the two makes it say of two moments what was true of neither: for a refusal
 * by the list the two may therefore be of different moments of the same request.
 */
function refusedInVain(history: readonly Operation[], replayed: Replayed): readonly string[] {
  return history.flatMap((operation) => {
    const isSeats = operation.outcome === 'capacity_below_taken'
    if (!isSeats && !NO_SEAT.has(operation.outcome)) return []
    const moments = momentsOf(operation, replayed)
    const isRight = isSeats ? isTaken(operation, moments) : isWithoutSeat(operation, moments)
    const { most, fewest } = extremesOf(moments)
    return isRight ? [] : [`refused in vain: ${nameOf(operation)}, ${most} of ${fewest} taken`]
  })
}

function isTaken({ seats }: Operation, moments: readonly Moment[]): boolean {
  return extremesOf(moments).most > (seats ?? 0)
}

function isWithoutSeat({ outcome }: Operation, moments: readonly Moment[]): boolean {
  if (outcome === 'seat_taken') return moments.some(({ taken, seats }) => taken >= seats)
  const { most, fewest } = extremesOf(moments)
  return most >= fewest
}

function extremesOf(moments: readonly Moment[]) {
  const most = Math.max(...moments.map(({ taken }) => taken))
  const fewest = Math.min(...moments.map(({ seats }) => seats))
  return { most, fewest }
}

type Moment = { readonly taken: number; readonly seats: number }

/** Most children and fewest seats that anybody can have found, at each moment of the request that can differ. */
function momentsOf(
  { poolId, start, end }: Operation,
  { claims, decisions }: Replayed,
): readonly Moment[] {
  const sat = (claims.get(poolId) ?? []).filter((one) => one.from <= end && one.freeFrom >= start)
  const decided = (decisions.get(poolId) ?? []).map((one, index, all) => ({
    ...one,
    until: all[index + 1]?.known ?? Number.POSITIVE_INFINITY,
  }))
  const inForce = decided.filter((one) => one.from <= end && one.until >= start)
  const times = [start, ...sat.map(({ from }) => from), ...inForce.map(({ from }) => from)]
  return times
    .filter((at) => at >= start && at <= end)
    .map((at) => ({
      taken: sat.filter((one) => one.from <= at && one.freeFrom >= at).length,
      seats: Math.min(
        ...inForce.filter((one) => one.from <= at && one.until >= at).map(({ seats }) => seats),
      ),
    }))
}

// ---- the end ----

/** In the end a pool has min(seats, demand) children, in the database as in the trail. */
function emptySeats({ live, decisions }: Replayed, { settled }: Ledger): readonly string[] {
  return (settled ?? []).flatMap((pool) => {
    const { poolId, seats, wanting } = pool
    const due = Math.min(seats, pool.live + wanting)
    const inTrail = { live: live.get(poolId) ?? 0, seats: decisions.get(poolId)?.at(-1)?.seats }
    return [
      ...(pool.live === due ? [] : [`empty seats: ${pool.live} instead of ${due} in ${poolId}`]),
      ...(inTrail.live === pool.live && inTrail.seats === seats
        ? []
        : [`not as in the trail: ${pool.live} of ${seats} in ${poolId}`]),
    ]
  })
}
