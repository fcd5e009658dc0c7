import type { Stage } from '#app/domain/case/stage.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { SeatKind } from '#app/domain/seat/seat-pool.ts'
import { addDays, type CalendarDate, dayOf, type Instant, schoolYearOf } from '#app/domain/time.ts'
import type { Kind } from '#tests/promises/p1-ledger-check.ts'
import type { Drawer } from '#tests/setup/random.ts'

/** The schools that are raced for; the last has no account, its seats are entered by a counsellor. */
export const SCHOOLS = ['180101', '180103', '180104', '180105'] as SchoolNumber[] as [
  SchoolNumber,
  ...SchoolNumber[],
]
export const WITH_DESK = SCHOOLS.slice(0, 3)

/** The most support places a school of the race has: fewer than there are children. */
const MOST_SEATS = 4

/** How children and seats stand at a moment, as pages would show it. */
export type Standing = {
  readonly cases: readonly StandingCase[]
  readonly pools: readonly StandingPool[]
  /** Whether a support place needs a regular place with it. */
  readonly rule: Rule
}

export type StandingCase = {
  readonly caseId: CaseId
  readonly version: number
  readonly stage: Stage
  readonly schoolNumber: SchoolNumber | null
  readonly holdUntil: Instant | null
  readonly plannedFirstDay: CalendarDate | null
  /** The school has said that it has no place, and nobody has decided yet. */
  readonly isReported: boolean
}

export type StandingPool = {
  readonly poolId: SeatPoolId
  readonly schoolNumber: SchoolNumber
  readonly kind: SeatKind
  readonly version: number
  readonly seats: number
  readonly others: number
  readonly reserve: number
  /** Of its seats, what lasts through the school year. */
  readonly lasting: number
  /** Children who have a seat of it, also by a hold that has run out. */
  readonly entries: number
}

/** A rule of the centre, over the version of its settings. */
export type Rule = { readonly version: number; readonly secondSeat: 'required' | 'warn' | 'off' }

/** One thing somebody does, over what was on their screen. */
export type Act = ActOnCase | ActOnMany | ActOnSeats | ActOnReserve | ActOnRule

type NotOnCase = 'capacity' | 'reserve' | 'rule' | 'assign_many'

/** A child that was on the screen. */
export type Chosen = {
  readonly caseId: CaseId
  readonly version: number
  /** The school that is proposed, or where the child stands. */
  readonly schoolNumber: SchoolNumber
}

export type ActOnCase = Chosen & {
  readonly kind: Exclude<Kind, NotOnCase>
  /** Which first day the school names with an admission; left out: none. */
  readonly firstDay?: CalendarDate
}

export type ActOnMany = {
  readonly kind: 'assign_many'
  readonly chosen: readonly [Chosen, ...Chosen[]]
}

type OnPool = Pick<StandingPool, 'poolId' | 'schoolNumber' | 'version'>

export type ActOnSeats = OnPool & {
  readonly kind: 'capacity'
  readonly was: number
  readonly seats: number
  /** Where other children sit, as shown and as typed; left out: not asked for. */
  readonly others?: { readonly was: number; readonly are: number }
  /** Since when and until when the number holds; left out: at once, and until another decision. */
  readonly validFrom?: CalendarDate
  readonly validTo?: CalendarDate
}

export type ActOnReserve = OnPool & {
  readonly kind: 'reserve'
  readonly seats: number
  readonly until: CalendarDate
}

export type ActOnRule = Rule & { readonly kind: 'rule' }

/** Who acts, of the accounts of the world. */
export type Person = 'counsellor' | 'colleague' | 'authority' | 'lead' | SchoolNumber

/** What becomes of children: how often each is done, where it can be, and from which stages. */
const CUSTOM: Readonly<
  Record<ActOnCase['kind'] | 'assign_many', readonly [number, readonly Stage[]]>
> = {
  propose: [42, ['waiting', 'not_started']],
  withdraw: [6, ['proposed']],
  decline: [7, ['proposed']],
  send_back: [6, ['proposed']],
  can_admit: [5, ['proposed']],
  assign: [8, ['proposed']],
  assign_many: [5, ['proposed']],
  report: [6, ['assigned']],
  keep: [3, ['assigned']],
  take_back: [4, ['assigned']],
  admit: [9, ['assigned']],
  not_started: [4, ['admitted']],
  start: [7, ['admitted']],
  complete: [5, ['attending']],
  end: [2, ['proposed', 'assigned', 'admitted', 'attending']],
}
const AT_DESK: readonly Act['kind'][] = [
  ...(['decline', 'can_admit', 'report', 'admit', 'not_started', 'start'] as const),
]

/** Of a hundred acts: numbers of seats, seats kept back, and the centre's rule. */
const SHARES = { capacity: 9, reserve: 3, rule: 1 } as const

/** Something to do now: not always what is still possible when it is done. */
export function chooseAct(standing: Standing, now: Instant, draw: Drawer): Act {
  const share = draw.below(100) - SHARES.capacity
  const pool = draw.oneOf(standing.pools as [StandingPool, ...StandingPool[]])
  if (share < 0) return chooseSeats(pool, dayOf(now), draw)
  if (share < SHARES.reserve) return chooseReserve(pool, dayOf(now), draw)
  if (share < SHARES.reserve + SHARES.rule) return otherRule(standing)
  return chooseOnCase(standing, now, draw) ?? chooseSeats(pool, dayOf(now), draw)
}

/** The centre asks for a regular place where it only warned, or the other way round. */
export function otherRule({ rule: { version, secondSeat } }: Standing): ActOnRule {
  return { kind: 'rule', version, secondSeat: secondSeat === 'required' ? 'warn' : 'required' }
}

/** Whose part it is. */
export function personFor(act: Act, draw: Drawer): Person {
  const counsellor: Person = draw.below(2) === 0 ? 'counsellor' : 'colleague'
  if (act.kind === 'rule') return 'lead'
  if (act.kind === 'assign_many' || BY_AUTHORITY.includes(act.kind)) return 'authority'
  const isAtDesk = AT_DESK.includes(act.kind) || act.kind === 'capacity'
  return isAtDesk && WITH_DESK.includes(act.schoolNumber) ? act.schoolNumber : counsellor
}

const BY_AUTHORITY: readonly Act['kind'][] = ['assign', 'send_back', 'keep', 'take_back']

// ---- children ----

function chooseOnCase(
  { cases }: Standing,
  now: Instant,
  draw: Drawer,
): ActOnCase | ActOnMany | null {
  const [kind, ...candidates] = kindFor(cases, now, draw)
  if (kind === undefined) return null
  const child = draw.oneOf(candidates as [StandingCase, ...StandingCase[]])
  if (kind === 'assign_many') {
    const more = candidates.filter((one) => one !== child && draw.below(2) === 0)
    return { kind, chosen: [chosenOf(child), ...more.slice(0, 2).map(chosenOf)] }
  }
  if (kind === 'propose') return { kind, ...chosenOf(child), schoolNumber: draw.oneOf(SCHOOLS) }
  const isNamed = kind === 'admit' && draw.below(2) === 0
  return { kind, ...chosenOf(child), ...(isNamed ? { firstDay: addDays(dayOf(now), 3) } : {}) }
}

function chosenOf({ caseId, version, schoolNumber }: StandingCase): Chosen {
  return { caseId, version, schoolNumber: schoolNumber ?? SCHOOLS[0] }
}

type KindOnCase = keyof typeof CUSTOM

function kindFor(
  cases: readonly StandingCase[],
  now: Instant,
  draw: Drawer,
): readonly [KindOnCase, ...StandingCase[]] | readonly [] {
  const possible = Object.entries(CUSTOM).flatMap(([word, [weight, from]]) => {
    const kind = word as KindOnCase
    const candidates = cases.filter((one) => from.includes(stageFor(kind, one, now)))
    const reachable = candidates.filter((one) => isReachable(kind, one, now))
    return reachable.length === 0 ? [] : [{ kind, weight, reachable }]
  })
  let left = draw.below(possible.reduce((sum, { weight }) => sum + weight, 0))
  const chosen = possible.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  return chosen === undefined ? [] : [chosen.kind, ...chosen.reachable]
}

/** A child whose hold has run out can be proposed like one that waits. */
function stageFor(kind: KindOnCase, { stage, holdUntil }: StandingCase, now: Instant): Stage {
  const isOver = holdUntil !== null && holdUntil <= now
  return kind === 'propose' && stage === 'proposed' && isOver ? 'waiting' : stage
}

/** What a page offers for the child: a school without an account has no desk. */
function isReachable(kind: KindOnCase, one: StandingCase, now: Instant): boolean {
  const { schoolNumber, isReported, plannedFirstDay } = one
  if (AT_DESK.includes(kind) && !WITH_DESK.some((number) => number === schoolNumber)) return false
  if (kind === 'report') return !isReported
  if (kind === 'keep' || kind === 'take_back') return isReported
  if (kind === 'not_started') return plannedFirstDay !== null && plannedFirstDay < dayOf(now)
  return true
}

// ---- numbers ----

function chooseSeats(pool: StandingPool, day: CalendarDate, draw: Drawer): ActOnSeats {
  const { poolId, schoolNumber, version, seats: was } = pool
  const about = { kind: 'capacity', poolId, schoolNumber, version, was } as const
  const seats = draw.oneOf(numbersFor(pool))
  return { ...about, seats, ...othersFor(pool, seats, draw), ...daysFor(day, draw) }
}

/**
 * Other numbers than there are: a few for support places; for regular places, on which children stay
 * for good, a few around those that are taken.
 */
function numbersFor({ kind, seats, others, entries }: StandingPool): [number, ...number[]] {
  const least = kind === 'support' ? 0 : Math.max(0, entries + others - 1)
  const numbers = Array.from({ length: MOST_SEATS + 1 }, (_, more) => least + more)
  return numbers.filter((number) => number !== seats) as [number, ...number[]]
}

/** Pupils who came another way sit on regular places. */
function othersFor({ kind, others: was }: StandingPool, seats: number, draw: Drawer) {
  if (kind === 'support' || draw.below(2) === 0) return {}
  return { others: { was, are: Math.min(seats, draw.below(3)) } }
}

/** Most numbers hold at once and until another; some only for some weeks, some later. */
function daysFor(day: CalendarDate, draw: Drawer): Pick<ActOnSeats, 'validFrom' | 'validTo'> {
  const from = ahead(day, draw.between(3, 60))
  const to = ahead(from, draw.between(0, 40))
  return draw.oneOf<Pick<ActOnSeats, 'validFrom' | 'validTo'>>([
    ...([{}, {}, {}, {}] as const),
    ...[{ validFrom: from }, { validTo: to }, { validFrom: from, validTo: to }],
  ])
}

function chooseReserve(pool: StandingPool, day: CalendarDate, draw: Drawer): ActOnReserve {
  const { poolId, schoolNumber, version, reserve } = pool
  const seats = reserve > 0 && draw.below(3) > 0 ? 0 : draw.between(1, 2)
  return {
    ...{ kind: 'reserve', poolId, schoolNumber, version, seats },
    until: ahead(day, draw.between(3, 60)),
  }
}

/** So many days later, within the school year. */
function ahead(day: CalendarDate, days: number): CalendarDate {
  const last: CalendarDate = `${schoolYearOf(day) + 1}-07-31`
  const then = addDays(day, days)
  if (then < last) return then
  return last
}
