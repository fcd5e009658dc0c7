import type { SchoolNumber, SeatPoolId } from '../ids.ts'
import { LEGAL_SOURCES, type LegalSource } from '../law/legal-source.ts'
import { wayLimit } from '../law/school-way.ts'
import type { SchoolForm } from '../school/form.ts'
import { holdsGrade } from '../seat/grades.ts'
import type { SeatKind } from '../seat/seat-pool.ts'
import type { CalendarDate } from '../time.ts'
import { type FitFacts, type Misfit, misfit, seatGrade } from './fit.ts'
import type { Reason } from './reason.ts'

/** What the suggestion looks at in a child. Numbers of schools only: no name, no address. */
export type ChildFacts = FitFacts & {
  readonly wishedSchools: readonly SchoolNumber[]
  readonly wishedForms: readonly SchoolForm[]
  readonly siblingSchools: readonly SchoolNumber[]
  /** The regular place for later: whether one is wanted, and when it is needed at the latest. */
  readonly later: {
    readonly rule: SecondSeatRule
    /** The day on which language support would end if the child came to school today. */
    readonly from: CalendarDate
  }
}

/** Whether a support place needs a regular place with it (domain.md §3.7): a centre's setting. */
export type SecondSeatRule = 'required' | 'warn' | 'off'

/** A pool of the school year in question, with its seats counted. */
export type PoolFacts = {
  readonly id: SeatPoolId
  readonly kind: SeatKind
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly decided: number
  readonly free: number
}

/** What the suggestion looks at in a school. */
export type SchoolFacts = {
  readonly number: SchoolNumber
  readonly form: SchoolForm
  /** Whether the school lies in the centre's area. */
  readonly isInArea: boolean
  readonly operation: Operation
  /** The estimated way in metres; null when it cannot be estimated. */
  readonly wayMetres: number | null
  readonly pools: readonly PoolFacts[]
}

/**
 * Whether children may be placed at the school: `closing` with its last day, `not_open` with its
 * first, `closed` with the day where it is known.
 */
export type Operation =
  | { readonly state: 'open' }
  | { readonly state: 'closing'; readonly on: CalendarDate }
  | { readonly state: 'not_open'; readonly on: CalendarDate }
  | { readonly state: 'closed'; readonly on: CalendarDate | null }

/** A school that can be proposed now. */
export type SuggestedSchool = {
  readonly number: SchoolNumber
  readonly poolId: SeatPoolId
  readonly free: number
  readonly decided: number
  /** The regular place of the same year group for later; null: none is free, or none is looked for. */
  readonly regular: { readonly poolId: SeatPoolId; readonly free: number } | null
  readonly wayMetres: number | null
  /** What the order is made of; see {@link POINTS}. */
  readonly points: number
  /** In the order in which they are read out. */
  readonly reasons: readonly Reason[]
}

/** Why a school cannot be suggested. */
export type Exclusion =
  | Misfit
  | { readonly why: 'outside_area' }
  | { readonly why: 'not_operating'; readonly on: CalendarDate | null; readonly opens: boolean }
  | { readonly why: 'no_free_seat'; readonly decided: number }
  | { readonly why: 'no_regular_seat'; readonly from: CalendarDate; readonly source: LegalSource }

export type ExcludedSchool = { readonly number: SchoolNumber; readonly exclusion: Exclusion }

export type Suggestions = {
  /** Best first. */
  readonly suggested: readonly SuggestedSchool[]
  /** Fitting schools that have not reported any pool, nearest first; they cannot be proposed. */
  readonly withoutPools: readonly {
    readonly number: SchoolNumber
    readonly wayMetres: number | null
  }[]
  /** By number. */
  readonly excluded: readonly ExcludedSchool[]
}

/**
 * What each criterion is worth. A sibling outweighs the way, the way outweighs the wish (domain.md
 * §3.9, an order of ours and not the law's); the recommended form comes close to a sibling, so that
 * it is left only for one. `way` is for a school next door and falls to 0 at
 * {@link FAR_LIMITS} times the limit of the grade; an unknown way counts as far.
 */
export const POINTS = { sibling: 60, form: 50, way: 40, wish: 20, wishForm: 10 } as const

/** From how many times the limit on a way no longer counts for anything. */
const FAR_LIMITS = 3

/**
 * Sorts the schools of a centre for one child: the suggested ones with their reasons, best first,
 * those that fit but have reported no seats, and the excluded ones with why. At equal points the
 * nearer school comes first, then the lower number, so the order never depends on the input's.
 * A school without a free regular place for later is left out or told of, as the centre's rule says.
 * Nothing is decided: a person chooses (Art. 22 DSGVO).
 */
export function suggest(child: ChildFacts, schools: readonly SchoolFacts[]): Suggestions {
  const offers: Offer[] = []
  const withoutPools: SchoolFacts[] = []
  const excluded: ExcludedSchool[] = []
  for (const school of schools) {
    const exclusion = exclude(child, school)
    const pool = exclusion === null ? bestPool(child, school, 'support') : null
    const regular = child.later.rule === 'off' ? null : bestPool(child, school, 'regular')
    if (exclusion !== null) excluded.push({ number: school.number, exclusion })
    else if (pool !== null) offers.push({ school, pool, regular })
    else withoutPools.push(school)
  }
  return {
    suggested: rank(child, offers),
    withoutPools: withoutPools
      .toSorted(byWay)
      .map(({ number, wayMetres }) => ({ number, wayMetres })),
    excluded: excluded.toSorted(byNumber),
  }
}

type Offer = {
  readonly school: SchoolFacts
  readonly pool: PoolFacts
  readonly regular: PoolFacts | null
}

function exclude(child: ChildFacts, school: SchoolFacts): Exclusion | null {
  if (!school.isInArea) return { why: 'outside_area' }
  const { operation } = school
  if (operation.state === 'closed' || operation.state === 'not_open') {
    return { why: 'not_operating', on: operation.on, opens: operation.state === 'not_open' }
  }
  return misfit(school.form, child) ?? excludeFull(child, school)
}

/** A school that has reported support places is left out when no seat is free that the child needs. */
function excludeFull(child: ChildFacts, school: SchoolFacts): Exclusion | null {
  if (!school.pools.some(({ kind }) => kind === 'support')) return null
  if (bestPool(child, school, 'support') === null) {
    const pools = poolsFor(child, school, 'support')
    return { why: 'no_free_seat', decided: pools.reduce((sum, pool) => sum + pool.decided, 0) }
  }
  const { rule, from } = child.later
  if (rule !== 'required' || bestPool(child, school, 'regular') !== null) return null
  return { why: 'no_regular_seat', from, source: LEGAL_SOURCES.languageSupport }
}

function poolsFor(child: ChildFacts, school: SchoolFacts, wanted: SeatKind): readonly PoolFacts[] {
  const grade = seatGrade(school.form, child.grade)
  return school.pools.filter(
    ({ kind, gradeFrom, gradeTo }) =>
      kind === wanted && holdsGrade({ from: gradeFrom, to: gradeTo }, grade),
  )
}

/** The pool of a kind with most free seats for the child's grade; at a tie the lower id. */
function bestPool(child: ChildFacts, school: SchoolFacts, kind: SeatKind): PoolFacts | null {
  const free = poolsFor(child, school, kind).filter((pool) => pool.free > 0)
  return free.toSorted((a, b) => b.free - a.free || compare(a.id, b.id))[0] ?? null
}

function rank(child: ChildFacts, offers: readonly Offer[]): readonly SuggestedSchool[] {
  const nearest = nearestOf(offers)
  return offers
    .map(({ school, pool, regular }) => ({
      number: school.number,
      poolId: pool.id,
      free: pool.free,
      decided: pool.decided,
      regular: regular && { poolId: regular.id, free: regular.free },
      wayMetres: school.wayMetres,
      points: pointsOf(child, school),
      reasons: reasonsFor(child, { school, pool, regular }, school.number === nearest),
    }))
    .toSorted((a, b) => b.points - a.points || byWay(a, b))
}

/** The one school with the shortest known way, when there are others to be nearer than. */
function nearestOf(offers: readonly Offer[]): SchoolNumber | null {
  const known = offers.map(({ school }) => school).filter(({ wayMetres }) => wayMetres !== null)
  const [first, second] = known.toSorted(byWay)
  if (first === undefined || second === undefined) return null
  return first.wayMetres === second.wayMetres ? null : first.number
}

function pointsOf(child: ChildFacts, school: SchoolFacts): number {
  const { sibling, form, way, wish, wishForm } = POINTS
  return (
    (child.siblingSchools.includes(school.number) ? sibling : 0) +
    (child.form === school.form ? form : 0) +
    way * closeness(school.wayMetres, wayLimit(child.grade).metres) +
    (child.wishedSchools.includes(school.number) ? wish : 0) +
    (child.wishedForms.includes(school.form) ? wishForm : 0)
  )
}

/** 1 next door, 0 from {@link FAR_LIMITS} times the limit on and where the way is unknown. */
function closeness(metres: number | null, limitMetres: number): number {
  return metres === null ? 0 : Math.max(0, 1 - metres / (FAR_LIMITS * limitMetres))
}

function reasonsFor(child: ChildFacts, offer: Offer, isNearest: boolean): readonly Reason[] {
  const { school, pool } = offer
  const reasons: readonly (Reason | null)[] = [
    child.siblingSchools.includes(school.number) ? { kind: 'sibling' } : null,
    wishReason(child, school),
    formReason(child, school),
    wayReason(child, school.wayMetres, isNearest),
    seatReason(pool),
    regularReason(child, offer),
    school.operation.state === 'closing' ? { kind: 'closing', on: school.operation.on } : null,
  ]
  return reasons.filter((reason) => reason !== null)
}

function wishReason(child: ChildFacts, school: SchoolFacts): Reason | null {
  if (child.wishedSchools.includes(school.number)) return { kind: 'wish' }
  return child.wishedForms.includes(school.form) ? { kind: 'wish_form' } : null
}

function formReason(child: ChildFacts, school: SchoolFacts): Reason | null {
  if (child.form === null) return null
  return child.form === school.form
    ? { kind: 'form_recommended' }
    : { kind: 'form_other', recommended: child.form }
}

function wayReason(child: ChildFacts, metres: number | null, isNearest: boolean): Reason {
  if (metres === null) return { kind: 'way_unknown' }
  const { metres: limitMetres, source } = wayLimit(child.grade)
  if (metres > limitMetres) {
    return { kind: 'way_long', metres, estimate: true, limitMetres, source }
  }
  return { kind: isNearest ? 'nearest' : 'way_short', metres, estimate: true }
}

/** Only a school that has told how many regular places it has can be said to have none left. */
function regularReason(child: ChildFacts, { school, regular }: Offer): Reason | null {
  const { rule, from } = child.later
  if (rule === 'off' || regular !== null) return null
  if (poolsFor(child, school, 'regular').length === 0) return null
  return { kind: 'regular_missing', from, source: LEGAL_SOURCES.languageSupport }
}

function seatReason({ free, decided }: PoolFacts): Reason {
  return free === 1 ? { kind: 'last_seat' } : { kind: 'seats_free', free, decided }
}

type Located = { readonly number: SchoolNumber; readonly wayMetres: number | null }

/** Nearest first, unknown ways last, then by number. */
function byWay(a: Located, b: Located): number {
  const [wayA, wayB] = [a.wayMetres ?? Number.MAX_VALUE, b.wayMetres ?? Number.MAX_VALUE]
  return wayA - wayB || byNumber(a, b)
}

function byNumber(a: Pick<Located, 'number'>, b: Pick<Located, 'number'>): number {
  return compare(a.number, b.number)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
