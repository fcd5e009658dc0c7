import type { Stage } from '#app/domain/case/stage.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Kind } from '#tests/promises/p1-ledger-check.ts'
import type { Drawer } from '#tests/setup/random.ts'

/** The schools that are raced for; the last has no account, its seats are entered by a counsellor. */
export const SCHOOLS = ['180101', '180103', '180104', '180105'] as SchoolNumber[] as [
  SchoolNumber,
  ...SchoolNumber[],
]
export const WITH_DESK = SCHOOLS.slice(0, 3)

/** The most seats a school of the race has: fewer than there are children. */
const MOST_SEATS = 4

/** How children and seats stand at a moment, as pages would show it. */
export type Standing = {
  readonly cases: readonly StandingCase[]
  readonly pools: readonly StandingPool[]
}

type StandingCase = {
  readonly caseId: CaseId
  readonly version: number
  readonly stage: Stage
  readonly schoolNumber: SchoolNumber | null
  readonly holdUntil: Instant | null
}

export type StandingPool = {
  readonly poolId: SeatPoolId
  readonly schoolNumber: SchoolNumber
  readonly version: number
  readonly seats: number
}

/** One thing somebody does, over what was on their screen. */
export type Act = ActOnCase | ActOnSeats

export type ActOnCase = {
  readonly kind: Exclude<Kind, 'capacity'>
  readonly caseId: CaseId
  readonly version: number
  /** The school that is proposed, or where the child stands. */
  readonly schoolNumber: SchoolNumber
}

export type ActOnSeats = Omit<StandingPool, 'seats'> & {
  readonly kind: 'capacity'
  readonly was: number
  readonly seats: number
}

/** Who acts, of the accounts of the world. */
export type Person = 'counsellor' | 'colleague' | 'authority' | SchoolNumber

/** How often each is done, where it can be, and from which stages; children leave school seldom. */
const CUSTOM: Readonly<Record<ActOnCase['kind'], readonly [number, readonly Stage[]]>> = {
  propose: [42, ['waiting']],
  withdraw: [7, ['proposed']],
  decline: [9, ['proposed']],
  send_back: [7, ['proposed']],
  can_admit: [6, ['proposed']],
  assign: [11, ['proposed']],
  admit: [8, ['assigned']],
  start: [8, ['admitted']],
  end: [3, ['proposed', 'assigned', 'admitted', 'attending']],
}
const CAPACITY_SHARE = 0.08
const AT_DESK: readonly Kind[] = ['decline', 'can_admit', 'admit', 'start']

/** Something to do now: not always what is still possible when it is done. */
export function chooseAct({ cases, pools }: Standing, now: Instant, draw: Drawer): Act {
  const [kind, ...candidates] =
    draw.below(100) < CAPACITY_SHARE * 100 ? [] : kindFor(cases, now, draw)
  if (kind === undefined) return chooseSeats(pools, draw)
  const child = draw.oneOf(candidates as [StandingCase, ...StandingCase[]])
  const schoolNumber = kind === 'propose' ? draw.oneOf(SCHOOLS) : child.schoolNumber
  const { caseId, version } = child
  return { kind, caseId, version, schoolNumber: schoolNumber ?? SCHOOLS[0] }
}

/** Whose part it is. */
export function personFor(act: Act, draw: Drawer): Person {
  const counsellor: Person = draw.below(2) === 0 ? 'counsellor' : 'colleague'
  if (act.kind === 'assign' || act.kind === 'send_back') return 'authority'
  const isAtDesk = AT_DESK.includes(act.kind) || act.kind === 'capacity'
  return isAtDesk && WITH_DESK.includes(act.schoolNumber) ? act.schoolNumber : counsellor
}

function kindFor(
  cases: readonly StandingCase[],
  now: Instant,
  draw: Drawer,
): readonly [ActOnCase['kind'], ...StandingCase[]] | readonly [] {
  const possible = Object.entries(CUSTOM).flatMap(([word, [weight, from]]) => {
    const kind = word as ActOnCase['kind']
    const candidates = cases.filter((one) => from.includes(stageFor(kind, one, now)))
    const reachable = AT_DESK.includes(kind) ? candidates.filter(hasDesk) : candidates
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
function stageFor(kind: Kind, { stage, holdUntil }: StandingCase, now: Instant): Stage {
  const isOver = holdUntil !== null && holdUntil <= now
  return kind === 'propose' && stage === 'proposed' && isOver ? 'waiting' : stage
}

function hasDesk({ schoolNumber }: StandingCase): boolean {
  return schoolNumber !== null && WITH_DESK.includes(schoolNumber)
}

function chooseSeats(pools: readonly StandingPool[], draw: Drawer): ActOnSeats {
  const { seats: was, ...pool } = draw.oneOf(pools as [StandingPool, ...StandingPool[]])
  const others = Array.from({ length: MOST_SEATS + 1 }, (_, seats) => seats).filter(
    (seats) => seats !== was,
  )
  return { kind: 'capacity', ...pool, was, seats: draw.oneOf(others as [number, ...number[]]) }
}
