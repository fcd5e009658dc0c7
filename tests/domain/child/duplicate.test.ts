import { describe, expect, test } from 'vitest'
import type { BirthDate } from '#app/domain/child/birth-date.ts'
import {
  birthDateLikeness,
  type ChildRecord,
  likelyDuplicates,
} from '#app/domain/child/duplicate.ts'
import { nameKey } from '#app/domain/child/name-key.ts'
import type { CalendarDate } from '#app/domain/time.ts'

type Listed = ChildRecord & { readonly who: string }

const UNKNOWN: BirthDate = { precision: 'unknown', date: null }

function born(date: CalendarDate): BirthDate {
  return { precision: 'day', date }
}

function child(
  givenNames: string,
  familyName: string,
  birthDate: BirthDate,
  ...more: string[]
): Listed {
  const names = [nameKey(givenNames, familyName)]
  const [originalGiven, originalFamily] = more
  if (originalGiven) names.push(nameKey(originalGiven, originalFamily ?? ''))
  return { who: `${givenNames} ${familyName}`, names, birthDate }
}

function found(candidate: Listed, ...others: Listed[]) {
  return likelyDuplicates(candidate, others).map(({ record, kind, reasons }) => ({
    who: record.who,
    kind,
    reasons,
  }))
}

const mohammed = child('Mohammed', 'Al-Hassan', born('2014-03-09'))

describe('the same child', () => {
  test.each([
    ['spelled otherwise', child('Muhammad', 'Alhasan', born('2014-03-09'))],
    ['in Arabic script', child('محمد', 'الحسن', born('2014-03-09'))],
    ['names changed places', child('Alhassan', 'Mohamed', born('2014-03-09'))],
    ['day and month changed places', child('Mohammad', 'Al Hasan', born('2014-09-03'))],
    ['a year off', child('Mohammad', 'Al Hasan', born('2015-03-09'))],
    ['1 January, since nobody knew', child('Mohamed', 'Hassan', born('2014-01-01'))],
    ['the year only', child('Mohamed', 'Hassan', { precision: 'year', date: '2014-01-01' })],
    ['birth date unknown', child('Mohammed', 'Al Hassan', UNKNOWN)],
  ])('%s', (_, other) => {
    expect(found(mohammed, other)).toMatchObject([{ kind: 'same_child' }])
  })

  test('found by the original script when the Latin spellings differ', () => {
    const one = child('Khadija', 'Yousefi', born('2016-05-02'), 'خدیجه', 'یوسفی')
    const other = child('Hatice', 'Yussufi', UNKNOWN, 'خديجة', 'يوسفي')
    expect(found(one, other)).toMatchObject([{ kind: 'same_child' }])
  })

  test('says why', () => {
    expect(found(mohammed, child('Mohammed', 'Al-Hassan', born('2014-03-09')))).toEqual([
      {
        who: 'Mohammed Al-Hassan',
        kind: 'same_child',
        reasons: ['same_name', 'same_birth_date'],
      },
    ])
    expect(found(mohammed, child('Mohamad', 'Alhasen', born('2014-09-03')))[0]?.reasons).toEqual([
      'near_name',
      'near_birth_date',
    ])
    expect(found(mohammed, child('Mohammed', 'Al-Hassan', UNKNOWN))[0]?.reasons).toEqual([
      'same_name',
      'birth_date_unknown',
    ])
  })

  test('the most alike stands first', () => {
    const near = child('Mohamad', 'Hassan', born('2014-01-01'))
    const same = child('Mohammed', 'Alhassan', born('2014-03-09'))
    expect(found(mohammed, near, same).map(({ who }) => who)).toEqual([same.who, near.who])
  })
})

describe('other children', () => {
  test.each([
    ['the same name, born years apart', child('Mohammed', 'Al-Hassan', born('2010-03-09'))],
    ['the same name, another day of that year', child('Mohammed', 'Al-Hassan', born('2014-07-21'))],
    ['another family', child('Mohammed', 'Kovalenko', born('2014-03-10'))],
    ['another name on the same day', child('Tesfay', 'Gebre', born('2014-03-09'))],
    ['a brother', child('Hussein', 'Al-Hassan', born('2015-06-11'))],
    ['a namesake of whom less is known', child('Mahmoud', 'Alhasani', UNKNOWN)],
  ])('%s', (_, other) => {
    expect(found(mohammed, other)).toEqual([])
  })
})

describe('twins', () => {
  test.each([
    ['Hasan', 'Hussein'],
    ['Amin', 'Amina'],
    ['Oleksandr', 'Oleksandra'],
    ['Tesfay', 'Selam'],
    ['Fatima', 'Zahra'],
    ['محمد', 'علی'],
  ])('%s and %s are siblings, not one child', (one, other) => {
    const twins = [one, other].map((given) => child(given, 'Demir', born('2015-08-30')))
    expect(found(twins[0]!, twins[1]!)).toMatchObject([{ kind: 'sibling' }])
  })

  test('the twin registered twice is still found', () => {
    const hasan = child('Hasan', 'Demir', born('2015-08-30'))
    const again = child('Hassan', 'Demir', born('2015-08-30'))
    const twin = child('Hussein', 'Demir', born('2015-08-30'))
    expect(found(hasan, twin, again)).toMatchObject([{ kind: 'same_child' }, { kind: 'sibling' }])
  })
})

describe('how birth dates go together', () => {
  test.each([
    ['the same day', born('2014-03-09'), born('2014-03-09'), 1],
    ['the same 1 January', born('2014-01-01'), born('2014-01-01'), 0.85],
    ['the year, one on 1 January', born('2014-01-01'), born('2014-03-09'), 0.7],
    ['day and month changed places', born('2014-03-09'), born('2014-09-03'), 0.8],
    ['a year apart', born('2014-03-09'), born('2015-03-09'), 0.65],
    ['unknown', born('2014-03-09'), UNKNOWN, 0.5],
    ['two years apart', born('2014-03-09'), born('2016-03-09'), 0],
    ['a year and some days apart', born('2014-03-09'), born('2015-03-10'), 0],
  ])('%s', (_, one, other, likeness) => {
    expect(birthDateLikeness(one, other)).toBe(likeness)
    expect(birthDateLikeness(other, one)).toBe(likeness)
  })
})
