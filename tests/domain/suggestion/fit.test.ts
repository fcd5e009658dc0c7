import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SCHOOL_FORMS, type SchoolForm } from '#app/domain/school/form.ts'
import { gradesOf, holdsGrade } from '#app/domain/seat/grades.ts'
import { misfit, seatGrade } from '#app/domain/suggestion/fit.ts'

const FORMS = Object.keys(SCHOOL_FORMS) as SchoolForm[]
const fitting = (child: Parameters<typeof misfit>[1]) =>
  FORMS.filter((form) => misfit(form, child) === null).toSorted()

describe('without a recommended form, all that teach the grade fit', () => {
  test('grade 2', () => {
    const forms = fitting({ grade: 2, form: null, age: 7 })
    expect(forms).toEqual(['02', '06', '13', '16', '17', '18'])
  })

  test('grade 6', () => {
    const forms = fitting({ grade: 6, form: null, age: 11 })
    expect(forms).toEqual(['04', '06', '10', '13', '14', '15', '16', '17', '18', '20'])
  })

  test('grade 11', () => {
    const forms = fitting({ grade: 11, form: null, age: 17 })
    expect(forms).toEqual(['15', '16', '17', '18', '20', '30'])
  })
})

describe('with a recommended form', () => {
  test('the others of the grade still fit: a free seat is not hidden', () => {
    expect(fitting({ grade: 6, form: '10', age: 11 })).toEqual(
      fitting({ grade: 6, form: null, age: 11 }),
    )
  })

  test.each(['08', '19', '25', '30', '83', '88'] as const)('for %s no other fits', (form) => {
    expect(fitting({ grade: 11, form, age: 17 })).toEqual([form])
  })

  test('a Förderschule nobody recommended is the wrong form', () => {
    expect(misfit('08', { grade: 6, form: '10', age: 11 })).toEqual({
      why: 'wrong_form',
      recommended: '10',
    })
    expect(misfit('83', { grade: 6, form: null, age: 11 })).toEqual({
      why: 'wrong_form',
      recommended: null,
    })
  })
})

describe('the Berufskolleg', () => {
  test('starts at 16 years', () => {
    expect(misfit('30', { grade: 10, form: null, age: 15 })).toEqual({
      why: 'wrong_grade',
      fromAge: 16,
    })
    expect(misfit('30', { grade: 10, form: null, age: 16 })).toBeNull()
  })

  test('where the age is not known, in grade 11', () => {
    expect(misfit('30', { grade: 10, form: null, age: null })).toEqual({
      why: 'no_grade',
      taught: { from: 11, to: 13 },
    })
    expect(misfit('30', { grade: 11, form: null, age: null })).toBeNull()
  })

  test('or when a counsellor recommends it', () => {
    expect(misfit('30', { grade: 10, form: '30', age: 15 })).toBeNull()
  })

  test('has its newcomers in grade 11', () => {
    expect(seatGrade('30', 10)).toBe(11)
    expect(seatGrade('30', 12)).toBe(12)
    expect(seatGrade('15', 10)).toBe(10)
  })
})

test('a Grundschule ends with grade 4', () => {
  expect(misfit('02', { grade: 6, form: null, age: 11 })).toEqual({
    why: 'no_grade',
    taught: { from: 1, to: 4 },
  })
})

test('whatever the child, a form that fits teaches the grade its seats are counted for', () => {
  const children = fc.record({
    grade: fc.integer({ min: 1, max: 13 }),
    form: fc.option(fc.constantFrom(...FORMS)),
    age: fc.option(fc.integer({ min: 5, max: 20 })),
  })
  fc.assert(
    fc.property(children, fc.constantFrom(...FORMS), (child, form) => {
      if (misfit(form, child) !== null) return
      expect(holdsGrade(gradesOf(form), seatGrade(form, child.grade))).toBe(true)
    }),
  )
})
