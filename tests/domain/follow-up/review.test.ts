import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GER_LEVELS, reachesB1 } from '#app/domain/follow-up/ger-level.ts'
import {
  checkReview,
  nextReview,
  REVIEW_PAUSE_DAYS,
  REVIEW_SOURCE,
} from '#app/domain/follow-up/review.ts'
import { isLocalRule } from '#app/domain/law/legal-source.ts'
import { addDays, addMonths, daysBetween } from '#app/domain/time.ts'

describe('nextReview', () => {
  test.each([
    ['2026-02-02', '2026-07-31'],
    ['2026-06-05', '2026-07-31'],
    ['2026-06-06', '2027-01-31'],
    ['2026-07-31', '2027-01-31'],
    ['2026-12-06', '2027-01-31'],
    ['2026-12-07', '2027-07-31'],
    ['2027-01-31', '2027-07-31'],
  ] as const)('after %s it is %s', (since, due) => {
    expect(nextReview(since)).toBe(due)
  })

  test('whatever the day: 31 January or July, eight weeks to eight months away, and the first such', () => {
    const days = fc.integer({ min: 0, max: 8_000 }).map((days) => addDays('2015-01-01', days))
    fc.assert(
      fc.property(days, (since) => {
        const due = nextReview(since)
        expect(['01-31', '07-31']).toContain(due.slice(5))
        expect(daysBetween(since, due)).toBeGreaterThanOrEqual(REVIEW_PAUSE_DAYS)
        const before = addMonths(due, -6)
        expect(daysBetween(since, before)).toBeLessThan(REVIEW_PAUSE_DAYS)
      }),
    )
  })

  test('is called what it is: a local rule', () => {
    expect(isLocalRule(REVIEW_SOURCE)).toBe(true)
  })
})

describe('checkReview', () => {
  const review = (gerLevel: (typeof GER_LEVELS)[number], b1: boolean) =>
    checkReview({ on: '2026-07-31', gerLevel, b1 })

  test.each([
    ['none', true],
    ['A2+', true],
    ['B1', false],
    ['C2', false],
  ] as const)('level %s and B1 %s contradict each other', (gerLevel, b1) => {
    expect(review(gerLevel, b1)).toEqual({
      ok: false,
      error: { code: 'review_contradicts_level', gerLevel, b1 },
    })
  })

  test.each([
    ['none', false],
    ['A2+', false],
    ['A2/B1', false],
    ['A2/B1', true],
    ['B1', true],
    ['C2', true],
  ] as const)('level %s and B1 %s do not', (gerLevel, b1) => {
    expect(review(gerLevel, b1)).toEqual({
      ok: true,
      value: { on: '2026-07-31', gerLevel, b1 },
    })
  })
})

test('the 14 levels of the school software and none; B1 is reached from B1 on', () => {
  expect(GER_LEVELS).toHaveLength(15)
  expect(GER_LEVELS.filter(reachesB1)).toEqual(['B1', 'B1+', 'B1/B2', 'B2', 'B2/C1', 'C1', 'C2'])
})
