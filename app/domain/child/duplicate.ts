import type { BirthDate } from './birth-date.ts'
import type { NameKey } from './name-key.ts'
import {
  type NameLikeness,
  namePartsLikeness,
  type TokenLikeness,
  tokenLikeness,
} from './name-likeness.ts'

/** What is compared: every form of the name (as entered, in the original script) and the birth date. */
export type ChildRecord = {
  readonly names: readonly NameKey[]
  readonly birthDate: BirthDate
}

export type DuplicateReason =
  | 'same_name'
  | 'near_name'
  | 'same_birth_date'
  | 'near_birth_date'
  | 'birth_date_unknown'

/**
 * Somebody who may be the candidate (`same_child`), or rather a twin (`sibling`). A question to a person, never a
 * decision: nothing is merged by itself (promises.md §5.5.5).
 */
export type LikelyDuplicate<Record> = {
  readonly record: Record
  readonly kind: 'same_child' | 'sibling'
  /** 0 to 1. */
  readonly score: number
  readonly reasons: readonly DuplicateReason[]
}

/**
 * From this score on a pair is shown. Measured on four generated registers: recall 0.955 to 0.981 at precision 0.78
 * to 0.83 (promises.md §5.3, `composite, threshold 0.78`).
 */
const DUPLICATE_THRESHOLD = 0.78

/** Share of the name in the score; the birth date has the rest. */
const NAME_SHARE = 0.7
/** Same family, same birth date, given names less alike than this: a twin (promises.md §5.5.5). */
const TWIN_GIVEN_NAMES = 0.6
const SAME_FAMILY = 0.8
/** From here on a name counts as the same, spelling aside. */
const SAME_NAME = 0.97

/**
 * The records that may be the same child as `candidate`, most alike first. `likeness` compares two words; whoever
 * compares with thousands passes one that remembers.
 */
export function likelyDuplicates<Record extends ChildRecord>(
  candidate: ChildRecord,
  others: Iterable<Record>,
  likeness: TokenLikeness = tokenLikeness,
): readonly LikelyDuplicate<Record>[] {
  const found: LikelyDuplicate<Record>[] = []
  for (const record of others) {
    const likely = compare(candidate, record, likeness)
    if (likely !== null) found.push(likely)
  }
  return found.sort((a, b) => b.score - a.score)
}

function compare<Record extends ChildRecord>(
  candidate: ChildRecord,
  record: Record,
  likeness: TokenLikeness,
): LikelyDuplicate<Record> | null {
  const birth = birthDateLikeness(candidate.birthDate, record.birthDate)
  if (NAME_SHARE + (1 - NAME_SHARE) * birth < DUPLICATE_THRESHOLD) return null
  const names = bestName(candidate, record, likeness)
  const score = NAME_SHARE * names.name + (1 - NAME_SHARE) * birth
  const kind = isTwin(names, birth) ? 'sibling' : 'same_child'
  const isShown = score >= DUPLICATE_THRESHOLD || (kind === 'sibling' && birth === SAME_DAY)
  return isShown ? { record, kind, score, reasons: reasonsFor(names.name, birth) } : null
}

function bestName(a: ChildRecord, b: ChildRecord, likeness: TokenLikeness): NameLikeness {
  let best: NameLikeness = { name: 0, given: null, family: null }
  for (const one of a.names) {
    for (const other of b.names) {
      const names = namePartsLikeness(one, other, likeness)
      if (names.name > best.name) best = names
    }
  }
  return best
}

function isTwin({ given, family }: NameLikeness, birth: number): boolean {
  if (given === null || family === null) return false
  return birth >= SAME_FIRST_OF_JANUARY && family >= SAME_FAMILY && given < TWIN_GIVEN_NAMES
}

function reasonsFor(name: number, birth: number): readonly DuplicateReason[] {
  const nameReason = name >= SAME_NAME ? 'same_name' : 'near_name'
  if (birth === UNKNOWN) return [nameReason, 'birth_date_unknown']
  return [nameReason, birth >= SAME_FIRST_OF_JANUARY ? 'same_birth_date' : 'near_birth_date']
}

// ---- birth dates ----

const SAME_DAY = 1
const SAME_FIRST_OF_JANUARY = 0.85
const SAME_MONTH_DAY_UNKNOWN = 0.8
const DAY_AND_MONTH_SWAPPED = 0.8
const SAME_YEAR_ONE_UNCERTAIN = 0.7
const ONE_YEAR_APART = 0.65
const UNKNOWN = 0.5
/** Our own two beside promises.md §5.5.4: too little alone, enough to support nothing but the very same name. */
const ONE_YEAR_APART_UNCERTAIN = 0.45
const SAME_YEAR = 0.2

/**
 * How well two birth dates go together, by what is known of them (promises.md §5.5.4): the same day 1, the same
 * 1 January 0.85, the same year where one is uncertain 0.7, day and month swapped 0.8, a year apart 0.65, one of
 * them unknown 0.5; 0 when they contradict each other.
 */
export function birthDateLikeness(a: BirthDate, b: BirthDate): number {
  if (a.date === null || b.date === null) return UNKNOWN
  const isUncertain = isUncertainDay(a) || isUncertainDay(b)
  if (a.date === b.date) return isUncertain ? sameUncertainDay(a, b) : SAME_DAY
  const years = Math.abs(Number(a.date.slice(0, 4)) - Number(b.date.slice(0, 4)))
  if (years === 0) return sameYear(a.date, b.date, isUncertain, a.precision, b.precision)
  if (years > 1) return 0
  if (a.date.slice(5) === b.date.slice(5)) return ONE_YEAR_APART
  return isUncertain ? ONE_YEAR_APART_UNCERTAIN : 0
}

/** 1 January is what papers say when nobody knows; so is the 1st of a month known without its day. */
function isUncertainDay(birthDate: BirthDate & { readonly date: string }): boolean {
  return birthDate.precision !== 'day' || birthDate.date.endsWith('-01-01')
}

function sameUncertainDay(a: BirthDate, b: BirthDate): number {
  return a.precision === 'month' || b.precision === 'month'
    ? SAME_MONTH_DAY_UNKNOWN
    : SAME_FIRST_OF_JANUARY
}

function sameYear(
  one: string,
  other: string,
  isUncertain: boolean,
  ...precisions: readonly BirthDate['precision'][]
): number {
  const isSameMonth = one.slice(0, 7) === other.slice(0, 7)
  if (isSameMonth && precisions.includes('month')) return SAME_MONTH_DAY_UNKNOWN
  if (one.slice(5, 7) === other.slice(8) && one.slice(8) === other.slice(5, 7))
    return DAY_AND_MONTH_SWAPPED
  return isUncertain ? SAME_YEAR_ONE_UNCERTAIN : SAME_YEAR
}
