import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpen, STAGES } from '#app/domain/case/stage.ts'
import {
  type CaseFile,
  caseDue,
  childDue,
  isClockBelievable,
  isHeldOn,
  type Periods,
  RETENTION_PROPOSALS,
  retentionClassOf,
} from '#app/domain/privacy/retention.ts'
import { addDays, addMonths, type CalendarDate, daysBetween } from '#app/domain/time.ts'

const PERIODS: Periods = { ended_early: 3, follow_up_over: 12, never_completed: 60 }
const closed = (endedOn: CalendarDate, heldUntil: CalendarDate | null = null): CaseFile => ({
  ...{ stage: 'closed', endedOn, firstDay: null, heldUntil },
})

describe('the first day on which a case may be erased', () => {
  test.each([
    ['2026-11-22', '2027-02-23'],
    // § 188 Abs. 3 BGB: the month is too short
    ['2026-11-30', '2027-03-01'],
    ['2027-11-29', '2028-03-01'],
    ['2027-11-30', '2028-03-01'],
    ['2028-02-29', '2028-05-30'],
    ['2026-12-31', '2027-04-01'],
  ] as const)('ended on %s, three months: %s', (endedOn, on) => {
    expect(caseDue(closed(endedOn), PERIODS)).toEqual({ on, class: 'ended_early' })
  })

  test('a leap day, a year on', () => {
    const file = { ...closed('2028-02-29'), stage: 'completed' } as const
    expect(caseDue(file, PERIODS)?.on).toBe('2029-03-01')
  })

  test('lies after a hold, which keeps its last day', () => {
    expect(caseDue(closed('2026-11-22', '2027-06-30'), PERIODS)?.on).toBe('2027-07-01')
    expect(caseDue(closed('2026-11-22', '2027-01-01'), PERIODS)?.on).toBe('2027-02-23')
  })

  test('is none where no rule is in force, or the work goes on', () => {
    expect(caseDue(closed('2026-11-22'), { follow_up_over: 12 })).toBeNull()
    for (const stage of STAGES.filter((one) => retentionClassOf(one) === null)) {
      const file = { ...closed('2020-01-01'), stage, firstDay: '2020-01-01' } as const
      expect([stage, isOpen(stage), caseDue(file, PERIODS)]).toEqual([stage, true, null])
    }
  })

  test('of an attending child counts from the first day, whatever else is known', () => {
    const file: CaseFile = {
      ...{ stage: 'attending', endedOn: null, firstDay: '2026-02-02', heldUntil: null },
    }
    expect(caseDue(file, PERIODS)).toEqual({ on: '2031-02-03', class: 'never_completed' })
    // longer than language support with its longest extension can last
    expect(RETENTION_PROPOSALS.never_completed.months).toBeGreaterThan(48)
  })
})

describe('a child with several cases', () => {
  test('is due when the last of them is', () => {
    const files = [closed('2025-01-01'), closed('2026-11-22')]
    expect(childDue(files, PERIODS)?.on).toBe('2027-02-23')
    expect(childDue(files.toReversed(), PERIODS)?.on).toBe('2027-02-23')
  })

  test('is never due while one is open', () => {
    const open: CaseFile = { ...closed('2025-01-01'), stage: 'waiting', endedOn: null }
    expect(childDue([closed('2020-01-01'), open], PERIODS)).toBeNull()
    expect(childDue([], PERIODS)).toBeNull()
  })

  test('is held on the last day of a hold and not after', () => {
    const files = [closed('2025-01-01'), closed('2025-01-01', '2026-11-22')]
    expect(isHeldOn(files, '2026-11-22')).toBe(true)
    expect(isHeldOn(files, '2026-11-23')).toBe(false)
  })
})

const days = fc.integer({ min: 0, max: 12_000 }).map((count) => addDays('2020-01-01', count))

test('whatever the day and period: never before the last day of the period, and the day after it', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 600 }), (endedOn, months) => {
      const due = caseDue(closed(endedOn), { ended_early: months })
      const last = addMonths(endedOn, months)
      expect(due?.on).toBe(addDays(last, 1))
      // as many months later by the calendar, shortened to the end of the month at most
      const [year = 0, month = 0] = endedOn.split('-').map(Number)
      const wanted = year * 12 + month - 1 + months
      const [lastYear = 0, lastMonth = 0] = last.split('-').map(Number)
      expect(lastYear * 12 + lastMonth - 1).toBe(wanted)
      expect(last.slice(8) <= endedOn.slice(8)).toBe(true)
      expect(daysBetween(endedOn, last)).toBeGreaterThanOrEqual(28 * months)
    }),
    { seed: 20261122 },
  )
})

test('whatever the holds: never on a held day, and a later end is never due earlier', () => {
  const file = fc.record({ endedOn: days, heldUntil: fc.option(days) })
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 4 }), days, (some, later) => {
      const files = some.map(({ endedOn, heldUntil }) => closed(endedOn, heldUntil))
      const due = childDue(files, PERIODS)
      expect(due).not.toBeNull()
      if (due === null) return
      expect(isHeldOn(files, due.on)).toBe(false)
      const more = childDue([...files, closed(later)], PERIODS)
      expect(more !== null && more.on >= due.on).toBe(true)
    }),
    { seed: 20261122 },
  )
})

describe('the clock', () => {
  const at = (text: string) => new Date(text)
  test.each([
    [null, '2026-11-22T00:00:00Z', true],
    ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z', true],
    ['2026-11-22T00:00:00Z', '2026-11-29T00:00:00Z', true],
    ['2026-11-22T00:00:00Z', '2026-11-29T00:00:01Z', false],
    ['2026-11-22T00:00:00Z', '2036-11-22T00:00:00Z', false],
    ['2026-11-22T00:00:00Z', '2026-11-21T23:59:59Z', false],
  ])('last run %s, now %s: believable %s', (last, now, isBelievable) => {
    expect(isClockBelievable(last === null ? null : at(last), at(now))).toBe(isBelievable)
  })
})
