import type { MunicipalityKey } from '#app/domain/ids.ts'
import type { DemoMunicipality } from '#app/services/school/add-demo-schools.server.ts'

/** The demo's Kreis. `99` is no Land, so it never meets a real Gemeinde. */
export const DEMO_AREA = '99001'

/** Where a family lives: a postcode of an invented Gemeinde, with streets to choose from. */
export type Place = {
  readonly municipality: MunicipalityKey
  readonly town: string
  readonly postcode: string
  readonly streets: readonly string[]
}

/** The Gemeinden of Kreis Lindenau with their middles, somewhere in the hills (UTM32, metres). */
export const MUNICIPALITIES: readonly DemoMunicipality[] = [
  municipality('99001001', 'Altenrode', 461_500, 5_685_500),
  municipality('99001002', 'Erlbach', 470_500, 5_688_000),
  municipality('99001003', 'Hohenfeld', 463_500, 5_690_500),
  municipality('99001004', 'Lindenau', 466_000, 5_683_000),
  municipality('99001005', 'Moorhagen', 472_500, 5_681_000),
  municipality('99001006', 'Ruhrbach', 457_800, 5_682_400),
  municipality('99001007', 'Talhausen', 467_200, 5_677_500),
]

/** Where families of the demo live. No postcode of Germany begins with 5999. */
export const PLACES = {
  altenrode: place('Altenrode', '59998', [
    'Am Mühlgraben',
    'Lindenweg',
    'Webergasse',
    'Kirchplatz',
    'An der Walke',
    'Bleichstraße',
  ]),
  altenrodeNord: place('Altenrode', '59997', [
    'Nordstraße',
    'Ziegeleiweg',
    'Am Güterbahnhof',
    'Siedlerstraße',
  ]),
  lindenau: place('Lindenau', '59999', [
    'Bahnhofstraße',
    'Marktgasse',
    'Poststraße',
    'Am Stadtgraben',
    'Schillerplatz',
    'Gerberweg',
  ]),
  lindenauOst: place('Lindenau', '59996', [
    'Kastanienallee',
    'Amselweg',
    'Am Wasserturm',
    'Drosselweg',
  ]),
  ruhrbach: place('Ruhrbach', '59995', [
    'Hüttenstraße',
    'Am Stollen',
    'Bergmannsweg',
    'Schmiedestraße',
  ]),
  erlbach: place('Erlbach', '59994', ['Dorfstraße', 'Am Erlenbruch', 'Mühlenweg']),
  hohenfeld: place('Hohenfeld', '59993', ['Hauptstraße', 'Am Hang', 'Feldstraße']),
  moorhagen: place('Moorhagen', '59992', ['Torfweg', 'Heidestraße']),
  talhausen: place('Talhausen', '59991', ['Talstraße', 'Brückenweg']),
} as const satisfies Readonly<Record<string, Place>>

export type PlaceName = keyof typeof PLACES

function municipality(key: string, name: string, east: number, north: number): DemoMunicipality {
  return { key: key as MunicipalityKey, name, east, north }
}

function place(town: string, postcode: string, streets: readonly string[]): Place {
  return { municipality: keyOf(town), town, postcode, streets }
}

/** The key of a Gemeinde of the demo. @throws when there is none of that name. */
export function keyOf(town: string): MunicipalityKey {
  const found = MUNICIPALITIES.find(({ name }) => name === town)
  if (found === undefined) throw new Error(`The demo has no Gemeinde ${town}`)
  return found.key
}
