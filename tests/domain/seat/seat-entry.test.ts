import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CaseId, SeatEntryId, SeatPoolId } from '#app/domain/ids.ts'
import {
  countSeats,
  freeSeats,
  HOLD_DAYS,
  holdSeat,
  holdUntil,
  moveTogether,
  regularPoolsFor,
  type SeatEntry,
  type SeatState,
  takeSeat,
} from '#app/domain/seat/seat-entry.ts'
import type { Instant } from '#app/domain/time.ts'

const now: Instant = '2026-01-20T11:00:00.000Z'
const pool = {
  id: 'pool-1' as SeatPoolId,
  kind: 'support',
  decided: 3,
  lasting: 3,
  others: 0,
  reserve: 0,
  reserveUntil: null,
} as const

const entry = (state: SeatState, index = 0, poolId = pool.id): SeatEntry => ({
  id: `entry-${index}` as SeatEntryId,
  poolId,
  caseId: `case-${index}` as CaseId,
  kind: 'support',
  seatNumber: index + 1,
  ...state,
})
const live: SeatState = { state: 'hold', holdUntil: '2026-01-20T11:00:00.001Z' }
const expired: SeatState = { state: 'hold', holdUntil: now }
const assigned: SeatState = { state: 'assigned', holdUntil: null }
const taken: SeatState = { state: 'taken', holdUntil: null }
const released: SeatState = { state: 'released', holdUntil: null }

describe('countSeats', () => {
  test('free are only the seats that last: what ends before the school year is promised to nobody', () => {
    const entries = [entry(taken), entry(live, 1)]
    const ending = { ...pool, decided: 5, lasting: 3 }
    expect(countSeats(ending, entries, now)).toMatchObject({ decided: 5, free: 1 })
    const held = { id: 'new' as SeatEntryId, caseId: 'case-9' as CaseId, now, holdDays: 7 }
    expect(holdSeat(ending, entries, held)).toMatchObject({ value: { seatNumber: 3 } })
    const third = entry(taken, 2)
    expect(holdSeat(ending, [...entries, third], held)).toMatchObject({
      error: { code: 'seat_taken' },
    })
  })

  test('live holds, assigned and taken seats count', () => {
    const entries = [live, assigned, taken].map((state, index) => entry(state, index))
    expect(countSeats({ ...pool, decided: 5, lasting: 5 }, entries, now)).toEqual({
      decided: 5,
      others: 0,
      held: 1,
      assigned: 1,
      taken: 1,
      reserve: 0,
      free: 2,
    })
  })

  test('an expired hold no longer counts, a released seat never', () => {
    expect(freeSeats(pool, [entry(expired), entry(released, 1)], now)).toBe(3)
    expect(freeSeats(pool, [entry(live)], now)).toBe(2)
  })

  test("another pool's entries do not count", () => {
    expect(freeSeats(pool, [entry(taken, 0, 'pool-2' as SeatPoolId)], now)).toBe(3)
  })

  test('a tally counts for as many entries as it stands for', () => {
    const tally = { poolId: pool.id, count: 2, ...taken }
    expect(freeSeats(pool, [tally], now)).toBe(1)
    expect(freeSeats(pool, [tally, entry(live)], now)).toBe(0)
    expect(freeSeats(pool, [{ ...tally, ...expired }], now)).toBe(3)
    expect(freeSeats(pool, [tally, { ...tally, count: -1 }], now)).toBe(2)
  })

  test('where other children sit is not free, nor what is kept back, through its last day', () => {
    const seats = {
      ...pool,
      decided: 9,
      lasting: 9,
      others: 2,
      reserve: 3,
      reserveUntil: '2026-01-20',
    } as const
    expect(countSeats(seats, [entry(taken)], now)).toMatchObject({
      ...{ others: 2, reserve: 3, taken: 1, free: 3 },
    })
    const dayAfter: Instant = '2026-01-20T23:00:00.000Z'
    expect(countSeats(seats, [entry(taken)], dayAfter)).toMatchObject({ reserve: 0, free: 6 })
  })

  test('never below zero', () => {
    const entries = [0, 1, 2, 3].map((index) => entry(taken, index))
    expect(freeSeats(pool, entries, now)).toBe(0)
  })
})

const states = fc.constantFrom(live, expired, assigned, taken, released)

test('free is what lasts less what counts; adding an entry never frees a seat', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), fc.array(states), states, (decided, all, more) => {
      const entries = all.map((state, index) => entry(state, index))
      const own = { ...pool, decided: decided + 2, lasting: decided }
      const count = countSeats(own, entries, now)
      expect(count.free).toBe(Math.max(0, decided - count.held - count.assigned - count.taken))
      const after = freeSeats(own, [...entries, entry(more, 99)], now)
      expect(after).toBeLessThanOrEqual(count.free)
    }),
  )
})

describe('holdSeat', () => {
  const hold = { id: 'entry-9' as SeatEntryId, caseId: 'case-9' as CaseId, now, holdDays: 7 }

  test('holds one seat until seven days later', () => {
    expect(holdSeat(pool, [entry(taken), entry(taken, 1)], hold)).toEqual({
      ok: true,
      value: {
        id: 'entry-9',
        poolId: 'pool-1',
        caseId: 'case-9',
        kind: 'support',
        seatNumber: 3,
        state: 'hold',
        holdUntil: '2026-01-27T11:00:00.000Z',
      },
    })
  })

  test('not when the last seat is gone; again when a hold on it has run out', () => {
    const full = [entry(taken), entry(assigned, 1)]
    expect(holdSeat(pool, [...full, entry(live, 2)], hold)).toEqual({
      ok: false,
      error: { code: 'seat_taken' },
    })
    expect(holdSeat(pool, [...full, entry(expired, 2)], hold).ok).toBe(true)
  })

  test('takes the first seat on which nobody sits, also that of a hold that has run out', () => {
    const sat = { ...pool, decided: 9 }
    const seatOf = (entries: readonly SeatEntry[]) => {
      const held = holdSeat(sat, entries, hold)
      return held.ok ? held.value.seatNumber : null
    }
    expect(seatOf([])).toBe(1)
    expect(seatOf([entry(taken, 0), entry(assigned, 2)])).toBe(2)
    expect(seatOf([entry(taken, 0), entry(expired, 1), entry(live, 2)])).toBe(2)
    expect(seatOf([entry(taken, 0), entry(released, 1), entry(live, 2)])).toBe(2)
    expect(seatOf([entry(taken, 0, 'pool-2' as SeatPoolId)])).toBe(1)
  })

  test('however often it is tried, no more holds live than seats last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 12 }), (decided, n) => {
        const entries: SeatEntry[] = []
        for (let index = 0; index < n; index++) {
          const held = holdSeat({ ...pool, decided: decided + 2, lasting: decided }, entries, {
            ...hold,
            id: `entry-${index}` as SeatEntryId,
          })
          if (held.ok) entries.push(held.value)
        }
        expect(entries).toHaveLength(Math.min(decided, n))
        expect(entries.map(({ seatNumber }) => seatNumber)).toEqual(entries.map((_, at) => at + 1))
      }),
    )
  })
})

test('seven days are 168 hours, over the change of the clocks too', () => {
  expect(HOLD_DAYS).toBe(7)
  expect(holdUntil('2026-03-27T11:00:00.000Z')).toBe('2026-04-03T11:00:00.000Z')
  expect(holdUntil(now, 3)).toBe('2026-01-23T11:00:00.000Z')
})

describe('moveTogether', () => {
  test('who sits beyond the last seat moves to the first empty ones; nobody else moves', () => {
    const sat = { ...pool, decided: 4, others: 1 }
    const entries = [entry(taken, 1), entry(live, 5), entry(expired, 2), entry(assigned, 8)]
    expect(moveTogether(sat, entries, now)).toEqual([
      { id: 'entry-5', seatNumber: 1 },
      { id: 'entry-8', seatNumber: 3 },
    ])
    expect(moveTogether({ ...sat, decided: 10 }, entries, now)).toEqual([])
  })

  test('in a pool that is too full those who find no seat stay where they are', () => {
    const entries = [entry(taken, 4), entry(taken, 5), entry(taken, 6), entry(taken, 7)]
    expect(moveTogether(pool, entries, now)).toEqual([
      { id: 'entry-4', seatNumber: 1 },
      { id: 'entry-5', seatNumber: 2 },
      { id: 'entry-6', seatNumber: 3 },
    ])
    const full = { ...pool, others: 4 }
    expect(moveTogether(full, entries, now)).toEqual([])
  })

  test('whatever a pool has become, everybody sits somewhere, nobody on two, and no seat stays empty before one beyond', () => {
    const sitting = fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 10 })
    fc.assert(
      fc.property(sitting, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (seats, decided, others) => {
        const entries = seats.map((seat) => entry(taken, seat))
        const moved = moveTogether({ ...pool, decided, others }, entries, now)
        const after = entries.map(
          ({ id, seatNumber }) => moved.find((one) => one.id === id)?.seatNumber ?? seatNumber,
        )
        expect(new Set(after).size).toBe(entries.length)
        const last = Math.max(0, decided - others)
        const within = after.filter((seat) => seat <= last).length
        expect(within).toBe(Math.min(entries.length, last))
      }),
    )
  })
})

describe('a place in the regular class', () => {
  const own = { id: 'entry-9' as SeatEntryId, caseId: 'case-9' as CaseId }

  test('is taken at once, on the first empty seat; a hold that ends now is no obstacle', () => {
    const seat = { poolId: pool.id, kind: 'support', seatNumber: 2, state: 'taken' } as const
    expect(takeSeat(pool, [entry(taken), entry(expired, 1)], { ...own, now })).toEqual({
      ok: true,
      value: { ...own, ...seat, holdUntil: null },
    })
    const full = [taken, assigned, live].map((state, index) => entry(state, index))
    const refused = { ok: false, error: { code: 'seat_taken' } }
    expect(takeSeat(pool, full, { ...own, now })).toEqual(refused)
  })

  test('lies in the same school year and year group, where the grade is first', () => {
    const at = (id: string, gradeFrom: number, gradeTo: number, but: object = {}) => ({
      ...{ id, gradeFrom, gradeTo, schoolYear: 2026, kind: 'regular' as const },
      ...but,
    })
    const support = { schoolYear: 2026, gradeFrom: 5, gradeTo: 6 }
    const pools = [
      at('grade 5', 5, 5),
      at('grade 6', 6, 6),
      at('grade 7', 7, 7),
      at('last year', 5, 6, { schoolYear: 2025 }),
      at('support', 5, 6, { kind: 'support' }),
    ]
    const ids = regularPoolsFor(support, pools, 6).map(({ id }) => id)
    expect(ids).toEqual(['grade 6', 'grade 5'])
  })
})
