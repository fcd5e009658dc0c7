import type { MunicipalityKey } from '../ids.ts'
import { distanceMetres, type UtmPoint } from './utm.ts'

/**
 * How much longer a way is than the straight line. An estimate, not law: a common rule of thumb
 * for European towns (domain.md §3.6), so every way built on it is shown as "geschätzt".
 */
export const DETOUR_FACTOR = 1.3

/** Where a child's ways are measured from, and the facts the page needs to say so ("ab Mitte 52349"). */
export type HomePoint = UtmPoint &
  (
    | { readonly basis: 'postcode'; readonly postcode: string }
    | { readonly basis: 'municipality'; readonly municipality: MunicipalityKey }
  )

export type HomeFacts = {
  /** The postcode of the child's address; null when only the Gemeinde is known. */
  readonly postcode: string | null
  readonly municipality: MunicipalityKey
  /** The stored schools with their postcodes; their mean stands for the middle of a postcode. */
  readonly schoolPoints: readonly (UtmPoint & { readonly postcode: string })[]
  /** The middle of the Gemeinde; null when its border is not known. */
  readonly middle: UtmPoint | null
}

/**
 * The point a child's ways are measured from, in whole metres UTM32: the mean of the stored
 * schools' points with the child's postcode, else the middle of the Gemeinde, else null (then no
 * way can be estimated). No address is ever looked up, so no address leaves the house.
 */
export function homePoint(facts: HomeFacts): HomePoint | null {
  const near = facts.schoolPoints.filter((point) => point.postcode === facts.postcode)
  if (facts.postcode !== null && near.length > 0) {
    return { basis: 'postcode', postcode: facts.postcode, ...wholeMetres(mean(near)) }
  }
  if (facts.middle === null) return null
  return {
    basis: 'municipality',
    municipality: facts.municipality,
    ...wholeMetres(facts.middle),
  }
}

/** The estimated way in whole metres: the straight line times `DETOUR_FACTOR`. */
export function estimatedWay(home: UtmPoint, school: UtmPoint): number {
  return Math.round(distanceMetres(home, school) * DETOUR_FACTOR)
}

function mean(points: readonly UtmPoint[]): UtmPoint {
  let east = 0
  let north = 0
  for (const point of points) {
    east += point.east
    north += point.north
  }
  return { east: east / points.length, north: north / points.length }
}

function wholeMetres(point: UtmPoint): UtmPoint {
  return { east: Math.round(point.east), north: Math.round(point.north) }
}
