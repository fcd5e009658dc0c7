import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { gradeSuggestion } from '#app/domain/interview/grade-suggestion.ts'
import {
  EMPTY_INTERVIEW,
  type Interview,
  isLiterateInLatin,
} from '#app/domain/interview/interview.ts'
import { checkSchooling, schoolingYears } from '#app/domain/interview/schooling.ts'
import {
  missingForFinish,
  recommendationOf,
  TOPICS,
  topicStates,
} from '#app/domain/interview/topics.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'

const complete: Interview = {
  languages: [{ language: 'ti' }, { language: 'ar' }],
  latinLiteracy: 'partly',
  germanLevel: 'none',
  schooling: [{ country: 'ER', fromYear: 2019, toYear: 2023, years: 4 }],
  siblings: [{ schoolNumber: '193290' as SchoolNumber }],
  wish: { schools: [], forms: ['15'], note: '' },
  recommendation: { form: '15', grade: 8, reason: 'Lernt schnell, braucht die Gruppe.' },
}

const missingFields = (interview: Interview) =>
  missingForFinish(interview).map(({ field }) => field)

describe('what is missing', () => {
  test('before the first question everything, in page order', () => {
    expect(missingForFinish(EMPTY_INTERVIEW)).toEqual([
      { topic: 'languages', field: 'languages' },
      { topic: 'languages', field: 'latin_literacy' },
      { topic: 'languages', field: 'german_level' },
      { topic: 'schooling', field: 'schooling' },
      { topic: 'siblings', field: 'siblings' },
      { topic: 'wish', field: 'wish' },
      { topic: 'recommendation', field: 'grade' },
      { topic: 'recommendation', field: 'reason' },
    ])
  })

  test('in the end nothing', () => {
    expect(missingForFinish(complete)).toEqual([])
  })

  test('never at a school, no siblings, no wish, no form: all are answers', () => {
    const little: Interview = {
      ...complete,
      schooling: [],
      siblings: [],
      wish: { schools: [], forms: [], note: '' },
      recommendation: { form: null, grade: 8, reason: 'Ein Satz.' },
    }
    expect(missingForFinish(little)).toEqual([])
  })

  test.each([
    [{ languages: [] }, ['languages']],
    [{ latinLiteracy: null }, ['latin_literacy']],
    [{ germanLevel: null }, ['german_level']],
    [{ schooling: null }, ['schooling']],
    [{ siblings: null }, ['siblings']],
    [{ wish: null }, ['wish']],
    [{ recommendation: null }, ['grade', 'reason']],
    [{ recommendation: { form: '15', grade: null, reason: 'Ein Satz.' } }, ['grade']],
    [{ recommendation: { form: '15', grade: 14, reason: 'Ein Satz.' } }, ['grade']],
    [{ recommendation: { form: '15', grade: 8, reason: ' ' } }, ['reason']],
  ] as const)('%j lacks %j', (change, fields) => {
    expect(missingFields({ ...complete, ...change })).toEqual(fields)
  })
})

describe('topicStates', () => {
  test('one page each, in order, with how far it is', () => {
    const begun: Interview = {
      ...EMPTY_INTERVIEW,
      languages: complete.languages,
      schooling: complete.schooling,
    }
    expect(topicStates(begun)).toEqual([
      { topic: 'languages', state: 'begun', missing: ['latin_literacy', 'german_level'] },
      { topic: 'schooling', state: 'done', missing: [] },
      { topic: 'siblings', state: 'open', missing: ['siblings'] },
      { topic: 'wish', state: 'open', missing: ['wish'] },
      { topic: 'recommendation', state: 'open', missing: ['grade', 'reason'] },
    ])
    expect(topicStates(complete).map(({ state }) => state)).toEqual(TOPICS.map(() => 'done'))
  })
})

describe('recommendationOf', () => {
  test('is what the case carries: form and grade, without the reason', () => {
    expect(recommendationOf(complete)).toEqual({ ok: true, value: { form: '15', grade: 8 } })
  })

  test('not while an answer is missing, and says which', () => {
    expect(recommendationOf({ ...complete, wish: null })).toEqual({
      ok: false,
      error: { code: 'interview_incomplete', missing: [{ topic: 'wish', field: 'wish' }] },
    })
  })
})

test('only a plain no makes language support longer', () => {
  const literate = (['yes', 'partly', 'no', null] as const).map(isLiterateInLatin)
  expect(literate).toEqual([true, true, false, true])
})

describe('checkSchooling', () => {
  const facts = { birthYear: 2013, today: '2026-01-15' } as const
  const row = { country: 'ER', fromYear: 2019, toYear: 2023, years: 4 }

  test.each([
    row,
    { ...row, years: 0 },
    { ...row, years: 5 },
    { ...row, fromYear: 2016, toYear: 2026 },
  ])('%j can be true', (one) => {
    expect(checkSchooling(one, facts)).toEqual({ ok: true, value: one })
  })

  test.each([
    [{ fromYear: 2024 }, { code: 'schooling_order', fromYear: 2024, toYear: 2023 }],
    [{ fromYear: 2015 }, { code: 'schooling_before_age', earliest: 2016 }],
    [{ toYear: 2027 }, { code: 'schooling_in_future', latest: 2026 }],
    [{ years: 6 }, { code: 'schooling_years_too_many', most: 5 }],
    [{ years: -1 }, { code: 'schooling_years_too_many', most: 5 }],
  ])('with %j it cannot', (change, error) => {
    expect(checkSchooling({ ...row, ...change }, facts)).toEqual({ ok: false, error })
  })

  test('the years of all rows add up', () => {
    expect(schoolingYears([row, { ...row, country: 'SD', years: 2 }])).toBe(6)
    expect(schoolingYears([])).toBe(0)
  })
})

describe('gradeSuggestion', () => {
  test.each([
    ['2019-09-30', 2025, 1],
    ['2019-10-01', 2025, null],
    ['2019-10-01', 2026, 1],
    ['2015-01-01', 2026, 6],
    ['2008-12-31', 2026, 12],
    ['2007-01-01', 2026, null],
  ] as const)('born %s, school year from %i: grade %s', (birthDate, schoolYear, grade) => {
    expect(gradeSuggestion(birthDate, schoolYear)).toEqual({
      grade,
      source: { citation: '§ 35 Abs. 1 SchulG', checkedOn: null },
    })
  })

  test('a year later a grade higher; a day younger never a grade higher', () => {
    const births = fc.integer({ min: 0, max: 4_300 }).map((days) => addDays('2008-10-01', days))
    fc.assert(
      fc.property(births, (birthDate: CalendarDate) => {
        const now = gradeSuggestion(birthDate, 2026).grade ?? 0
        expect(gradeSuggestion(birthDate, 2027).grade).toBe(now + 1)
        const younger = gradeSuggestion(addDays(birthDate, 1), 2026).grade ?? 0
        expect(now - younger === 0 || now - younger === 1).toBe(true)
      }),
    )
  })
})
