import type { MunicipalityKey, SchoolNumber } from '../ids.ts'
import type { CalendarDate } from '../time.ts'
import type { SchoolForm } from './form.ts'

/**
 * The Ministry's operating keys (Schulbetriebsschlüssel), with what `statusOn` means beside them:
 * 0 closes at the end of this school year (last day) · 1 in operation (first day) · 2 closes later
 * (last day) · 3 opens (first day) · 4 suspended · 5 deleted · 6 as 1, outside the official
 * statistics · 9 closed, kept for statistics.
 */
export const OPERATING_KEYS = ['0', '1', '2', '3', '4', '5', '6', '9'] as const

export type OperatingKey = (typeof OPERATING_KEYS)[number]

/** A telephone or fax number as the list writes it; both parts are empty when there is none. */
export type PhoneParts = { readonly areaCode: string; readonly number: string }

/** One school, as the state's list describes it or as the demo centre invents it. */
export type School = {
  readonly number: SchoolNumber
  /** Where the school comes from. An import of the list never touches what did not come from it. */
  readonly source: 'list' | 'demo'
  readonly form: SchoolForm
  /** The official name, cut over three fields; the second and third are often empty. */
  readonly names: readonly [string, string, string]
  /** Kurzbezeichnung, `Ort, Art Name`: the best label in lists. */
  readonly shortName: string
  /** Key of the Bezirksregierung, or null: the list did not say (it had no such column). */
  readonly districtOffice: string | null
  readonly postcode: string
  readonly town: string
  readonly street: string
  readonly phone: PhoneParts
  readonly fax: PhoneParts
  readonly email: string
  readonly homepage: string
  /** Rechtsform: `1` public, `2` private. */
  readonly legalForm: string
  readonly ownerNumber: string
  readonly municipality: MunicipalityKey
  readonly status: OperatingKey
  readonly statusOn: CalendarDate
  /** The reference system as the list writes it, in some rows `null`; the point is UTM32 all the same. */
  readonly epsg: string
  /** UTM32 (EPSG:25832), whole metres. */
  readonly east: number
  readonly north: number
  /** The day on which an imported list no longer named the school; null while it is listed. */
  readonly delistedOn: CalendarDate | null
}

/** What tells whether a school is in operation. */
type Operating = Pick<School, 'status' | 'statusOn' | 'delistedOn'>

/**
 * Whether the school is closed on `day`: deleted or closed by its key (5, 9), past its last day
 * (0, 2), or no longer in the list. A school that left the list counts as closed on every day,
 * because the list does not say when it closed.
 */
export function isClosedOn(school: Operating, day: CalendarDate): boolean {
  if (school.delistedOn !== null) return true
  switch (school.status) {
    case '5':
    case '9':
      return true
    case '0':
    case '2':
      return school.statusOn < day
    default:
      return false
  }
}

/**
 * Whether a child may be placed at the school on `day`: in operation (keys 1, 6), through its last
 * day (0, 2), from its first day on (3). A suspended school (4) takes nobody.
 */
export function isPlaceable(school: Operating, day: CalendarDate): boolean {
  if (isClosedOn(school, day) || school.status === '4') return false
  return school.status !== '3' || school.statusOn <= day
}

/** The official name in full, its three parts joined by a blank. */
export function schoolName(school: Pick<School, 'names'>): string {
  return school.names.filter((part) => part !== '').join(' ')
}

/** A number to dial and to read (`02421 12345`), or null when the school has given none. */
export function phoneLabel(phone: PhoneParts): string | null {
  if (phone.number === '') return null
  return [phone.areaCode, phone.number].filter((part) => part !== '').join(' ')
}
