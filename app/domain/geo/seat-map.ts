import type { UtmPoint } from './utm.ts'

/** What is drawn of a Gemeinde: its border, or its middle alone where no border is known. */
export type Ground = {
  readonly rings: readonly (readonly UtmPoint[])[] | null
  readonly middle: UtmPoint
}

/** A Gemeinde on the map, in units of its `viewBox`. */
export type MapShape = {
  /** The path of its border, filled even-odd; null: only the circle around its middle is drawn. */
  readonly path: string | null
  readonly x: number
  readonly y: number
}

/** A drawing of some Gemeinden, in their order. */
export type SeatMap = {
  readonly width: number
  readonly height: number
  readonly shapes: readonly MapShape[]
}

/** Units the map is wide; its height follows from the ground. */
const WIDTH = 400
/** Room at the edges for circles, numbers and names, which reach over a middle. */
const MARGIN = 40
/** The flattest and the tallest map, as a share of its width. */
const TALLEST = 1.4
/** A point nearer than this to the one before it is not drawn: nobody sees it. */
const FINEST = 0.7

/**
 * Draws Gemeinden on one map, north up, in whole and half units. Pure: the same ground gives the same
 * drawing. Null where there is nothing to draw.
 */
export function drawMap(grounds: readonly Ground[]): SeatMap | null {
  if (grounds.length === 0) return null
  const frame = frameOf(grounds.flatMap(pointsOf))
  return {
    width: WIDTH,
    height: frame.height,
    shapes: grounds.map(({ rings, middle }) => {
      const { x, y } = frame.place(middle)
      return { path: rings === null ? null : rings.map((ring) => line(ring, frame)).join(''), x, y }
    }),
  }
}

type Placed = { readonly x: number; readonly y: number }
type Frame = { readonly height: number; readonly place: (point: UtmPoint) => Placed }

function pointsOf({ rings, middle }: Ground): readonly UtmPoint[] {
  return rings === null ? [middle] : rings.flat()
}

/** One scale for both directions; what is higher than the tallest map is made smaller. */
function frameOf(points: readonly UtmPoint[]): Frame {
  const [west, east] = ends(points.map((point) => point.east))
  const [south, north] = ends(points.map((point) => point.north))
  const room = WIDTH - 2 * MARGIN
  const scale = Math.min(ratio(room, east - west), ratio(room * TALLEST, north - south))
  const height = Math.ceil((north - south) * scale) + 2 * MARGIN
  const left = (WIDTH - (east - west) * scale) / 2
  return {
    height,
    place: (point) => ({
      x: halves(left + (point.east - west) * scale),
      y: halves(MARGIN + (north - point.north) * scale),
    }),
  }
}

/** Least and greatest; not by spreading, a border has tens of thousands of points. */
function ends(values: readonly number[]): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  return [least, greatest]
}

/** Units a metre; one place alone has no extent, and any scale will do. */
function ratio(units: number, metres: number): number {
  return metres === 0 ? 1 : units / metres
}

function halves(value: number): number {
  return Math.round(value * 2) / 2
}

function line(ring: readonly UtmPoint[], { place }: Frame): string {
  const kept: Placed[] = []
  for (const point of ring.map(place)) {
    const last = kept.at(-1)
    if (last === undefined || Math.hypot(point.x - last.x, point.y - last.y) >= FINEST) {
      kept.push(point)
    }
  }
  // an island smaller than that is nothing to see
  if (kept.length < 3) return ''
  return `M${kept.map(({ x, y }) => `${x} ${y}`).join('L')}Z`
}
