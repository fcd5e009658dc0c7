import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ageOn,
  type BirthDateText,
  birthDatePhrase,
  PUPIL_AGES,
  parseBirthDate,
} from '#app/domain/child/birth-date.ts'
import type { CalendarDate } from '#app/domain/time.ts'

const ON: CalendarDate = '2026-11-19'

function typed(day: string, month: string, year: string, precision = null): BirthDateText {
  return { day, month, year, precision }
}

describe('reading a birth date', () => {
  test.each([
    ['a day', typed('9', '3', '2015'), 'day', '2015-03-09'],
    [
      '1 January stays a day until somebody doubts it',
      typed('01', '01', '2015'),
      'day',
      '2015-01-01',
    ],
    ['00 is an unknown day', typed('00', '05', '2015'), 'month', '2015-05-01'],
    ['no day and no month', typed('', '', '2015'), 'year', '2015-01-01'],
    ['00.00. is the year only', typed('00', '00', '2015'), 'year', '2015-01-01'],
    ['29 February in a leap year', typed('29', '2', '2012'), 'day', '2012-02-29'],
    ['Arabic digits', typed('٩', '٣', '٢٠١٥'), 'day', '2015-03-09'],
    ['Persian digits', typed('۹', '۳', '۲۰۱۵'), 'day', '2015-03-09'],
    ['full-width digits', typed('９', '３', '２０１５'), 'day', '2015-03-09'],
  ])('%s', (_, text, precision, date) => {
    expect(parseBirthDate(text, ON)).toEqual({ ok: true, value: { precision, date } })
  })

  test('the counsellor says that only the year is sure, whatever the paper says', () => {
    const text = { ...typed('01', '01', '2015'), precision: 'year' } as const
    expect(parseBirthDate(text, ON)).toEqual({
      ok: true,
      value: { precision: 'year', date: '2015-01-01' },
    })
  })

  test('nobody is sure of a day that is not there', () => {
    const text = { ...typed('', '05', '2015'), precision: 'day' } as const
    expect(parseBirthDate(text, ON)).toMatchObject({ value: { precision: 'month' } })
  })

  test('unknown needs no date', () => {
    const text = { ...typed('', '', ''), precision: 'unknown' } as const
    expect(parseBirthDate(text, ON)).toEqual({
      ok: true,
      value: { precision: 'unknown', date: null },
    })
  })

  test.each([
    ['nothing filled in', typed('', ' ', ''), { code: 'birth_date_missing' }],
    ['30 February', typed('30', '02', '2015'), { code: 'birth_date_impossible', part: 'day' }],
    ['31 April', typed('31', '04', '2015'), { code: 'birth_date_impossible', part: 'day' }],
    [
      '29 February in no leap year',
      typed('29', '02', '2015'),
      { code: 'birth_date_impossible', part: 'day' },
    ],
    [
      'two digits of a year',
      typed('1', '1', '15'),
      { code: 'birth_date_impossible', part: 'year' },
    ],
    [
      'a day without a month',
      typed('7', '', '2015'),
      { code: 'birth_date_impossible', part: 'month' },
    ],
    ['words', typed('eins', '1', '2015'), { code: 'birth_date_impossible', part: 'day' }],
    [
      'a day and a month without a year',
      typed('7', '3', ''),
      { code: 'birth_date_impossible', part: 'year' },
    ],
    ['month 13', typed('7', '13', '2015'), { code: 'birth_date_impossible', part: 'month' }],
    ['month 13 alone', typed('', '13', '2015'), { code: 'birth_date_impossible', part: 'month' }],
    ['an Excel serial', typed('', '', '40179'), { code: 'birth_date_impossible', part: 'year' }],
    ['tomorrow', typed('20', '11', '2026'), { code: 'birth_date_in_future' }],
    ['1910', typed('3', '5', '1910'), { code: 'birth_date_unlikely', age: 116 }],
    ['a Persian year', typed('12', '05', '1389'), { code: 'birth_date_unlikely', age: 637 }],
    ['two years old', typed('20', '11', '2023'), { code: 'birth_date_unlikely', age: 2 }],
    ['26 today', typed('19', '11', '2000'), { code: 'birth_date_unlikely', age: 26 }],
  ])('refuses %s', (_, text, error) => {
    expect(parseBirthDate(text, ON)).toEqual({ ok: false, error })
  })

  test('the edges of what a pupil can be', () => {
    expect(parseBirthDate(typed('19', '11', '2023'), ON).ok).toBe(true)
    expect(parseBirthDate(typed('20', '11', '2000'), ON).ok).toBe(true)
  })

  test('every day that is accepted comes back as typed and has a pupil’s age', () => {
    const parts = fc.record({
      day: fc.integer({ min: 0, max: 32 }),
      month: fc.integer({ min: 0, max: 13 }),
      year: fc.integer({ min: 1990, max: 2030 }),
    })
    let accepted = 0
    fc.assert(
      fc.property(parts, ({ day, month, year }) => {
        const parsed = parseBirthDate(typed(`${day}`, `${month}`, `${year}`), ON)
        if (!parsed.ok) return
        accepted += 1
        const age = ageOn(parsed.value, ON) ?? -1
        expect(age).toBeGreaterThanOrEqual(PUPIL_AGES.from)
        expect(age).toBeLessThanOrEqual(PUPIL_AGES.to)
        const [y, m, d] = (parsed.value.date ?? '').split('-').map(Number)
        expect([y, m, d]).toEqual([year, month || 1, day || 1])
      }),
    )
    expect(accepted).toBeGreaterThan(10)
  })
})

test.each([
  ['2015-11-19', '2026-11-19', 11],
  ['2015-11-20', '2026-11-19', 10],
  ['2012-02-29', '2026-02-28', 13],
  ['2012-02-29', '2026-03-01', 14],
] as const)('born %s, on %s: %i years', (date, on, years) => {
  expect(ageOn({ precision: 'day', date }, on)).toBe(years)
})

test('nobody knows the age of a child whose birth date is unknown', () => {
  expect(ageOn({ precision: 'unknown', date: null }, ON)).toBeNull()
})

test.each([
  [{ precision: 'day', date: '2015-03-09' }, '09.03.2015'],
  [{ precision: 'month', date: '2015-03-01' }, '01.03.2015 (Tag unsicher)'],
  [{ precision: 'year', date: '2015-01-01' }, '01.01.2015 (Tag und Monat unsicher)'],
  [{ precision: 'unknown', date: null }, 'Geburtsdatum nicht bekannt'],
] as const)('reads as a phrase: %#', (birthDate, phrase) => {
  expect(birthDatePhrase(birthDate)).toBe(phrase)
})
