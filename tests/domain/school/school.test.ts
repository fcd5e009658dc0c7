import { describe, expect, test } from 'vitest'
import { isClosedOn, isPlaceable, phoneLabel, schoolName } from '#app/domain/school/school.ts'
import { schoolWith } from './factories.ts'
import { officialList, officialListsPresent, withOfficialLists } from './official-lists.ts'

describe('placeable on a day, by operating key', () => {
  const day = '2026-07-31'
  test.each([
    ['0', '2026-07-31', true],
    ['0', '2026-07-30', false],
    ['1', '2030-01-01', true],
    ['2', '2026-07-31', true],
    ['2', '2026-07-30', false],
    ['3', '2026-07-31', true],
    ['3', '2026-08-01', false],
    ['4', '2000-01-01', false],
    ['5', '2030-01-01', false],
    ['6', '2030-01-01', true],
    ['9', '2030-01-01', false],
  ] as const)('key %s with %s: %s', (status, statusOn, placeable) => {
    expect(isPlaceable(schoolWith({ status, statusOn }), day)).toBe(placeable)
  })

  test('not yet open and suspended are not closed', () => {
    expect(isClosedOn(schoolWith({ status: '3', statusOn: '2027-08-01' }), day)).toBe(false)
    expect(isClosedOn(schoolWith({ status: '4' }), day)).toBe(false)
  })

  test('a school that left the list is closed on every day', () => {
    const school = schoolWith({ delistedOn: '2026-11-21' })
    expect(isClosedOn(school, '2026-05-31')).toBe(true)
    expect(isPlaceable(school, '2026-05-31')).toBe(false)
  })
})

test('the full name joins the parts that are there', () => {
  expect(schoolName(schoolWith({ names: ['Städt. Gesamtschule', '', 'Nord'] }))).toBe(
    'Städt. Gesamtschule Nord',
  )
})

test('a phone number is dialled with its area code; none is null', () => {
  expect(phoneLabel({ areaCode: '02421', number: '123' })).toBe('02421 123')
  expect(phoneLabel({ areaCode: '', number: '123' })).toBe('123')
  expect(phoneLabel({ areaCode: '02421', number: '' })).toBeNull()
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the list of May 2026'), () => {
  test.each([
    ['2026-05-31', 5_422],
    ['2026-11-21', 5_426],
  ] as const)('placeable on %s: %i', (day, count) => {
    const { schools } = officialList(2026)
    expect(schools.filter((school) => isPlaceable(school, day))).toHaveLength(count)
  })
})
