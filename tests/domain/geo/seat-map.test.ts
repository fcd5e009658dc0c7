import { describe, expect, test } from 'vitest'
import { drawMap, type Ground } from '#app/domain/geo/seat-map.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'

const at = (east: number, north: number) => ({ east: 300_000 + east, north: 5_600_000 + north })
const square = (east: number, north: number, side: number) => [
  at(east, north),
  at(east + side, north),
  at(east + side, north + side),
  at(east, north + side),
  at(east, north),
]

const WEST: Ground = { rings: [square(0, 0, 1_000)], middle: at(500, 500) }
const EAST: Ground = { rings: [square(1_000, 0, 1_000)], middle: at(1_500, 500) }

describe('the map of Gemeinden', () => {
  test('is drawn north up, with room at its edges, in the order that was asked for', () => {
    const map = drawMap([EAST, WEST])
    expect(map).toMatchObject({ width: 400, height: 240 })
    expect(map?.shapes).toMatchObject([
      { x: 280, y: 120 },
      { x: 120, y: 120 },
    ])
    // the corner in the south-west stands at the left, at the bottom
    expect(map?.shapes[1]?.path).toMatch(/^M40 200L200 200L200 40L40 40/)
    expect(drawMap([EAST, WEST])).toEqual(map)
  })

  test('keeps holes as rings of their own', () => {
    const ring = square(400, 400, 200)
    const [shape] = drawMap([{ ...WEST, rings: [square(0, 0, 1_000), ring] }])?.shapes ?? []
    expect(shape?.path?.match(/M/g)).toHaveLength(2)
  })

  test('leaves out points that nobody could tell apart', () => {
    const fine = Array.from({ length: 1_000 }, (_, index) => at(index, 0))
    const [shape] = drawMap([{ ...WEST, rings: [[...fine, ...square(0, 0, 1_000)]] }])?.shapes ?? []
    expect(shape?.path?.split('L').length).toBeLessThan(600)
  })

  test('shows a Gemeinde whose border is not known as its middle', () => {
    const map = drawMap([WEST, { rings: null, middle: at(3_000, 500) }])
    expect(map?.shapes.map(({ path }) => path === null)).toEqual([false, true])
    expect(map?.shapes[1]).toMatchObject({ x: 360 })
    const alone = drawMap([{ rings: null, middle: at(0, 0) }])
    expect(alone?.shapes).toEqual([{ path: null, x: 200, y: 40 }])
  })

  test('is not there where there is nothing to draw', () => {
    expect(drawMap([])).toBeNull()
  })

  test('of a Kreis from the real borders stays within its frame and small', () => {
    const borders = loadBorders()
    const keys = borders.municipalities.filter(({ key }) => key.startsWith('05358'))
    const grounds = keys.map(({ key }) => ({
      rings: borders.ringsOf(key),
      middle: borders.middleOf(key) ?? at(0, 0),
    }))
    const map = drawMap(grounds)
    expect(map?.shapes).toHaveLength(15)
    for (const { path, x, y } of map?.shapes ?? []) {
      expect(path).toMatch(/^M\d/)
      const numbers = (path ?? '').split(/[MLZ ]+/).filter(Boolean)
      expect(Math.max(x, y, ...numbers.map(Number))).toBeLessThanOrEqual(
        Math.max(map?.width ?? 0, map?.height ?? 0),
      )
      expect(Math.min(x, y, ...numbers.map(Number))).toBeGreaterThanOrEqual(0)
    }
    expect(JSON.stringify(map).length).toBeLessThan(40_000)
    expect(borders.ringsOf('99999999' as never)).toBeNull()
  })
})
