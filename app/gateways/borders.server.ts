import { existsSync, readFileSync } from 'node:fs'
import { feature } from 'topojson-client'
import * as z from 'zod'
import { type Borders, type MunicipalityArea, toBorders } from '#app/domain/geo/borders.ts'
import type { MunicipalityKey } from '#app/domain/ids.ts'

const Ring = z.array(z.array(z.number()).min(2)).min(4)
const Feature = z.object({
  properties: z.object({ ags: z.string().regex(/^\d{8}$/), name: z.string().min(1) }),
  geometry: z.discriminatedUnion('type', [
    z.object({ type: z.literal('Polygon'), coordinates: z.array(Ring) }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(Ring)) }),
  ]),
})

const FILE = 'public/geo/nrw_gemeinden.topojson'

let loaded: Borders | null = null

/**
 * The borders of the Gemeinden of North Rhine-Westphalia from `public/geo` (TopoJSON: one object
 * whose geometries carry `ags` and `name`, WGS84). Read when they are first asked for, and once:
 * the file comes with the program and does not change while it runs. A missing or damaged file is
 * an accident of the installation and throws.
 */
export function loadBorders(): Borders {
  loaded ??= toBorders(readAreas(findFile(new URL('.', import.meta.url))))
  return loaded
}

/** Looks upwards from this module, which runs from the sources and from two bundles. */
function findFile(folder: URL): URL {
  const file = new URL(FILE, folder)
  if (existsSync(file)) return file
  const parent = new URL('..', folder)
  if (parent.href === folder.href) throw new Error(`${FILE} is missing`)
  return findFile(parent)
}

function readAreas(file: URL): readonly MunicipalityArea[] {
  const topology = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof feature>[0]
  return Object.values(topology.objects)
    .flatMap((object) => {
      const decoded = feature(topology, object)
      return 'features' in decoded ? decoded.features : [decoded]
    })
    .map((decoded) => Feature.parse(decoded))
    .map(({ properties, geometry }) => ({
      municipality: properties.ags as MunicipalityKey,
      name: properties.name,
      polygons: geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
    }))
}
