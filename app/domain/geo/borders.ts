import type { MunicipalityKey } from '../ids.ts'
import { toUtm, type UtmPoint } from './utm.ts'

/** A position as GeoJSON writes it: longitude, latitude in degrees (WGS84), perhaps more. */
type Position = readonly number[]

/** One Gemeinde with its area: polygons of rings, the first the outline, the others holes. */
export type MunicipalityArea = {
  readonly municipality: MunicipalityKey
  readonly name: string
  readonly polygons: readonly (readonly (readonly Position[])[])[]
}

/** What can be asked of the Gemeinden's borders. Points are UTM32 metres; null: no such Gemeinde. */
export type Borders = {
  /** All Gemeinden, sorted by key. */
  readonly municipalities: readonly { readonly key: MunicipalityKey; readonly name: string }[]
  readonly nameOf: (municipality: MunicipalityKey) => string | null
  /** How far a point lies outside a Gemeinde, in metres; 0 inside. */
  readonly metresOutside: (municipality: MunicipalityKey, point: UtmPoint) => number | null
  /** A point in the middle: the centroid of the area or, where that lies outside, one inside near it. */
  readonly middleOf: (municipality: MunicipalityKey) => UtmPoint | null
  /** Every ring of its border, outlines and holes alike: even-odd filled they are the area. */
  readonly ringsOf: (municipality: MunicipalityKey) => readonly (readonly UtmPoint[])[] | null
}

type Ring = readonly UtmPoint[]
type Polygon = readonly Ring[]
type Edge = readonly [from: UtmPoint, to: UtmPoint]

/** A Gemeinde in the plane; its edges are kept, because thousands of points are held against them. */
type PlaneArea = { readonly polygons: readonly Polygon[]; readonly edges: readonly Edge[] }

/** The borders of some Gemeinden. Each is projected into the plane when it is first asked for. */
export function toBorders(areas: readonly MunicipalityArea[]): Borders {
  const byKey = new Map(areas.map((area) => [area.municipality, area]))
  const projected = new Map<MunicipalityKey, PlaneArea>()

  function areaOf(municipality: MunicipalityKey): PlaneArea | null {
    const area = byKey.get(municipality)
    if (area === undefined) return null
    const known = projected.get(municipality)
    if (known !== undefined) return known
    const polygons = area.polygons.map((rings) => rings.map((ring) => ring.map(toPlane)))
    const inPlane = { polygons, edges: edgesOf(polygons) }
    projected.set(municipality, inPlane)
    return inPlane
  }

  return {
    municipalities: areas
      .map((area) => ({ key: area.municipality, name: area.name }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    nameOf: (municipality) => byKey.get(municipality)?.name ?? null,
    metresOutside(municipality, point) {
      const area = areaOf(municipality)
      if (area === null) return null
      return contains(area.edges, point) ? 0 : metresToBorder(area.edges, point)
    },
    middleOf(municipality) {
      const area = areaOf(municipality)
      return area === null ? null : middle(area)
    },
    ringsOf: (municipality) => areaOf(municipality)?.polygons.flat() ?? null,
  }
}

function toPlane([longitude, latitude]: Position): UtmPoint {
  if (longitude === undefined || latitude === undefined)
    throw new Error('A position has two numbers')
  return toUtm({ longitude, latitude })
}

function edgesOf(polygons: readonly Polygon[]): readonly Edge[] {
  return polygons.flat().flatMap((ring) =>
    ring.flatMap((from, index): readonly Edge[] => {
      const to = ring[index + 1]
      return to === undefined ? [] : [[from, to]]
    }),
  )
}

/** Where the edges cross the horizontal line at `north`, from west to east. Every ring is closed. */
function crossings(edges: readonly Edge[], north: number): readonly number[] {
  return edges
    .filter(([from, to]) => from.north > north !== to.north > north)
    .map(([from, to]) => {
      const share = (north - from.north) / (to.north - from.north)
      return from.east + share * (to.east - from.east)
    })
    .sort((a, b) => a - b)
}

/** Even-odd rule over all rings, so holes and separate parts need no cases of their own. */
function contains(edges: readonly Edge[], point: UtmPoint): boolean {
  const toTheEast = crossings(edges, point.north).filter((east) => east > point.east)
  return toTheEast.length % 2 === 1
}

function metresToBorder(edges: readonly Edge[], point: UtmPoint): number {
  let nearest = Number.POSITIVE_INFINITY
  for (const edge of edges) nearest = Math.min(nearest, metresToEdge(edge, point))
  return nearest
}

function metresToEdge([from, to]: Edge, point: UtmPoint): number {
  const east = to.east - from.east
  const north = to.north - from.north
  const lengthSquared = east ** 2 + north ** 2
  const along = (point.east - from.east) * east + (point.north - from.north) * north
  const share = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, along / lengthSquared))
  return Math.hypot(
    point.east - (from.east + share * east),
    point.north - (from.north + share * north),
  )
}

function middle({ polygons, edges }: PlaneArea): UtmPoint {
  const centroid = centroidOf(polygons)
  if (contains(edges, centroid)) return centroid
  const largest = polygons.reduce((a, b) => (momentsOf([b]).area > momentsOf([a]).area ? b : a))
  return insideOnLine(edgesOf([largest]), centroidOf([largest]))
}

/** The middle of that stretch inside, on the point's horizontal line, which lies nearest to it. */
function insideOnLine(edges: readonly Edge[], point: UtmPoint): UtmPoint {
  const easts = crossings(edges, point.north)
  let nearest = point.east
  let shortest = Number.POSITIVE_INFINITY
  for (let index = 0; index + 1 < easts.length; index += 2) {
    const candidate = ((easts[index] ?? 0) + (easts[index + 1] ?? 0)) / 2
    const metres = Math.abs(candidate - point.east)
    if (metres < shortest) {
      shortest = metres
      nearest = candidate
    }
  }
  return { east: nearest, north: point.north }
}

function centroidOf(polygons: readonly Polygon[]): UtmPoint {
  const { area, east, north } = momentsOf(polygons)
  return { east: east / area, north: north / area }
}

type Moments = { readonly area: number; readonly east: number; readonly north: number }

/** Area and first moments; outlines add, holes take away, whichever way round they are drawn. */
function momentsOf(polygons: readonly Polygon[]): Moments {
  let total: Moments = { area: 0, east: 0, north: 0 }
  for (const polygon of polygons) {
    for (const [index, ring] of polygon.entries()) {
      const moments = momentsOfRing(ring)
      const sign = Math.sign(moments.area) * (index === 0 ? 1 : -1)
      total = {
        area: total.area + sign * moments.area,
        east: total.east + sign * moments.east,
        north: total.north + sign * moments.north,
      }
    }
  }
  return total
}

/** The shoelace formula, taken from the ring's first point so that the products stay small. */
function momentsOfRing(ring: Ring): Moments {
  const origin = ring[0]
  if (origin === undefined) return { area: 0, east: 0, north: 0 }
  let area = 0
  let east = 0
  let north = 0
  for (const [from, to] of edgesOf([[ring]])) {
    const a = { east: from.east - origin.east, north: from.north - origin.north }
    const b = { east: to.east - origin.east, north: to.north - origin.north }
    const cross = (a.east * b.north - b.east * a.north) / 2
    area += cross
    east += (cross * (a.east + b.east)) / 3
    north += (cross * (a.north + b.north)) / 3
  }
  return { area, east: east + area * origin.east, north: north + area * origin.north }
}
