import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CLOCKS,
  clockDates,
  clocks,
  dueOn,
  nextStep,
  runningClock,
  turnOf,
  waitsFor,
} from '#app/domain/case/clocks.ts'
import { isOpen, STAGES, type Stage } from '#app/domain/case/stage.ts'
import { ASSIGNED_BY, DEFAULT_TARGETS } from '#app/domain/centre/centre.ts'
import { addDays, type CalendarDate, daysBetween } from '#app/domain/time.ts'
import {
  admitted,
  appointed,
  assigned,
  attending,
  everyStage,
  noon,
  proposed,
  registered,
  waiting,
} from './cases.ts'

const atStage = (stage: Stage) => everyStage.find((one) => one.stage === stage)!

describe('clocks', () => {
  test('a new case runs the first clock, the others wait', () => {
    expect(clocks(clockDates(registered), DEFAULT_TARGETS, '2026-01-15')).toEqual([
      {
        name: 'counselling',
        state: 'running',
        from: '2026-01-05',
        days: 10,
        target: 28,
        dueOn: '2026-02-02',
        overBy: 0,
      },
      { name: 'assignment', state: 'not_started', target: 14 },
      { name: 'first_day', state: 'not_started', target: 7 },
    ])
  })

  test('a stopped clock keeps its days; the running one counts beyond its target', () => {
    const [counselling, assignment] = clocks(clockDates(waiting), DEFAULT_TARGETS, '2026-01-30')
    expect(counselling).toMatchObject({
      state: 'stopped',
      from: '2026-01-05',
      to: '2026-01-15',
      days: 10,
      overBy: 0,
    })
    expect(assignment).toMatchObject({ state: 'running', days: 15, target: 14, overBy: 1 })
  })

  test('on the day of the target it is due, not over', () => {
    const at = (today: CalendarDate) =>
      runningClock(clocks(clockDates(waiting), DEFAULT_TARGETS, today))
    expect(at('2026-01-29')).toMatchObject({ dueOn: '2026-01-29', days: 14, overBy: 0 })
    expect(at('2026-01-30')).toMatchObject({ overBy: 1 })
  })

  test('after the first school day all three stand, and none runs', () => {
    const all = clocks(clockDates(attending), DEFAULT_TARGETS, '2026-05-01')
    expect(all.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])
    expect(all.map((one) => ('days' in one ? one.days : null))).toEqual([10, 8, 10])
    expect(all[2]).toMatchObject({ overBy: 3 })
    expect(runningClock(all)).toBeNull()
  })

  test('a planned first day does not stop the third clock', () => {
    const all = clocks(clockDates(admitted), DEFAULT_TARGETS, '2026-02-04')
    expect(runningClock(all)).toMatchObject({ name: 'first_day', days: 12, overBy: 5 })
  })

  test('a case that ended keeps no clock running', () => {
    for (const stage of ['closed', 'not_responsible', 'self_enrolment', 'completed'] as const) {
      const all = clocks(clockDates(atStage(stage)), DEFAULT_TARGETS, '2026-06-01')
      expect(runningClock(all)).toBeNull()
    }
    const [counselling] = clocks(clockDates(atStage('closed')), DEFAULT_TARGETS, '2026-06-01')
    expect(counselling).toMatchObject({ state: 'stopped', to: '2026-03-02' })
  })

  const ways = fc
    .record({
      gaps: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 3 }),
      since: fc.integer({ min: 0, max: 400 }),
      target: fc.integer({ min: 1, max: 365 }),
    })
    .map(({ gaps, since, target }) => {
      const days: CalendarDate[] = ['2026-01-05']
      for (const gap of gaps) days.push(addDays(days.at(-1)!, gap))
      const [registeredOn, counselledOn = null, assignedOn = null, firstDay = null] = days as [
        CalendarDate,
      ] &
        CalendarDate[]
      const dates = { registeredOn, counselledOn, assignedOn, firstDay, endedOn: null }
      return { dates, today: addDays(days.at(-1)!, since), target }
    })

  const alike = (days: number) => ({
    counsellingDays: days,
    assignmentDays: days,
    firstDayDays: days,
  })

  test('at most one clock runs, and together they count every day since the Meldung once', () => {
    fc.assert(
      fc.property(ways, ({ dates, today, target }) => {
        const all = clocks(dates, alike(target), today)
        expect(all.map(({ name }) => name)).toEqual(CLOCKS)
        const running = all.filter(({ state }) => state === 'running')
        expect(running).toHaveLength(dates.firstDay === null ? 1 : 0)
        const counted = all.reduce((sum, one) => sum + ('days' in one ? one.days : 0), 0)
        expect(counted).toBe(daysBetween(dates.registeredOn, dates.firstDay ?? today))
      }),
    )
  })

  test('a clock is over its target exactly when it ran beyond the day it was due', () => {
    fc.assert(
      fc.property(ways, ({ dates, today, target }) => {
        const started = clocks(dates, alike(target), today).flatMap((one) =>
          one.state === 'not_started' ? [] : [one],
        )
        for (const { from, days, dueOn, overBy } of started) {
          expect(overBy > 0).toBe(addDays(from, days) > dueOn)
        }
      }),
    )
  })
})

describe('dueOn', () => {
  test.each([
    ['registered', '2026-02-02'],
    ['invited', '2026-02-02'],
    ['appointed', '2026-02-02'],
    ['missed', '2026-02-02'],
    ['counselled', '2026-01-29'],
    ['waiting', '2026-01-29'],
    ['proposed', '2026-01-29'],
    ['assigned', '2026-01-30'],
    ['admitted', '2026-01-30'],
    ['not_started', '2026-01-30'],
    ['attending', '2026-07-31'],
    ['regular_class', null],
    ['not_responsible', null],
    ['self_enrolment', null],
    ['completed', null],
    ['closed', null],
  ] as const)('%s is due on %s', (stage, due) => {
    expect(dueOn(atStage(stage), DEFAULT_TARGETS)).toBe(due)
  })

  test('the targets of the centre count', () => {
    expect(dueOn(waiting, { ...DEFAULT_TARGETS, assignmentDays: 1 })).toBe('2026-01-16')
  })
})

describe('who is waited for', () => {
  test('the family until the day of the appointment begins in Berlin, then us', () => {
    expect(waitsFor(appointed, '2026-01-14T22:59:59.999Z', 'authority')).toBe('family')
    expect(waitsFor(appointed, '2026-01-14T23:00:00.000Z', 'authority')).toBe('us')
    expect(waitsFor(appointed, noon('2026-01-20'), 'authority')).toBe('us')
  })

  test('the authority while the hold lives, then us', () => {
    expect(waitsFor(proposed, '2026-01-27T10:59:59.999Z', 'authority')).toBe('authority')
    expect(waitsFor(proposed, noon('2026-01-27'), 'authority')).toBe('us')
  })

  test.each(['centre', 'two_at_centre'] as const)(
    'us while the hold lives and after, where the centre assigns: %s',
    (assignedBy) => {
      expect(waitsFor(proposed, '2026-01-27T10:59:59.999Z', assignedBy)).toBe('us')
      expect(waitsFor(proposed, noon('2026-01-27'), assignedBy)).toBe('us')
      expect(turnOf(proposed, assignedBy)).toEqual({ before: 'us', after: 'us', turnsAt: null })
      expect(waitsFor(assigned, noon('2026-01-24'), assignedBy)).toBe('school')
    },
  )

  test('the school until the first school day', () => {
    expect(waitsFor(assigned, noon('2026-01-24'), 'authority')).toBe('school')
    expect(waitsFor(admitted, noon('2026-04-01'), 'authority')).toBe('school')
  })

  test('nobody while the child attends, us from two weeks before the review', () => {
    expect(waitsFor(attending, noon('2026-07-16'), 'authority')).toBe('nobody')
    expect(waitsFor(attending, '2026-07-16T22:00:00.000Z', 'authority')).toBe('us')
    expect(waitsFor(attending, noon('2026-09-01'), 'authority')).toBe('us')
  })

  test.each([
    ['registered', 'us'],
    ['invited', 'family'],
    ['missed', 'us'],
    ['counselled', 'us'],
    ['waiting', 'us'],
    ['not_started', 'us'],
    ['regular_class', 'nobody'],
    ['not_responsible', 'nobody'],
    ['self_enrolment', 'nobody'],
    ['completed', 'nobody'],
    ['closed', 'nobody'],
  ] as const)('%s: %s, whenever', (stage, who) => {
    expect(turnOf(atStage(stage), 'authority')).toEqual({ before: who, after: who, turnsAt: null })
    expect(waitsFor(atStage(stage), noon('2030-01-01'), 'authority')).toBe(who)
  })

  test('what is stored says at every moment what the rule says', () => {
    const moments = fc.integer({ min: 0, max: 400 * 24 }).map((hours) => {
      const at = Date.parse(noon('2026-01-05')) + hours * 3_600_000
      return new Date(at).toISOString() as `${string}T${string}Z`
    })
    const whoever = fc.constantFrom(...ASSIGNED_BY)
    fc.assert(
      fc.property(fc.constantFrom(...everyStage), moments, whoever, (one, now, assignedBy) => {
        const { before, after, turnsAt } = turnOf(one, assignedBy)
        const stored = turnsAt === null || now < turnsAt ? before : after
        expect(waitsFor(one, now, assignedBy)).toBe(stored)
        if (!isOpen(one.stage)) expect(waitsFor(one, now, assignedBy)).toBe('nobody')
      }),
    )
  })
})

test.each([
  ['registered', '2026-01-06', 'make_appointment'],
  ['invited', '2026-01-06', 'await_booking'],
  ['appointed', '2026-01-14', 'prepare_appointment'],
  ['appointed', '2026-01-15', 'record_counselling'],
  ['missed', '2026-01-16', 'offer_new_appointment'],
  ['counselled', '2026-01-16', 'propose_school'],
  ['waiting', '2026-01-16', 'propose_school'],
  ['proposed', '2026-01-26', 'await_assignment'],
  ['proposed', '2026-01-28', 'propose_again'],
  ['assigned', '2026-01-24', 'await_admission'],
  ['admitted', '2026-01-27', 'await_first_day'],
  ['attending', '2026-07-16', 'await_review'],
  ['attending', '2026-07-17', 'record_review'],
  ['not_started', '2026-02-10', 'clarify_absence'],
  ['regular_class', '2026-07-17', 'nothing'],
  ['completed', '2026-07-17', 'nothing'],
  ['closed', '2026-07-17', 'nothing'],
  ['not_responsible', '2026-07-17', 'nothing'],
  ['self_enrolment', '2026-07-17', 'nothing'],
] as const)('the next step at %s on %s is %s', (stage, day, expected) => {
  expect(nextStep(atStage(stage), noon(day), 'authority')).toBe(expected)
})

test.each([
  ['authority', 'await_assignment'],
  ['self', 'assign_school'],
  ['colleague', 'await_colleague'],
] as const)('the next step of a proposal that %s decides about', (decider, expected) => {
  expect(nextStep(proposed, noon('2026-01-26'), decider)).toBe(expected)
  expect(nextStep(proposed, noon('2026-01-28'), decider)).toBe('propose_again')
  expect(nextStep(assigned, noon('2026-01-24'), decider)).toBe('await_admission')
})

test('every stage is tried above', () => {
  expect(everyStage.map(({ stage }) => stage)).toEqual(STAGES)
})
