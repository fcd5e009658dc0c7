import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { languageSupport } from '#app/domain/law/language-support.ts'
import { isLocalRule, LEGAL_SOURCES } from '#app/domain/law/legal-source.ts'
import { wayLimit } from '#app/domain/law/school-way.ts'
import { addDays, addMonths } from '#app/domain/time.ts'

describe('languageSupport', () => {
  test.each([
    ['2025-01-15', true, '2027-01-15', ['2026-07-15', '2026-10-15']],
    ['2025-01-15', false, '2028-01-15', ['2027-07-15', '2027-10-15']],
    ['2024-02-29', true, '2026-02-28', ['2025-08-28', '2025-11-28']],
    ['2026-08-31', true, '2028-08-31', ['2028-02-29', '2028-05-31']],
  ] as const)('first day %s, Latin script %s: ends %s', (firstDay, literate, endsOn, alertsOn) => {
    expect(languageSupport(firstDay, literate)).toEqual({
      endsOn,
      months: literate ? 24 : 36,
      alertsOn,
      source: { citation: 'BASS 13-63 Nr. 3', checkedOn: null },
    })
  })

  test('whatever the first day: alerts in order before the end, a year more without Latin script', () => {
    const days = fc.integer({ min: 0, max: 8_000 }).map((days) => addDays('2015-01-01', days))
    fc.assert(
      fc.property(days, (firstDay) => {
        const two = languageSupport(firstDay, true)
        const three = languageSupport(firstDay, false)
        const order = [firstDay, ...two.alertsOn, two.endsOn, three.endsOn]
        expect(order).toEqual(order.toSorted())
        expect(three.endsOn.slice(0, 7)).toBe(addMonths(two.endsOn, 12).slice(0, 7))
      }),
    )
  })
})

test.each([
  [1, 2_000],
  [4, 2_000],
  [5, 3_500],
  [10, 3_500],
  [11, 5_000],
  [13, 5_000],
])('in grade %i a way is long beyond %i metres', (grade, metres) => {
  expect(wayLimit(grade)).toEqual({ metres, source: LEGAL_SOURCES.schoolWay })
})

test('a local rule is told apart from the law', () => {
  const local = Object.values(LEGAL_SOURCES).filter(isLocalRule)
  expect(local).toEqual([LEGAL_SOURCES.localRule])
  expect(isLocalRule({ citation: 'örtliche Regel', checkedOn: '2026-01-01' })).toBe(true)
})

test('no source is cited twice', () => {
  const citations = Object.values(LEGAL_SOURCES).map(({ citation }) => citation)
  expect(new Set(citations).size).toBe(citations.length)
})
