import { describe, expect, test } from 'vitest'
import { daysOfSupportLeft, schoolTask } from '#app/domain/follow-up/school-task.ts'
import { supportMonths, supportOver } from '#app/domain/law/language-support.ts'

const support = supportOver('2025-01-15', 24)
const child = { goneOn: null, className: '6a', level: 'A2', support } as const

describe('schoolTask', () => {
  test('the class comes first, whatever else there is', () => {
    expect(schoolTask({ ...child, className: null, level: 'B1' }, '2028-01-01')).toBe('name_class')
  })

  test.each([
    ['2026-07-14', 'review'],
    ['2026-07-15', 'support_ends'],
    ['2027-01-15', 'support_ends'],
    ['2027-01-16', 'support_over'],
  ] as const)('on %s: %s, by the reminders of language support', (day, task) => {
    expect(schoolTask(child, day)).toBe(task)
  })

  test('for a child that is gone there is nothing to do', () => {
    const gone = { ...child, goneOn: '2026-11-20', className: null } as const
    expect(schoolTask(gone, '2028-01-01')).toBe('gone')
  })

  test('B1 asks for a Bildungsgang; below it, and without a review, the next review', () => {
    expect(schoolTask({ ...child, level: 'B1' }, '2026-01-01')).toBe('b1_reached')
    expect(schoolTask({ ...child, level: 'A2/B1' }, '2026-01-01')).toBe('review')
    expect(schoolTask({ ...child, level: null, support: null }, '2026-01-01')).toBe('review')
  })
})

describe('daysOfSupportLeft', () => {
  test.each([
    ['2026-10-14', null],
    ['2026-10-15', 92],
    ['2026-11-20', 56],
    ['2027-01-15', 0],
    ['2027-01-16', null],
  ] as const)('on %s: %s', (day, left) => {
    expect(daysOfSupportLeft(support, day)).toBe(left)
  })
})

test('a year more for who does not read Latin letters', () => {
  expect([supportMonths(true), supportMonths(false)]).toEqual([24, 36])
  expect(supportOver('2025-01-15', 36).endsOn).toBe('2028-01-15')
})
