import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BirthDate } from '#app/domain/child/birth-date.ts'
import {
  COMPULSORY_SOURCES,
  type CompulsorySchooling,
  compulsorySchooling,
  mayBeCompelled,
  schoolAge,
} from '#app/domain/law/compulsory-schooling.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'

function born(date: CalendarDate): BirthDate {
  return { precision: 'day', date }
}

describe('compulsory schooling, the vectors of domain.md §3.1', () => {
  test.each<readonly [CalendarDate, CalendarDate, CompulsorySchooling]>([
    // school year 2025/26: six by the beginning of 30 September
    ['2019-09-30', '2025-08-01', 'full_time'],
    ['2019-09-30', '2025-07-31', 'not_yet'],
    ['2019-10-01', '2025-08-01', 'not_yet'],
    ['2019-10-01', '2026-07-31', 'not_yet'],
    ['2019-10-01', '2026-08-01', 'full_time'],
    // to the end of the school year in which eighteen years are completed
    ['2007-08-02', '2026-07-31', 'vocational'],
    ['2007-08-02', '2026-08-01', 'over'],
    ['2007-08-01', '2025-08-01', 'over'],
    ['2007-08-01', '2025-07-31', 'vocational'],
    // full-time until about sixteen
    ['2010-03-10', '2026-03-09', 'full_time'],
    ['2010-03-10', '2026-03-10', 'vocational'],
  ])('born %s, on %s: %s', (date, day, expected) => {
    expect(compulsorySchooling(born(date), day)).toBe(expected)
  })

  test('no source has been held against the text yet, and each says so', () => {
    expect(COMPULSORY_SOURCES.map(({ citation }) => citation)).toEqual([
      ...['§ 35 Abs. 1 SchulG', '§ 37 SchulG', '§ 38 SchulG'],
    ])
    expect(COMPULSORY_SOURCES.every(({ checkedOn }) => checkedOn === null)).toBe(true)
  })
})

describe('a birth date that is not known to the day', () => {
  test.each<readonly [BirthDate, CalendarDate, CompulsorySchooling]>([
    [{ precision: 'unknown', date: null }, '2026-11-19', 'unclear'],
    [{ precision: 'year', date: '2014-01-01' }, '2026-11-19', 'full_time'],
    // by 30 September or after it
    [{ precision: 'year', date: '2020-01-01' }, '2026-11-19', 'unclear'],
    [{ precision: 'month', date: '2020-09-01' }, '2026-11-19', 'full_time'],
    [{ precision: 'month', date: '2020-10-01' }, '2026-11-19', 'not_yet'],
    // sixteen or not: compelled either way
    [{ precision: 'year', date: '2010-01-01' }, '2026-11-19', 'full_time'],
    [{ precision: 'year', date: '2008-01-01' }, '2026-11-19', 'unclear'],
    [{ precision: 'year', date: '2007-01-01' }, '2026-11-19', 'over'],
  ])('%j on %s: %s', (birthDate, day, expected) => {
    expect(compulsorySchooling(birthDate, day)).toBe(expected)
  })

  test('is on the list when it may be compelled', () => {
    const all = ['not_yet', 'full_time', 'vocational', 'over', 'unclear'] as const
    expect(all.filter(mayBeCompelled)).toEqual(['full_time', 'vocational', 'unclear'])
  })
})

test('it begins once and ends once: time never takes it back', () => {
  const ORDER: readonly CompulsorySchooling[] = ['not_yet', 'full_time', 'vocational', 'over']
  const day: CalendarDate = '2026-11-19'
  const upTo = (years: number) => fc.integer({ min: 0, max: years * 365 })
  fc.assert(
    fc.property(upTo(25), upTo(20), (age, later) => {
      const child = born(addDays(day, -age))
      const now = compulsorySchooling(child, day)
      const then = compulsorySchooling(child, addDays(day, later))
      expect(ORDER.indexOf(then)).toBeGreaterThanOrEqual(ORDER.indexOf(now))
      expect(ORDER).toContain(now)
    }),
  )
})

test('children are counted by compulsory schooling, and of full-time by age', () => {
  const day: CalendarDate = '2026-11-19'
  const ages = ['2021-05-01', '2017-05-01', '2016-11-19', '2010-05-01', '2006-05-01'] as const
  expect(ages.map((date) => schoolAge(born(date), day))).toEqual([
    ...['not_yet', 'primary', 'secondary', 'vocational', 'over'],
  ])
  expect(schoolAge({ precision: 'unknown', date: null }, day)).toBe('unclear')
})
