import type { SchoolNumber } from '#app/domain/ids.ts'
import type { SchoolForm } from '#app/domain/school/form.ts'
import type { OperatingKey } from '#app/domain/school/school.ts'
import { type CalendarDate, schoolYearOf } from '#app/domain/time.ts'
import type { DemoSchool } from '#app/services/school/add-demo-schools.server.ts'
import { keyOf, MUNICIPALITIES, PLACES, type PlaceName } from './places.ts'

/** The owner of the public schools of the demo, whom `traeger@` stands for. */
export const DEMO_OWNER = '990010'
const PRIVATE_OWNER = '990090'

type Row = {
  readonly number: string
  readonly form: SchoolForm
  readonly name: string
  readonly place: PlaceName
  readonly street: string
  /** Metres from the middle of the Gemeinde. */
  readonly east: number
  readonly north: number
  /** `runs_out`: closes with the end of the school year after next; `closed`: since the last one. */
  readonly state?: 'runs_out' | 'closed'
  readonly isPrivate?: true
}

/** All forms a Kreis of this size has. The numbers begin with 9, as no official one does. */
const ROWS: readonly Row[] = [
  row('900011', '02', 'Grundschule Am Mühlgraben', 'altenrode', 'Am Mühlgraben 20', -350, -250),
  row('900012', '02', 'Grundschule am Wehr', 'altenrode', 'Wehrgasse 3', 500, -700),
  row('900013', '02', 'Grundschule Nordstraße', 'altenrodeNord', 'Nordstraße 41', 100, 1_300),
  row('900014', '02', 'Grundschule Ruhrbach', 'ruhrbach', 'Hüttenstraße 12', 150, 200),
  row('900015', '02', 'Grundschule Lindenau-Mitte', 'lindenau', 'Schillerplatz 1', 100, -150),
  row('900016', '02', 'Grundschule Kastanienallee', 'lindenauOst', 'Kastanienallee 8', 1_400, 300),
  row('900017', '02', 'Grundschule Erlbach', 'erlbach', 'Dorfstraße 27', -100, 150),
  row('900018', '02', 'Grundschule Hohenfeld', 'hohenfeld', 'Am Hang 2', 250, -100),
  row('900019', '02', 'Grundschule Moorhagen', 'moorhagen', 'Heidestraße 5', -150, 50),
  row('900021', '04', 'Hauptschule Hohenfeld', 'hohenfeld', 'Feldstraße 14', -400, -300),
  row('900022', '04', 'St.-Anna-Hauptschule Ruhrbach', 'ruhrbach', 'Bergmannsweg 9', -300, 350),
  {
    ...row('900023', '04', 'Hauptschule Lindenau', 'lindenau', 'Poststraße 30', -600, 400),
    state: 'closed',
  },
  row('900031', '10', 'Realschule Altenrode', 'altenrode', 'Bleichstraße 17', 300, 400),
  row('900032', '10', 'Realschule Ruhrbach', 'ruhrbach', 'Schmiedestraße 22', 400, -300),
  {
    ...row('900033', '10', 'Realschule Erlbach', 'erlbach', 'Mühlenweg 6', 300, -350),
    state: 'runs_out',
  },
  row('900041', '14', 'Sekundarschule Altenrode', 'altenrodeNord', 'Ziegeleiweg 11', -500, 900),
  row('900042', '14', 'Sekundarschule Talhausen', 'talhausen', 'Talstraße 33', 50, 100),
  row('900051', '15', 'Gesamtschule Altenrode', 'altenrode', 'Webergasse 40', -700, 250),
  row('900052', '15', 'Gesamtschule Lindenau', 'lindenau', 'Am Stadtgraben 5', -300, -500),
  row('900061', '20', 'Gymnasium Lindenau', 'lindenau', 'Marktgasse 2', 250, 250),
  row('900062', '20', 'Gymnasium Altenrode', 'altenrode', 'Kirchplatz 7', 0, 100),
  row('900071', '30', 'Berufskolleg Lindenau', 'lindenauOst', 'Am Wasserturm 1', 1_100, -400),
  row('900072', '30', 'Berufskolleg Altenrode', 'altenrodeNord', 'Am Güterbahnhof 15', -200, 1_100),
  row('900081', '08', 'Förderschule Am Lindenhain', 'lindenauOst', 'Drosselweg 18', 1_700, 100),
  {
    ...row(
      '900091',
      '17',
      'Freie Waldorfschule Hohenfeld',
      'hohenfeld',
      'Hauptstraße 60',
      600,
      500,
    ),
    isPrivate: true,
  },
]

/** The schools of the demo as the official list would describe them on the day of the first start. */
export function demoSchools(start: CalendarDate): readonly DemoSchool[] {
  return ROWS.map((one, index) => schoolOf(one, index, start))
}

function schoolOf(one: Row, index: number, start: CalendarDate): DemoSchool {
  const { postcode, town } = PLACES[one.place]
  const municipality = keyOf(town)
  const middle = MUNICIPALITIES.find(({ key }) => key === municipality) ?? { east: 0, north: 0 }
  return {
    number: one.number as SchoolNumber,
    source: 'demo',
    form: one.form,
    names: [one.name, one.isPrivate ? 'in freier Trägerschaft' : '', ''],
    shortName: one.name,
    districtOffice: null,
    postcode,
    town,
    street: one.street,
    ...phonesOf(index),
    email: `${one.number}@schule.example`,
    homepage: `https://${one.number}.schule.example`,
    legalForm: one.isPrivate ? '2' : '1',
    ownerNumber: one.isPrivate ? PRIVATE_OWNER : DEMO_OWNER,
    municipality,
    ...operationOf(one, start),
    epsg: 'EPSG:25832',
    east: middle.east + one.east,
    north: middle.north + one.north,
    delistedOn: null,
  }
}

/** 0221 4710-000 to -999 is set apart for films by the Bundesnetzagentur: nobody picks up. */
function phonesOf(index: number) {
  const digits = String(300 + index * 10)
  return {
    phone: { areaCode: '0221', number: `4710-${digits}` },
    fax: { areaCode: '0221', number: `4710-${Number(digits) + 9}` },
  }
}

function operationOf(
  { state }: Row,
  start: CalendarDate,
): { readonly status: OperatingKey; readonly statusOn: CalendarDate } {
  const year = schoolYearOf(start)
  if (state === 'closed') return { status: '9', statusOn: `${year - 1}-07-31` as CalendarDate }
  if (state === 'runs_out') return { status: '2', statusOn: `${year + 2}-07-31` as CalendarDate }
  return { status: '1', statusOn: `${year - 20}-08-01` as CalendarDate }
}

function row(
  number: string,
  form: SchoolForm,
  name: string,
  place: PlaceName,
  street: string,
  east: number,
  north: number,
): Row {
  return { number, form, name, place, street, east, north }
}
