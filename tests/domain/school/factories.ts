import type { MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'

/** An invented open school of the list in Düren; say only what the test is about. */
export function schoolWith(
  facts: Partial<Omit<School, 'number'>> & { number?: string } = {},
): School {
  const { number = '180001', ...others } = facts
  return {
    number: number as SchoolNumber,
    source: 'list',
    form: '15',
    names: ['Gesamtschule', 'Am Beispielweg', ''],
    shortName: 'Düren, GE Am Beispielweg',
    districtOffice: '3',
    postcode: '52349',
    town: 'Düren',
    street: 'Beispielweg 1',
    phone: { areaCode: '02421', number: '10' },
    fax: { areaCode: '', number: '' },
    email: '180001@schule.example',
    homepage: '',
    legalForm: '1',
    ownerNumber: '10000',
    municipality: '05358008' as MunicipalityKey,
    status: '1',
    statusOn: '2000-08-01',
    epsg: 'EPSG:25832',
    east: 325_000,
    north: 5_630_000,
    delistedOn: null,
    ...others,
  }
}

const COLUMNS: readonly (readonly [name: string, of: (school: School) => string])[] = [
  ['Schulnummer', (school) => school.number],
  ['Schulform', (school) => school.form],
  ['Schulbezeichnung_1', (school) => school.names[0]],
  ['Schulbezeichnung_2', (school) => school.names[1]],
  ['Schulbezeichnung_3', (school) => school.names[2]],
  ['Kurzbezeichnung', (school) => school.shortName],
  ['Bezirksregierung', (school) => school.districtOffice ?? ''],
  ['PLZ', (school) => school.postcode],
  ['Ort', (school) => school.town],
  ['Strasse', (school) => school.street],
  ['Telefonvorwahl', (school) => school.phone.areaCode],
  ['Telefon', (school) => school.phone.number],
  ['Faxvorwahl', (school) => school.fax.areaCode],
  ['Fax', (school) => school.fax.number],
  ['E-Mail', (school) => school.email],
  ['Homepage', (school) => school.homepage],
  ['Rechtsform', (school) => school.legalForm],
  ['Traegernummer', (school) => school.ownerNumber],
  ['Gemeindeschluessel', (school) => school.municipality],
  ['Schulbetriebsschluessel', (school) => school.status],
  ['Schulbetriebsdatum', (school) => school.statusOn.split('-').reverse().join('.')],
  ['EPSG', (school) => school.epsg],
  ['UTMRechtswert', (school) => String(school.east)],
  ['UTMHochwert', (school) => String(school.north)],
]

/** Names of the columns, in the order in which they are published. */
export const COLUMN_NAMES: readonly string[] = COLUMNS.map(([name]) => name)

/** A school's cells in the order of `COLUMN_NAMES`; `override` sets some of them to any text. */
export function cellsOf(school: School, override: Readonly<Record<string, string>> = {}): string[] {
  return COLUMNS.map(([name, of]) => override[name] ?? of(school))
}

/** How a list is written down; the defaults are how the Ministry does it. */
export type Writing = {
  readonly separatorLine?: boolean
  readonly byteOrderMark?: boolean
  readonly lineEnd?: '\n' | '\r\n'
  readonly trailingSemicolon?: boolean
}

/** A list as text: header and rows of cells. */
export function listText(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  writing: Writing = {},
): string {
  const end = writing.lineEnd ?? '\n'
  const lines = [
    ...(writing.separatorLine === false ? [] : ['sep=;']),
    header.join(';') + (writing.trailingSemicolon === false ? '' : ';'),
    ...rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')),
  ]
  return (writing.byteOrderMark ? '\uFEFF' : '') + lines.map((line) => line + end).join('')
}
