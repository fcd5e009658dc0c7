import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areasOverlap, inArea, parseArea } from '#app/domain/centre/area.ts'
import { checkTargets, DEFAULT_TARGETS, isCentreCode } from '#app/domain/centre/centre.ts'
import type { MunicipalityKey } from '#app/domain/ids.ts'

const dueren = '05358008' as MunicipalityKey

describe('parseArea', () => {
  test.each([
    ['05358', ['05358']],
    [' 05358 , 05334002 ', ['05334002', '05358']],
    ['05358,05358008,05358,', ['05358']],
    ['99', ['99']],
  ])('%j is %j', (text, area) => {
    expect(parseArea(text)).toEqual({ ok: true, value: area })
  })

  test.each([
    ['', { code: 'area_empty' }],
    [' , ', { code: 'area_empty' }],
    ['05358, Düren', { code: 'area_prefix_invalid', prefix: 'Düren' }],
    ['5', { code: 'area_prefix_invalid', prefix: '5' }],
    ['053580081', { code: 'area_prefix_invalid', prefix: '053580081' }],
    ['05358;05334', { code: 'area_prefix_invalid', prefix: '05358;05334' }],
  ])('%j is refused', (text, error) => {
    expect(parseArea(text)).toEqual({ ok: false, error })
  })

  const areas = fc
    .array(fc.stringMatching(/^\d{2,8}$/), { minLength: 1, maxLength: 8 })
    .map((prefixes) => ({ prefixes, text: prefixes.join(', ') }))

  test('leaving covered prefixes out changes nothing about what lies in the area', () => {
    const keys = fc.stringMatching(/^\d{8}$/).map((key) => key as MunicipalityKey)
    fc.assert(
      fc.property(areas, keys, ({ prefixes, text }, key) => {
        const parsed = parseArea(text)
        expect(parsed.ok && inArea(parsed.value, key)).toBe(inArea(prefixes, key))
        const first = prefixes[0]!.padEnd(8, '0') as MunicipalityKey
        expect(parsed.ok && inArea(parsed.value, first)).toBe(true)
      }),
    )
  })

  test('two areas that hold a Gemeinde in common overlap', () => {
    const key = fc.stringMatching(/^\d{8}$/).map((digits) => digits as MunicipalityKey)
    const length = fc.integer({ min: 2, max: 8 })
    fc.assert(
      fc.property(key, length, length, (municipality, one, other) => {
        const [a, b] = [municipality.slice(0, one), municipality.slice(0, other)]
        expect(areasOverlap([a], [b])).toBe(true)
      }),
    )
  })
})

test('a Gemeinde lies in the area of its Kreis', () => {
  expect(inArea(['05358'], dueren)).toBe(true)
  expect(inArea(['05334', '05358008'], dueren)).toBe(true)
  expect(inArea(['05334'], dueren)).toBe(false)
  expect(inArea([], dueren)).toBe(false)
})

test('areas overlap only where one holds the other', () => {
  expect(areasOverlap(['05358'], ['05358008'])).toBe(true)
  expect(areasOverlap(['05334', '05358008'], ['05358'])).toBe(true)
  expect(areasOverlap(['05334'], ['05358'])).toBe(false)
  expect(areasOverlap(['05358004'], ['05358008'])).toBe(false)
})

describe('checkTargets', () => {
  test('28, 14 and 7 until a centre sets its own; 1 to 365 whole days', () => {
    expect(checkTargets(DEFAULT_TARGETS)).toEqual({
      ok: true,
      value: { counsellingDays: 28, assignmentDays: 14, firstDayDays: 7 },
    })
    const ends = { counsellingDays: 1, assignmentDays: 365, firstDayDays: 1 }
    expect(checkTargets(ends).ok).toBe(true)
  })

  test.each([
    ['counsellingDays', 0],
    ['assignmentDays', 366],
    ['firstDayDays', 7.5],
    ['firstDayDays', Number.NaN],
  ] as const)('%s of %d is refused', (target, days) => {
    expect(checkTargets({ ...DEFAULT_TARGETS, [target]: days })).toEqual({
      ok: false,
      error: { code: 'target_out_of_range', target, min: 1, max: 365 },
    })
  })
})

test.each([
  ['DN', true],
  ['LIN', true],
  ['D', false],
  ['DUEN', false],
  ['dn', false],
  ['D1', false],
  ['DÜ', false],
])('%s leads case numbers: %s', (code, fits) => {
  expect(isCentreCode(code)).toBe(fits)
})
