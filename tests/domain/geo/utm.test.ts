import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distanceMetres, toUtm, toWgs84 } from '#app/domain/geo/utm.ts'

test('the check value of the official list', () => {
  const point = toWgs84({ east: 361_466, north: 5_673_192 })
  expect(point.latitude).toBeCloseTo(51.193327, 6)
  expect(point.longitude).toBeCloseTo(7.017392, 6)
})

test('on the central meridian east is 500,000', () => {
  expect(toUtm({ latitude: 51, longitude: 9 }).east).toBeCloseTo(500_000, 6)
})

test('there and back is the same point, to a millimetre', () => {
  const points = fc.record({
    east: fc.integer({ min: 180_000, max: 630_000 }),
    north: fc.integer({ min: 5_480_000, max: 5_920_000 }),
  })
  fc.assert(
    fc.property(points, (point) => {
      expect(distanceMetres(toUtm(toWgs84(point)), point)).toBeLessThan(0.001)
    }),
  )
})

test('the straight line', () => {
  expect(distanceMetres({ east: 0, north: 0 }, { east: 300, north: 400 })).toBe(500)
})
