import type { Borders } from '../geo/borders.ts'
import type { SchoolNumber } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import type { CalendarDate } from '../time.ts'
import type { ListedPoint, SchoolList } from './read-school-list.ts'
import { isClosedOn, type School } from './school.ts'

/** A point further than this outside the border of its stated Gemeinde is reported. */
const IMPLAUSIBLE_METRES = 500

/** More than this share of the open schools closing at once means the list is most likely a part. */
const MOST_CLOSURES_PERCENT = 10

/** A stored school as it is and as it shall be, with the official names of the columns that differ. */
export type SchoolUpdate = {
  readonly before: School
  readonly after: School
  readonly columns: readonly string[]
}

/**
 * What a list would change, counted. Always:
 * read = new + changed + unchanged + (closed − missing) + all skipped.
 */
export type SchoolListCounts = {
  /** Rows of the list. */
  readonly read: number
  /** Numbers that are not stored yet, also with key 9. */
  readonly new: number
  /** Stored schools whose row differs in any column, and that do not close by it. */
  readonly changed: number
  readonly unchanged: number
  /** Stored open schools that the list marks closed or names no more. */
  readonly closed: number
  /** Those of `closed` that the list names no more. */
  readonly missing: number
  /** Rows that are no schools, by `not_a_school:` and their form key. */
  readonly skipped: Readonly<Record<string, number>>
  /** Numbers, of every row, whose point lies well outside the stated Gemeinde; sorted. */
  readonly implausible: readonly SchoolNumber[]
}

/** The counts, and what must be written: inserts, updates and closures, each school in one of them. */
export type SchoolListChanges = {
  readonly counts: SchoolListCounts
  readonly inserts: readonly School[]
  readonly updates: readonly SchoolUpdate[]
  readonly closures: readonly SchoolUpdate[]
}

export type SchoolListComparisonRefusal =
  | { readonly code: 'too_many_closures'; readonly closing: number; readonly open: number }
  | { readonly code: 'school_number_in_demo'; readonly number: SchoolNumber }

export type SchoolListComparison = {
  /** All stored schools; those that did not come from the list are left alone. */
  readonly stored: readonly School[]
  readonly list: SchoolList
  readonly borders: Pick<Borders, 'metresOutside'>
  /** The day it is in Berlin. */
  readonly day: CalendarDate
  /** True when a person has seen how many schools would close and wants it so. */
  readonly acceptClosures: boolean
}

/**
 * What an official list changes in the stored schools on a day. Nothing is ever deleted: a school
 * the list names no more is kept as closed (`delistedOn`) and opens again when a later list names
 * it. A stored closed school never closes a second time. A list without a column does not erase
 * what is stored in it. Comparing the same list after writing its changes finds none.
 *
 * Refuses with `too_many_closures` when more than 10 % of the open schools that came from a list
 * would close and nobody accepted it, and with `school_number_in_demo` when a listed number is
 * taken by a school that did not come from a list.
 */
export function compareSchoolList(
  comparison: SchoolListComparison,
): Result<SchoolListChanges, SchoolListComparisonRefusal> {
  const { list, day } = comparison
  const inDemo = findNumberInDemo(comparison)
  if (inDemo !== null) return err({ code: 'school_number_in_demo', number: inDemo })

  const stored = new Map(
    comparison.stored
      .filter((school) => school.source === 'list')
      .map((school) => [school.number, school]),
  )
  const inserts = list.schools.filter((school) => !stored.has(school.number))
  const differing = listedUpdates(stored, list.schools)
  const closing = differing.filter((update) => closesOn(update, day))
  const updates = differing.filter((update) => !closesOn(update, day))
  const missing = missingUpdates(stored, list.schools, day)

  const open = [...stored.values()].filter((school) => !isClosedOn(school, day)).length
  const closures = [...closing, ...missing]
  if (closures.length * 100 > open * MOST_CLOSURES_PERCENT && !comparison.acceptClosures) {
    return err({ code: 'too_many_closures', closing: closures.length, open })
  }

  const counts: SchoolListCounts = {
    read: list.schools.length + list.notSchools.length,
    new: inserts.length,
    changed: updates.length,
    unchanged: list.schools.length - inserts.length - differing.length,
    closed: closures.length,
    missing: missing.length,
    skipped: skippedByForm(list),
    implausible: implausibleNumbers(list, comparison.borders),
  }
  return ok({ counts, inserts, updates, closures })
}

function findNumberInDemo({ stored, list }: SchoolListComparison): SchoolNumber | null {
  const demoNumbers = new Set(
    stored.filter((school) => school.source === 'demo').map((school) => school.number),
  )
  return list.schools.find((school) => demoNumbers.has(school.number))?.number ?? null
}

function listedUpdates(
  stored: ReadonlyMap<SchoolNumber, School>,
  listed: readonly School[],
): readonly SchoolUpdate[] {
  const updates: SchoolUpdate[] = []
  for (const school of listed) {
    const before = stored.get(school.number)
    if (before === undefined) continue
    const districtOffice = school.districtOffice ?? before.districtOffice
    const after = { ...school, districtOffice }
    const columns = differingColumns(before, after)
    // A row that is listed again after an absence is a change even if no column differs.
    if (columns.length > 0 || before.delistedOn !== null) updates.push({ before, after, columns })
  }
  return updates
}

function closesOn({ before, after }: SchoolUpdate, day: CalendarDate): boolean {
  return !isClosedOn(before, day) && isClosedOn(after, day)
}

function missingUpdates(
  stored: ReadonlyMap<SchoolNumber, School>,
  listed: readonly School[],
  day: CalendarDate,
): readonly SchoolUpdate[] {
  const listedNumbers = new Set(listed.map((school) => school.number))
  return [...stored.values()]
    .filter((school) => !listedNumbers.has(school.number) && !isClosedOn(school, day))
    .map((before) => ({ before, after: { ...before, delistedOn: day }, columns: [] }))
}

/** Every column of the list but the number, as text: what "any other column differs" looks at. */
const COLUMNS: readonly { readonly name: string; readonly of: (school: School) => string }[] = [
  { name: 'Schulform', of: (school) => school.form },
  { name: 'Schulbezeichnung_1', of: (school) => school.names[0] },
  { name: 'Schulbezeichnung_2', of: (school) => school.names[1] },
  { name: 'Schulbezeichnung_3', of: (school) => school.names[2] },
  { name: 'Kurzbezeichnung', of: (school) => school.shortName },
  { name: 'Bezirksregierung', of: (school) => school.districtOffice ?? '' },
  { name: 'PLZ', of: (school) => school.postcode },
  { name: 'Ort', of: (school) => school.town },
  { name: 'Strasse', of: (school) => school.street },
  { name: 'Telefonvorwahl', of: (school) => school.phone.areaCode },
  { name: 'Telefon', of: (school) => school.phone.number },
  { name: 'Faxvorwahl', of: (school) => school.fax.areaCode },
  { name: 'Fax', of: (school) => school.fax.number },
  { name: 'E-Mail', of: (school) => school.email },
  { name: 'Homepage', of: (school) => school.homepage },
  { name: 'Rechtsform', of: (school) => school.legalForm },
  { name: 'Traegernummer', of: (school) => school.ownerNumber },
  { name: 'Gemeindeschluessel', of: (school) => school.municipality },
  { name: 'Schulbetriebsschluessel', of: (school) => school.status },
  { name: 'Schulbetriebsdatum', of: (school) => school.statusOn },
  { name: 'EPSG', of: (school) => school.epsg },
  { name: 'UTMRechtswert', of: (school) => String(school.east) },
  { name: 'UTMHochwert', of: (school) => String(school.north) },
]

function differingColumns(before: School, after: School): readonly string[] {
  return COLUMNS.filter(({ of }) => of(before) !== of(after)).map(({ name }) => name)
}

function skippedByForm(list: SchoolList): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { form } of list.notSchools) {
    const key = `not_a_school:${form}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** A point whose Gemeinde has no known border cannot be judged, and is not reported. */
function implausibleNumbers(
  list: SchoolList,
  borders: Pick<Borders, 'metresOutside'>,
): readonly SchoolNumber[] {
  const points: readonly ListedPoint[] = [...list.schools, ...list.notSchools]
  return points
    .filter((point) => (borders.metresOutside(point.municipality, point) ?? 0) > IMPLAUSIBLE_METRES)
    .map((point) => point.number)
    .sort()
}
