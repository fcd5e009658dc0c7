/** A point in UTM zone 32 (EPSG:25832), in metres: the plane in which distances are measured. */
export type UtmPoint = { readonly east: number; readonly north: number }

/** A point on the globe, in degrees (WGS84; within a metre of ETRS89, which UTM32 is built on). */
export type Wgs84Point = { readonly latitude: number; readonly longitude: number }

const SEMI_MAJOR_AXIS_METRES = 6_378_137
const FLATTENING = 1 / 298.257222101
const SCALE = 0.9996
const FALSE_EAST_METRES = 500_000
const CENTRAL_MERIDIAN_DEGREES = 9

// Krüger's series in the third flattening, to the third order: exact to less than a millimetre.
const n = FLATTENING / (2 - FLATTENING)
const CONFORMAL = (2 * Math.sqrt(n)) / (1 + n)
const SCALED_RADIUS = ((SCALE * SEMI_MAJOR_AXIS_METRES) / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64)
const FORWARD = [
  n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16,
  (13 * n ** 2) / 48 - (3 * n ** 3) / 5,
  (61 * n ** 3) / 240,
]
const INVERSE = [
  n / 2 - (2 * n ** 2) / 3 + (37 * n ** 3) / 96,
  n ** 2 / 48 + n ** 3 / 15,
  (17 * n ** 3) / 480,
]
const LATITUDE = [
  2 * n - (2 * n ** 2) / 3 - 2 * n ** 3,
  (7 * n ** 2) / 3 - (8 * n ** 3) / 5,
  (56 * n ** 3) / 15,
]

/** Degrees to metres: WGS84 to UTM32 (Krüger's series). */
export function toUtm(point: Wgs84Point): UtmPoint {
  const sine = Math.sin(radians(point.latitude))
  const longitude = radians(point.longitude - CENTRAL_MERIDIAN_DEGREES)
  const t = Math.sinh(Math.atanh(sine) - CONFORMAL * Math.atanh(CONFORMAL * sine))
  const xi = Math.atan2(t, Math.cos(longitude))
  const eta = Math.atanh(Math.sin(longitude) / Math.sqrt(1 + t ** 2))
  const shift = series(FORWARD, xi, eta)
  return {
    east: FALSE_EAST_METRES + SCALED_RADIUS * (eta + shift.eta),
    north: SCALED_RADIUS * (xi + shift.xi),
  }
}

/** Metres to degrees: UTM32 to WGS84 (Krüger's series). */
export function toWgs84(point: UtmPoint): Wgs84Point {
  const xi = point.north / SCALED_RADIUS
  const eta = (point.east - FALSE_EAST_METRES) / SCALED_RADIUS
  const shift = series(INVERSE, xi, eta)
  const plainXi = xi - shift.xi
  const plainEta = eta - shift.eta
  const conformal = Math.asin(Math.sin(plainXi) / Math.cosh(plainEta))
  const latitude = LATITUDE.reduce(
    (sum, factor, index) => sum + factor * Math.sin(2 * (index + 1) * conformal),
    conformal,
  )
  const longitude = Math.atan2(Math.sinh(plainEta), Math.cos(plainXi))
  return {
    latitude: degrees(latitude),
    longitude: CENTRAL_MERIDIAN_DEGREES + degrees(longitude),
  }
}

/** The straight line between two points in metres, in the plane of UTM32. */
export function distanceMetres(a: UtmPoint, b: UtmPoint): number {
  return Math.hypot(a.east - b.east, a.north - b.north)
}

function series(factors: readonly number[], xi: number, eta: number) {
  let xiSum = 0
  let etaSum = 0
  for (const [index, factor] of factors.entries()) {
    const turns = 2 * (index + 1)
    xiSum += factor * Math.sin(turns * xi) * Math.cosh(turns * eta)
    etaSum += factor * Math.cos(turns * xi) * Math.sinh(turns * eta)
  }
  return { xi: xiSum, eta: etaSum }
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI
}
