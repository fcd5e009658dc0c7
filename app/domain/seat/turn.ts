import type { CaseId, SeatPoolId } from '../ids.ts'
import { isVocational, type SchoolForm } from '../school/form.ts'
import type { CalendarDate } from '../time.ts'
import { holdsGrade } from './grades.ts'
import type { SeatState } from './seat-entry.ts'
import type { SeatKind, SeatPool } from './seat-pool.ts'

/** From this month on the pools of the coming 1 August are carried over. Ours, no law. */
const TURN_MONTH = 2

/**
 * The school year into which pools are carried over on a day, by the year it starts in: from
 * 1 February on the coming one; whoever has missed it makes up for it until the next 31 January.
 */
export function turnYear(today: CalendarDate): number {
  const year = Number(today.slice(0, 4))
  return Number(today.slice(5, 7)) >= TURN_MONTH ? year : year - 1
}

/** The day on which a school year begins (§ 7 SchulG). */
export function firstDayOfYear(schoolYear: number): CalendarDate {
  return `${schoolYear}-08-01`
}

/** A child on a seat of the year that ends, and what tells whether it stays. */
export type SeatedChild = SeatState & {
  readonly caseId: CaseId
  readonly poolId: SeatPoolId
  readonly kind: SeatKind
  /** The grade it was counselled for, and in which school year. */
  readonly grade: number
  readonly gradeYear: number
  /** When language support ends; null: nobody can say yet, so it goes on. */
  readonly supportEndsOn: CalendarDate | null
  /** It has a seat of this kind in the new year already. */
  readonly hasSeatThen: boolean
}

/** A pool of the new year: one that is there, or one that `from` would become. */
export type TurnPool = {
  readonly kind: SeatKind
  readonly gradeFrom: number
  readonly gradeTo: number
  /** Null: there is none yet. */
  readonly existing: SeatPool | null
  /** The pool of the year that ends which it continues; null where an existing one continues none. */
  readonly from: SeatPool | null
  /** Who stays and has no seat in the new year yet. */
  readonly staying: readonly SeatedChild[]
}

/** Who is not carried over from a pool, and why. */
export type LeavingChild = SeatedChild & {
  /** `no_grade`: the new year has no pool of this kind for its next grade. */
  readonly why: 'support_over' | 'no_grade' | 'seated'
}

/** What the turn of the school year makes of a school's pools. */
export type Turn = {
  readonly pools: readonly TurnPool[]
  readonly leaving: readonly LeavingChild[]
}

/**
 * What becomes of a school's pools and of the children on them when `year` begins. A pool goes on with
 * the same kind and grades, unless the new year has seats for one of these grades already: those are
 * left as they are. Every child moves one grade up (at vocational schools, where grade 11 stands for
 * all that start at 16, it stays) and sits in the pool that holds its new grade: so it stays in a pool
 * of grades 5 to 10, and moves to the next grade's pool where each grade has its own. A support place
 * goes on until language support is over.
 */
export function planTurn(
  year: number,
  form: SchoolForm,
  facts: { readonly pools: readonly SeatPool[]; readonly children: readonly SeatedChild[] },
): Turn {
  const then = facts.pools.filter(({ schoolYear }) => schoolYear === year)
  const now = facts.pools.filter(({ schoolYear }) => schoolYear === year - 1)
  const pools = [
    ...then.map((pool) => empty(pool, now.find((one) => isSame(one, pool)) ?? null, pool)),
    ...now
      .filter((pool) => !then.some((one) => shareGrades(one, pool)))
      .map((pool) => empty(pool, pool, null)),
  ].toSorted((a, b) => a.kind.localeCompare(b.kind) * -1 || a.gradeFrom - b.gradeFrom)
  const staying = pools.map((): SeatedChild[] => [])
  const leaving: LeavingChild[] = []
  for (const child of facts.children) {
    const pool = now.find(({ id }) => id === child.poolId)
    if (pool === undefined) continue
    const grade = nextGrade(child, pool, form)
    const at = pools.findIndex((one) => one.kind === child.kind && holdsGrade(rangeOf(one), grade))
    const why = whyLeaving(child, year, at)
    if (why === null) staying[at]?.push(child)
    else leaving.push({ ...child, why })
  }
  return {
    pools: pools.map((pool, at) => ({ ...pool, staying: staying[at] ?? [] })),
    leaving,
  }
}

/**
 * The pool of the next school year in which a child of `pool` belongs, by its grade; null: the school
 * has entered none yet.
 */
export function poolAfterTurn(
  child: Pick<SeatedChild, 'grade' | 'gradeYear'>,
  pool: SeatPool,
  facts: { readonly form: SchoolForm; readonly pools: readonly SeatPool[] },
): SeatPool | null {
  const grade = nextGrade(child, pool, facts.form)
  const then = facts.pools.filter(
    ({ schoolYear, kind }) => schoolYear === pool.schoolYear + 1 && kind === pool.kind,
  )
  return then.find((one) => holdsGrade(rangeOf(one), grade)) ?? null
}

/** Whether there is anything to do: a pool that is not there yet, or a child without a seat in one. */
export function isTurnDue({ pools }: Turn): boolean {
  return pools.some(({ existing, staying }) => existing === null || staying.length > 0)
}

function empty(
  { kind, gradeFrom, gradeTo }: SeatPool,
  from: SeatPool | null,
  existing: SeatPool | null,
): TurnPool {
  return { kind, gradeFrom, gradeTo, from, existing, staying: [] }
}

type Grades = Pick<SeatPool, 'kind' | 'gradeFrom' | 'gradeTo'>

function isSame(one: SeatPool, other: SeatPool): boolean {
  return (
    one.kind === other.kind && one.gradeFrom === other.gradeFrom && one.gradeTo === other.gradeTo
  )
}

/** Whether two pools hold the same kind of seat for a grade in common, whatever their years. */
export function shareGrades(one: Grades, other: Grades): boolean {
  return one.kind === other.kind && one.gradeFrom <= other.gradeTo && other.gradeFrom <= one.gradeTo
}

function rangeOf({ gradeFrom, gradeTo }: Pick<SeatPool, 'gradeFrom' | 'gradeTo'>) {
  return { from: gradeFrom, to: gradeTo }
}

/** The grade a child will be in: one above the one it is in now, which its pool holds. */
function nextGrade(
  child: Pick<SeatedChild, 'grade' | 'gradeYear'>,
  pool: SeatPool,
  form: SchoolForm,
): number {
  const grown = child.grade + pool.schoolYear - child.gradeYear
  const present = Math.min(Math.max(grown, pool.gradeFrom), pool.gradeTo)
  return isVocational(form) ? present : present + 1
}

function whyLeaving(child: SeatedChild, year: number, at: number): LeavingChild['why'] | null {
  if (child.hasSeatThen) return 'seated'
  const ends = child.kind === 'support' ? child.supportEndsOn : null
  if (ends !== null && ends <= firstDayOfYear(year)) return 'support_over'
  return at === -1 ? 'no_grade' : null
}
