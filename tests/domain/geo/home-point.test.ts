import { expect, test } from 'vitest'
import { DETOUR_FACTOR, estimatedWay, homePoint } from '#app/domain/geo/home-point.ts'
import type { MunicipalityKey } from '#app/domain/ids.ts'

const municipality = '05358008' as MunicipalityKey
const middle = { east: 1_000, north: 2_000 }
const schoolPoints = [
  { postcode: '52349', east: 100, north: 200 },
  { postcode: '52349', east: 301, north: 400 },
  { postcode: '52351', east: 9_000, north: 9_000 },
]

test('the mean of the schools with the postcode', () => {
  expect(homePoint({ postcode: '52349', municipality, schoolPoints, middle })).toEqual({
    basis: 'postcode',
    postcode: '52349',
    east: 201,
    north: 300,
  })
})

test.each([null, '52355'])('postcode %j has no school: the middle of the Gemeinde', (postcode) => {
  expect(homePoint({ postcode, municipality, schoolPoints, middle })).toEqual({
    basis: 'municipality',
    municipality,
    ...middle,
  })
})

test('neither is known: no point, so no way', () => {
  expect(homePoint({ postcode: null, municipality, schoolPoints, middle: null })).toBeNull()
})

test('the estimated way is the straight line times the detour', () => {
  expect(estimatedWay({ east: 0, north: 0 }, { east: 3_000, north: 4_000 })).toBe(
    5_000 * DETOUR_FACTOR,
  )
})
