import type { UtmPoint } from '../geo/utm.ts'
import type { MunicipalityKey, SchoolNumber } from '../ids.ts'
import { err, ok, type Result } from '../result.ts'
import { type CalendarDate, toCalendarDate } from '../time.ts'
import { isNoSchool, isSchoolForm, type SchoolForm } from './form.ts'
import { OPERATING_KEYS, type OperatingKey, type School } from './school.ts'

/** One row of a table as it stands in a file: its first line there, counted from 1, and its cells. */
export type TableRow = { readonly line: number; readonly cells: readonly string[] }

/**
 * The columns that all published lists have. `Bezirksregierung` is not among them: the lists of
 * 2021 and 2022 lack it. Columns nobody here knows are ignored.
 */
const REQUIRED_COLUMNS = [
  'Schulnummer',
  'Schulform',
  'Schulbezeichnung_1',
  'Schulbezeichnung_2',
  'Schulbezeichnung_3',
  'Kurzbezeichnung',
  'PLZ',
  'Ort',
  'Strasse',
  'Telefonvorwahl',
  'Telefon',
  'Faxvorwahl',
  'Fax',
  'E-Mail',
  'Homepage',
  'Rechtsform',
  'Traegernummer',
  'Gemeindeschluessel',
  'Schulbetriebsschluessel',
  'Schulbetriebsdatum',
  'EPSG',
  'UTMRechtswert',
  'UTMHochwert',
] as const

type RequiredColumn = (typeof REQUIRED_COLUMNS)[number]

const DISTRICT_OFFICE_COLUMN = 'Bezirksregierung'

/** A row that cannot be read: where it stands, in which column, and why, in one German sentence. */
export type BadRow = { readonly line: number; readonly column: string; readonly why: string }

/** At most this many bad rows are named; `total` says how many there are. */
const MOST_ROWS_NAMED = 20

/** The column of a bad row whose trouble is the row itself. */
const WHOLE_ROW = 'ganze Zeile'

/** Why a file is no school list. Nothing of a refused file is used. */
export type SchoolListRefusal =
  | { readonly code: 'file_not_utf8' }
  | { readonly code: 'file_empty' }
  | { readonly code: 'file_is_web_page' }
  | { readonly code: 'school_list_column_missing'; readonly column: string }
  | {
      readonly code: 'school_list_rows_bad'
      readonly rows: readonly BadRow[]
      readonly total: number
    }

/** A row's point and the Gemeinde it is said to lie in. */
export type ListedPoint = UtmPoint & {
  readonly number: SchoolNumber
  readonly municipality: MunicipalityKey
}

/** A row that is no school: an authority (0A) or teacher training (50–58). */
export type NoSchool = ListedPoint & { readonly form: string }

export type SchoolList = {
  readonly schools: readonly School[]
  readonly notSchools: readonly NoSchool[]
}

/**
 * Reads the state's school list ("Schulgrunddaten") from its rows, the header first: by column
 * name, in any order, blanks around a cell cut off. All rows are checked, also those that are no
 * schools; a single bad row refuses the whole file, because half a list closes schools. A list
 * without `Bezirksregierung` yields `districtOffice: null`, which means "not said".
 *
 * Refuses with `file_empty` (no rows), `school_list_column_missing` (the first one) and
 * `school_list_rows_bad`: cell count, number not six digits, number twice, unknown form or
 * operating key, no eight-digit Gemeinde, no such day, coordinates that are no whole metres or
 * far from North Rhine-Westphalia. One complaint per row. A Gemeinde that `isKnown` does not know
 * is a bad row as well; by default every key of eight digits will do.
 */
export function readSchoolList(
  rows: readonly TableRow[],
  isKnown: (municipality: MunicipalityKey) => boolean = () => true,
): Result<SchoolList, SchoolListRefusal> {
  const [headerRow, ...dataRows] = rows
  if (headerRow === undefined) return err({ code: 'file_empty' })
  const header = readHeader(headerRow)
  if (!header.ok) return header
  if (dataRows.length === 0) return err({ code: 'file_empty' })

  const records = dataRows.map((row) => ({
    line: row.line,
    cells: row.cells,
    header: header.value,
  }))
  const badRows = findBadRows(records, checksWith(isKnown))
  if (badRows.length > 0) return err(rowsBad(badRows))

  const schools: School[] = []
  const notSchools: NoSchool[] = []
  for (const record of records) {
    const form = cell(record, 'Schulform')
    if (isSchoolForm(form)) schools.push(toSchool(record, form))
    else notSchools.push({ ...toPoint(record), form })
  }
  return ok({ schools, notSchools })
}

/** The refusal for rows that cannot be read; names the first twenty and counts them all. */
export function rowsBad(rows: readonly BadRow[]): SchoolListRefusal {
  return {
    code: 'school_list_rows_bad',
    rows: rows.slice(0, MOST_ROWS_NAMED),
    total: rows.length,
  }
}

type Header = {
  readonly places: ReadonlyMap<string, number>
  /** How many cells a row has; the published header ends in a `;` that the rows do not have. */
  readonly width: number
}

type ListRecord = TableRow & { readonly header: Header }

function readHeader(row: TableRow): Result<Header, SchoolListRefusal> {
  const places = new Map<string, number>()
  for (const [place, raw] of row.cells.entries()) {
    const name = raw.trim()
    if (name === '') continue
    if (places.has(name)) {
      return err(rowsBad([{ line: row.line, column: name, why: 'Die Spalte kommt zweimal vor.' }]))
    }
    places.set(name, place)
  }
  const missing = REQUIRED_COLUMNS.find((column) => !places.has(column))
  if (missing !== undefined) return err({ code: 'school_list_column_missing', column: missing })
  return ok({ places, width: Math.max(...places.values()) + 1 })
}

/** A cell's text without surrounding blanks, line breaks folded into one blank; '' for no such column. */
function cell(record: ListRecord, column: RequiredColumn | typeof DISTRICT_OFFICE_COLUMN): string {
  const place = record.header.places.get(column)
  const text = place === undefined ? undefined : record.cells[place]
  return text === undefined ? '' : text.replace(/[\r\n\t]+/g, ' ').trim()
}

function findBadRows(records: readonly ListRecord[], checks: readonly Check[]): readonly BadRow[] {
  const lineOf = new Map<string, number>()
  const badRows: BadRow[] = []
  for (const record of records) {
    const number = cell(record, 'Schulnummer')
    const bad =
      findWholeRowFault(record) ?? findCellFault(record, checks) ?? findRepeat(record, number)
    if (bad !== null) badRows.push(bad)
    if (!lineOf.has(number)) lineOf.set(number, record.line)
  }
  return badRows

  function findRepeat(record: ListRecord, number: string): BadRow | null {
    const before = lineOf.get(number)
    if (before === undefined) return null
    const why = `Die Nummer ${number} steht schon in Zeile ${before}.`
    return { line: record.line, column: 'Schulnummer', why }
  }
}

function findWholeRowFault(record: ListRecord): BadRow | null {
  const { width } = record.header
  const count = record.cells.length
  if (count !== width && !(count === width + 1 && record.cells[width] === '')) {
    const why = `Die Zeile hat ${count} Felder, erwartet sind ${width}.`
    return { line: record.line, column: WHOLE_ROW, why }
  }
  if (record.cells.some(hasControlCharacter)) {
    const why = 'Die Zeile enthält unsichtbare Steuerzeichen.'
    return { line: record.line, column: WHOLE_ROW, why }
  }
  return null
}

/** PostgreSQL cannot store NUL, and nobody can read the rest; line breaks and tabs are folded. */
function hasControlCharacter(text: string): boolean {
  return /[^\P{Cc}\r\n\t]/u.test(text)
}

function findCellFault(record: ListRecord, checks: readonly Check[]): BadRow | null {
  for (const { column, complaint } of checks) {
    const why = complaint(cell(record, column))
    if (why !== null) return { line: record.line, column, why }
  }
  return null
}

type Check = {
  readonly column: RequiredColumn
  /** What is wrong with the cell, as a sentence; null: nothing. */
  readonly complaint: (text: string) => string | null
}

// Far wider than the state, so that a wrong point (a school 50 km off, as in the list of May 2026)
// is reported as implausible, while swapped, degree and zone-prefixed values are refused.
const EAST_METRES = { least: 180_000, most: 630_000 }
const NORTH_METRES = { least: 5_480_000, most: 5_920_000 }

const CHECKS: readonly Check[] = [
  {
    column: 'Schulnummer',
    complaint: (text) =>
      /^\d{6}$/.test(text) ? null : `${quoted(text)} ist keine Nummer aus sechs Ziffern.`,
  },
  {
    column: 'Schulform',
    complaint: (text) =>
      isSchoolForm(text) || isNoSchool(text)
        ? null
        : `Den Schulformschlüssel ${quoted(text)} kennt Einstieg nicht.`,
  },
  {
    column: 'Gemeindeschluessel',
    complaint: (text) =>
      /^\d{8}$/.test(text) ? null : `${quoted(text)} ist kein Schlüssel aus acht Ziffern.`,
  },
  {
    column: 'Schulbetriebsschluessel',
    complaint: (text) =>
      isOperatingKey(text) ? null : `Den Betriebsschlüssel ${quoted(text)} kennt Einstieg nicht.`,
  },
  {
    column: 'Schulbetriebsdatum',
    complaint: (text) =>
      toCalendarDate(isoDay(text)) === null
        ? `${quoted(text)} ist kein Tag im Kalender (TT.MM.JJJJ).`
        : null,
  },
  { column: 'UTMRechtswert', complaint: (text) => coordinateComplaint(text, EAST_METRES) },
  { column: 'UTMHochwert', complaint: (text) => coordinateComplaint(text, NORTH_METRES) },
]

function checksWith(isKnown: (municipality: MunicipalityKey) => boolean): readonly Check[] {
  return [
    ...CHECKS,
    {
      column: 'Gemeindeschluessel',
      complaint: (text) =>
        isKnown(text as MunicipalityKey)
          ? null
          : `Zum Schlüssel ${quoted(text)} gibt es in Nordrhein-Westfalen keine Gemeinde.`,
    },
  ]
}

function coordinateComplaint(text: string, range: typeof EAST_METRES): string | null {
  if (!/^\d+$/.test(text)) return `${quoted(text)} ist keine ganze Zahl in Metern.`
  const metres = Number(text)
  return metres < range.least || metres > range.most
    ? `${quoted(text)} liegt weit außerhalb von Nordrhein-Westfalen.`
    : null
}

function quoted(text: string): string {
  return `„${text.length > 40 ? `${text.slice(0, 40)}…` : text}“`
}

function isOperatingKey(text: string): text is OperatingKey {
  return OPERATING_KEYS.some((key) => key === text)
}

/** `31.07.2026` as `2026-07-31`; anything else becomes '', which is no day. */
function isoDay(text: string): string {
  const parts = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(text)
  return parts === null ? '' : `${parts[3]}-${parts[2]}-${parts[1]}`
}

function toPoint(record: ListRecord): ListedPoint {
  return {
    number: cell(record, 'Schulnummer') as SchoolNumber,
    municipality: cell(record, 'Gemeindeschluessel') as MunicipalityKey,
    east: Number(cell(record, 'UTMRechtswert')),
    north: Number(cell(record, 'UTMHochwert')),
  }
}

/** A checked row as a school: only called when every check has passed. */
function toSchool(record: ListRecord, form: SchoolForm): School {
  return {
    ...toPoint(record),
    source: 'list',
    form,
    names: [
      cell(record, 'Schulbezeichnung_1'),
      cell(record, 'Schulbezeichnung_2'),
      cell(record, 'Schulbezeichnung_3'),
    ],
    shortName: cell(record, 'Kurzbezeichnung'),
    districtOffice: record.header.places.has(DISTRICT_OFFICE_COLUMN)
      ? cell(record, DISTRICT_OFFICE_COLUMN)
      : null,
    postcode: cell(record, 'PLZ'),
    town: cell(record, 'Ort'),
    street: cell(record, 'Strasse'),
    phone: { areaCode: cell(record, 'Telefonvorwahl'), number: cell(record, 'Telefon') },
    fax: { areaCode: cell(record, 'Faxvorwahl'), number: cell(record, 'Fax') },
    email: cell(record, 'E-Mail'),
    homepage: cell(record, 'Homepage'),
    legalForm: cell(record, 'Rechtsform'),
    ownerNumber: cell(record, 'Traegernummer'),
    status: cell(record, 'Schulbetriebsschluessel') as OperatingKey,
    statusOn: isoDay(cell(record, 'Schulbetriebsdatum')) as CalendarDate,
    epsg: cell(record, 'EPSG'),
    delistedOn: null,
  }
}
