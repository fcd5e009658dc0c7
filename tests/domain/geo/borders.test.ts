import { describe, expect, test } from 'vitest'
import { toBorders } from '#app/domain/geo/borders.ts'
import { toWgs84 } from '#app/domain/geo/utm.ts'
import type { MunicipalityKey } from '#app/domain/ids.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import {
  officialList,
  officialListsPresent,
  withOfficialLists,
} from '#tests/domain/school/official-lists.ts'

const key = '05358008' as MunicipalityKey

/** A closed ring through these points, given in kilometres from a point in Düren. */
function ring(...corners: readonly (readonly [east: number, north: number])[]) {
  return [...corners, corners[0]!].map((corner) => {
    const { latitude, longitude } = toWgs84(at(...corner))
    return [longitude, latitude]
  })
}

function at(east: number, north: number) {
  return { east: 325_000 + east * 1_000, north: 5_630_000 + north * 1_000 }
}

function area(...polygons: readonly (readonly number[][][])[]) {
  return toBorders([{ municipality: key, name: 'Düren', polygons }])
}

const square = ring([0, 0], [10, 0], [10, 10], [0, 10])
const hole = ring([4, 4], [6, 4], [6, 6], [4, 6])

describe('how far outside', () => {
  test('inside, outside by a side, outside by a corner', () => {
    const one = area([square])
    expect(one.metresOutside(key, at(1, 1))).toBe(0)
    expect(one.metresOutside(key, at(11, 5))).toBeCloseTo(1_000, 2)
    expect(one.metresOutside(key, at(13, 14))).toBeCloseTo(5_000, 2)
  })

  test('in a hole is outside; a second part is inside', () => {
    const one = area([square, hole], [ring([20, 0], [22, 0], [22, 2], [20, 2])])
    expect(one.metresOutside(key, at(4.5, 5))).toBeCloseTo(500, 2)
    expect(one.metresOutside(key, at(21, 1))).toBe(0)
  })

  test('a Gemeinde nobody knows', () => {
    const nobody = '99999999' as MunicipalityKey
    expect(area([square]).metresOutside(nobody, at(1, 1))).toBeNull()
    expect(area([square]).middleOf(nobody)).toBeNull()
    expect(area([square]).nameOf(nobody)).toBeNull()
  })
})

describe('the middle', () => {
  function expectMiddle(
    actual: ReturnType<ReturnType<typeof area>['middleOf']>,
    east: number,
    north: number,
  ) {
    expect(actual?.east).toBeCloseTo(at(east, north).east, 2)
    expect(actual?.north).toBeCloseTo(at(east, north).north, 2)
  }

  test('the centroid, whichever way round the ring is drawn', () => {
    expectMiddle(area([square]).middleOf(key), 5, 5)
    expectMiddle(area([square.toReversed()]).middleOf(key), 5, 5)
  })

  test('a hole moves it', () => {
    const side = ring([0, 0], [4, 0], [4, 10], [0, 10])
    expectMiddle(area([square, side]).middleOf(key), 7, 5)
    expectMiddle(area([square, side.toReversed()]).middleOf(key), 7, 5)
  })

  test('when the centroid lies outside: inside all the same', () => {
    const horseshoe = ring([0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10])
    const bent = area([horseshoe])
    expect(bent.metresOutside(key, bent.middleOf(key)!)).toBe(0)
    const twoParts = area([square], [ring([30, 0], [33, 0], [33, 3], [30, 3])])
    expect(twoParts.metresOutside(key, twoParts.middleOf(key)!)).toBe(0)
  })
})

describe('the Gemeinden of the state', () => {
  test('396, sorted, with names', () => {
    const { municipalities } = loadBorders()
    expect(municipalities).toHaveLength(396)
    expect(municipalities.map((one) => one.key)).toEqual(
      municipalities.map((one) => one.key).toSorted(),
    )
    expect(loadBorders().nameOf(key)).toBe('Düren')
  })

  test('every middle lies inside', () => {
    for (const { key: municipality } of loadBorders().municipalities) {
      const middle = loadBorders().middleOf(municipality)
      expect(loadBorders().metresOutside(municipality, middle!)).toBe(0)
    }
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the list of May 2026'), () => {
  test('five points lie more than 500 m outside, eight outside at all, in well under a second', () => {
    const { schools, notSchools } = officialList(2026)
    const began = performance.now()
    const outside = [...schools, ...notSchools]
      .map(({ number, municipality, east, north }) => {
        const metres = loadBorders().metresOutside(municipality, { east, north })
        return { number, metres: metres ?? Number.NaN }
      })
      .filter(({ metres }) => metres !== 0)
    expect(performance.now() - began).toBeLessThan(1_000)
    const far = outside.filter(({ metres }) => metres > 500).map(({ number }) => number)
    expect(far.toSorted()).toEqual(['115990', '154647', '172224', '193835', '600358'])
    expect(outside.map(({ number }) => number).toSorted()).toEqual([
      '115990',
      '116609',
      '154015',
      '154647',
      '156425',
      '172224',
      '193835',
      '600358',
    ])
    const farthest = Math.max(...outside.map(({ metres }) => metres))
    expect(farthest).toBeGreaterThan(53_000)
    expect(farthest).toBeLessThan(54_000)
  })
})
