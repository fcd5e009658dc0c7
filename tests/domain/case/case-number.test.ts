import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCaseNumber, parseCaseNumber } from '#app/domain/case/case-number.ts'

test.each([
  [412, 'DN-2026-0412'],
  [1, 'DN-2026-0001'],
  [9999, 'DN-2026-9999'],
  [10000, 'DN-2026-10000'],
])('number %i is written %s', (running, text) => {
  expect(formatCaseNumber({ centreCode: 'DN', year: 2026, running })).toBe(text)
})

test('it is read as people type it', () => {
  const parts = { centreCode: 'DN', year: 2026, running: 412 }
  expect(parseCaseNumber(' dn-2026-0412 ')).toEqual(parts)
})

test.each([
  '',
  'DN-2026-412',
  'DN-2026-00412',
  'DN-2026-0000',
  'D-2026-0412',
  'DNXX-2026-0412',
  'DN-26-0412',
  'DN-2026-0412-1',
  'DN 2026 0412',
  'Dünya',
])('%j is no case number', (text) => {
  expect(parseCaseNumber(text)).toBeNull()
})

test('whatever is written is read back', () => {
  const parts = fc.record({
    centreCode: fc.stringMatching(/^[A-Z]{2,3}$/),
    year: fc.integer({ min: 2000, max: 2099 }),
    running: fc.integer({ min: 1, max: 999_999 }),
  })
  fc.assert(
    fc.property(parts, (one) => {
      expect(parseCaseNumber(formatCaseNumber(one))).toEqual(one)
    }),
  )
})
