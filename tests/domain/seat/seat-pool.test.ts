import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { SCHOOL_FORMS, type SchoolForm } from '#app/domain/school/form.ts'
import { gradesOf, holdsGrade } from '#app/domain/seat/grades.ts'
import {
  type Capacity,
  capacityOn,
  decideSeats,
  keepReserve,
  lastingSeats,
  nextChange,
  replacedOn,
  type SeatDecision,
  type SeatFacts,
  type SeatPool,
  tellingDay,
} from '#app/domain/seat/seat-pool.ts'
import { addDays, type CalendarDate } from '#app/domain/time.ts'

const decision: SeatDecision = {
  id: null,
  form: '15',
  schoolNumber: '193290' as SchoolNumber,
  schoolYear: 2026,
  gradeFrom: 5,
  gradeTo: 6,
  kind: 'support',
  decided: 18,
  others: 0,
  classes: null,
  validFrom: '2026-11-19',
  validTo: null,
}
const nothingYet: SeatFacts = { pools: [], now: null, today: '2026-11-19' }
const poolOf = (decided: SeatDecision, id: string): SeatPool => ({
  ...decided,
  ...{ id: id as SeatPoolId, lasting: decided.decided, reserve: 0, reserveUntil: null },
})
const pool = poolOf(decision, 'pool-1')

describe('decideSeats', () => {
  test('a new pool is what was decided', () => {
    expect(decideSeats(decision, nothingYet)).toEqual({ ok: true, value: decision })
  })

  test.each([-1, 501, 1.5, Number.NaN])('%d seats are refused', (decided) => {
    expect(decideSeats({ ...decision, decided }, nothingYet)).toEqual({
      ok: false,
      error: { code: 'seats_out_of_range', min: 0, max: 500 },
    })
  })

  test.each([0, 500])('%d seats are not', (decided) => {
    expect(decideSeats({ ...decision, decided }, nothingYet).ok).toBe(true)
  })

  test.each([
    [6, 5],
    [0, 6],
    [5, 14],
    [5, 6.5],
  ])('grades %d to %d are no range', (from, to) => {
    const refused = decideSeats({ ...decision, gradeFrom: from, gradeTo: to }, nothingYet)
    expect(refused).toEqual({ ok: false, error: { code: 'grade_range_invalid', from, to } })
  })

  test('a Grundschule has no seats in grade 5; a Gesamtschule has none in grade 4', () => {
    const primary = decideSeats({ ...decision, form: '02', gradeFrom: 4, gradeTo: 5 }, nothingYet)
    expect(primary).toEqual({ ok: false, error: { code: 'grades_not_taught', from: 1, to: 4 } })
    const secondary = decideSeats({ ...decision, gradeFrom: 4 }, nothingYet)
    expect(secondary).toEqual({
      ok: false,
      error: { code: 'grades_not_taught', from: 5, to: 13 },
    })
  })

  test('no grade is counted twice', () => {
    expect(
      decideSeats({ ...decision, gradeFrom: 6, gradeTo: 7 }, { ...nothingYet, pools: [pool] }),
    ).toEqual({ ok: false, error: { code: 'pool_overlaps', from: 5, to: 6 } })
  })

  test.each([
    { gradeFrom: 7, gradeTo: 8 },
    { kind: 'regular' },
    { schoolYear: 2027, validFrom: '2027-08-01' },
    { schoolNumber: '193291' as SchoolNumber },
    { id: 'pool-1' as SeatPoolId },
  ] as const)('beside a pool of 5 to 6 there is room for %j', (other) => {
    const facts = { ...nothingYet, pools: [pool] }
    expect(decideSeats({ ...decision, ...other }, facts).ok).toBe(true)
  })

  test('promised seats cannot be decided away, and the figures say why', () => {
    const now = { held: 3, assigned: 1, taken: 9, reserve: 1 }
    const facts = { ...nothingYet, pools: [pool], now }
    const change = { ...decision, id: pool.id, decided: 15, others: 2 }
    expect(decideSeats(change, facts)).toEqual({
      ok: false,
      error: { code: 'capacity_below_taken', least: 16, taken: 12, held: 3, reserve: 1 },
    })
    expect(decideSeats({ ...change, decided: 16 }, facts).ok).toBe(true)
  })

  test('other children sit on no more seats than there are', () => {
    expect(decideSeats({ ...decision, others: 19 }, nothingYet)).toEqual({
      ok: false,
      error: { code: 'others_above_seats', max: 18 },
    })
    expect(decideSeats({ ...decision, others: 18 }, nothingYet).ok).toBe(true)
  })

  test.each([0, 41, 1.5])('%d classes are refused', (classes) => {
    expect(decideSeats({ ...decision, classes }, nothingYet)).toEqual({
      ok: false,
      error: { code: 'classes_out_of_range', min: 1, max: 40 },
    })
  })

  test.each<[what: string, from: CalendarDate, to: CalendarDate | null, isFine: boolean]>([
    ['from today', '2026-11-19', null, true],
    ['from yesterday', '2026-11-18', null, false],
    ['from the last day of the school year', '2027-07-31', '2027-07-31', true],
    ['from the next school year', '2027-08-01', null, false],
    ['until beyond the school year', '2026-11-19', '2027-08-01', false],
    ['until before it begins', '2026-12-01', '2026-11-30', false],
  ])('a number can hold %s: %s to %s is %s', (_what, validFrom, validTo, isFine) => {
    const answer = decideSeats({ ...decision, validFrom, validTo }, nothingYet)
    expect(answer).toEqual(
      isFine
        ? { ok: true, value: { ...decision, validFrom, validTo } }
        : {
            ok: false,
            error: { code: 'validity_invalid', earliest: '2026-11-19', latest: '2027-07-31' },
          },
    )
  })

  test('of a later school year its first day is told', () => {
    expect(tellingDay(2026, '2026-11-19')).toBe('2026-11-19')
    expect(tellingDay(2027, '2026-11-19')).toBe('2027-08-01')
  })

  test('a number for the next school year holds from its first day at the earliest', () => {
    const next = { ...decision, schoolYear: 2027 }
    expect(decideSeats(next, nothingYet)).toMatchObject({ error: { earliest: '2027-08-01' } })
    expect(decideSeats({ ...next, validFrom: '2027-08-01' }, nothingYet).ok).toBe(true)
  })

  test('whatever pools are decided one after the other, a grade lies in one at most', () => {
    const ranges = fc.array(
      fc.record({
        gradeFrom: fc.integer({ min: 5, max: 13 }),
        gradeTo: fc.integer({ min: 5, max: 13 }),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(ranges, (tried) => {
        const pools: SeatPool[] = []
        for (const [index, range] of tried.entries()) {
          const made = decideSeats({ ...decision, ...range }, { ...nothingYet, pools })
          if (made.ok) pools.push(poolOf(made.value, `pool-${index}`))
        }
        const counted = pools.flatMap(({ gradeFrom, gradeTo }) =>
          Array.from({ length: gradeTo - gradeFrom + 1 }, (_, offset) => gradeFrom + offset),
        )
        expect(new Set(counted).size).toBe(counted.length)
      }),
    )
  })
})

test('every form teaches grades within 1 to 13, the usual ones as everybody knows them', () => {
  for (const form of Object.keys(SCHOOL_FORMS) as SchoolForm[]) {
    const { from, to } = gradesOf(form)
    expect(1 <= from && from <= to && to <= 13).toBe(true)
  }
  expect(['02', '04', '10', '15', '20', '30'].map((form) => gradesOf(form as SchoolForm))).toEqual([
    { from: 1, to: 4 },
    { from: 5, to: 10 },
    { from: 5, to: 10 },
    { from: 5, to: 13 },
    { from: 5, to: 13 },
    { from: 11, to: 13 },
  ])
})

test('a range holds its ends', () => {
  const held = [4, 5, 6, 7].map((grade) => holdsGrade({ from: 5, to: 6 }, grade))
  expect(held).toEqual([false, true, true, false])
})

describe('which number is in force', () => {
  const says = (
    seats: number,
    validFrom: CalendarDate,
    validTo: CalendarDate | null = null,
  ): Capacity => ({ seats, validFrom, validTo })
  const seatsOn = (decisions: readonly Capacity[], day: CalendarDate) =>
    capacityOn(decisions, day)?.seats ?? null

  test('the newest that covers the day; where one with an end is over, the one before it again', () => {
    const decisions = [says(4, '2026-08-01'), says(9, '2026-11-01', '2026-11-30')]
    expect(seatsOn(decisions, '2026-07-31')).toBeNull()
    expect(seatsOn(decisions, '2026-10-31')).toBe(4)
    expect(seatsOn(decisions, '2026-11-01')).toBe(9)
    expect(seatsOn(decisions, '2026-11-30')).toBe(9)
    expect(seatsOn(decisions, '2026-12-01')).toBe(4)
    expect(nextChange(decisions, '2026-10-01')).toBe('2026-11-01')
    expect(nextChange(decisions, '2026-11-01')).toBe('2026-12-01')
    expect(nextChange(decisions, '2026-12-01')).toBeNull()
  })

  test('a later decision goes before an earlier one that has not begun yet', () => {
    const decisions = [says(4, '2026-08-01'), says(9, '2027-02-01'), says(6, '2026-11-19')]
    expect(seatsOn(decisions, '2027-02-01')).toBe(6)
    expect(nextChange(decisions, '2026-11-19')).toBeNull()
  })

  test('whatever was decided, nothing changes before the next change', () => {
    const day = fc.integer({ min: 0, max: 40 }).map((at) => addDays('2026-11-01', at))
    const decision = fc
      .tuple(fc.integer({ min: 0, max: 9 }), day, fc.option(fc.integer({ min: 0, max: 9 })))
      .map(([seats, from, days]) => says(seats, from, days === null ? null : addDays(from, days)))
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 6 }), day, (decisions, start) => {
        const next = nextChange(decisions, start) ?? addDays(start, 60)
        for (let at = start; at < next; at = addDays(at, 1)) {
          expect(capacityOn(decisions, at)).toBe(capacityOn(decisions, start))
        }
      }),
    )
  })
})

const days = (from: CalendarDate, count: number) =>
  fc.integer({ min: 0, max: count - 1 }).map((at) => addDays(from, at))

describe('what lasts through the school year', () => {
  const says = (seats: number, validFrom: CalendarDate, validTo: CalendarDate | null = null) => ({
    ...{ seats, validFrom, validTo },
  })

  test.each<[what: string, decisions: readonly Capacity[], lasting: number]>([
    ['nothing decided is nothing', [], 0],
    ['one number without end', [says(4, '2026-08-01')], 4],
    ['more until a day', [says(1, '2026-08-01'), says(3, '2026-11-19', '2026-11-30')], 1],
    ['fewer until a day', [says(4, '2026-08-01'), says(2, '2026-11-19', '2026-11-30')], 2],
    ['fewer from a later day', [says(4, '2026-08-01'), says(2, '2026-11-20')], 2],
    ['more from a later day', [says(4, '2026-08-01'), says(9, '2026-11-20')], 4],
    [
      'to the last day of the year',
      [says(1, '2026-08-01'), says(3, '2026-11-01', '2027-07-31')],
      3,
    ],
    ['to the last day but one', [says(1, '2026-08-01'), says(3, '2026-11-01', '2027-07-30')], 1],
    ['nothing after the only one', [says(4, '2026-08-01', '2026-12-31')], 0],
    ['what was fewer before', [says(0, '2026-08-01'), says(4, '2026-11-01')], 4],
  ])('%s', (_what, decisions, lasting) => {
    expect(lastingSeats(decisions, '2026-11-19')).toBe(lasting)
  })

  test('is the fewest of all its days, whatever was decided', () => {
    const start: CalendarDate = '2027-07-01'
    const decision = fc
      .tuple(fc.integer({ min: 0, max: 9 }), days('2027-06-20', 40), fc.option(fc.nat({ max: 20 })))
      .map(([seats, from, more]) => says(seats, from, more === null ? null : addDays(from, more)))
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 6 }), (decisions) => {
        const each = Array.from(
          { length: 31 },
          (_, at) => capacityOn(decisions, addDays(start, at))?.seats ?? 0,
        )
        expect(lastingSeats(decisions, start)).toBe(Math.min(...each))
      }),
    )
  })
})

describe('when a decision is replaced', () => {
  const said = (
    decidedOn: CalendarDate,
    validFrom: CalendarDate,
    validTo: CalendarDate | null = null,
  ) => ({ seats: 1, decidedOn, validFrom, validTo })
  const first = said('2026-08-01', '2026-08-01')
  const later = said('2026-11-10', '2027-02-01')

  test.each([
    [
      'before it begins, on the day of the other',
      later,
      said('2026-11-19', '2026-11-19'),
      '2026-11-19',
    ],
    ['by one that begins later still, not wholly', later, said('2026-11-19', '2027-02-02'), null],
    ['for some days only, not wholly', later, said('2026-11-19', '2026-11-19', '2027-03-01'), null],
    [
      'while it holds, from the day the other does',
      first,
      said('2026-11-10', '2026-11-15'),
      '2026-11-15',
    ],
    ['while it holds, not before the other does', first, said('2026-11-10', '2026-12-01'), null],
    ['until it ends by itself, never', said('2026-08-01', '2026-08-01', '2026-10-31'), later, null],
  ] as const)('%s', (_what, one, other, on) => {
    expect(replacedOn([one, other], one, '2026-11-20')).toBe(on)
    expect(replacedOn([one, other], other, '2026-11-20')).toBeNull()
  })

  test('exactly where no day from today on is left to it that was its own', () => {
    const today: CalendarDate = '2026-11-10'
    const start: CalendarDate = '2026-11-01'
    const made = fc
      .tuple(days(start, 20), fc.option(fc.nat({ max: 12 })))
      .map(([from, more]) => said(start, from, more === null ? null : addDays(from, more)))
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 5 }), fc.nat(), (decisions, pick) => {
        const one = decisions[pick % decisions.length]!
        const held = Array.from({ length: 60 }, (_, at) => addDays(start, at)).filter(
          (day) => capacityOn(decisions, day) === one,
        )
        const last = held.at(-1)
        const isOver = last === undefined || (last < today && last !== one.validTo)
        expect(replacedOn(decisions, one, today) !== null).toBe(isOver)
        if (last !== undefined && isOver) {
          expect(replacedOn(decisions, one, today)).toBe(addDays(last, 1))
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('keepReserve', () => {
  const count = { free: 2, reserve: 1 }
  const today: CalendarDate = '2026-11-19'

  test('keeps back what is free, what is kept back already included', () => {
    const wanted = { seats: 3, until: '2026-12-31', today } as const
    expect(keepReserve(pool, count, wanted)).toEqual({
      ok: true,
      value: { reserve: 3, reserveUntil: '2026-12-31' },
    })
    expect(keepReserve(pool, count, { ...wanted, seats: 4 })).toEqual({
      ok: false,
      error: { code: 'reserve_above_free', free: 3 },
    })
  })

  test('0 gives it free, whatever day is named', () => {
    expect(keepReserve(pool, count, { seats: 0, until: '2020-01-01', today })).toEqual({
      ok: true,
      value: { reserve: 0, reserveUntil: null },
    })
  })

  test('from today through the last day of the school year', () => {
    const until = (day: CalendarDate) => keepReserve(pool, count, { seats: 1, until: day, today })
    expect(until('2026-11-18')).toMatchObject({ error: { code: 'reserve_until_past' } })
    expect(until(today).ok).toBe(true)
    expect(until('2027-07-31').ok).toBe(true)
    expect(until('2027-08-01')).toMatchObject({ error: { latest: '2027-07-31' } })
  })
})
