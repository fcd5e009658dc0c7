import { describe, expect, test } from 'vitest'
import { daysOfHold, endsSoon } from '#app/domain/seat/seat-entry.ts'
import { MAP_STEPS, stepOf, sumSeats } from '#app/domain/seat/seat-overview.ts'

describe('seats counted together', () => {
  test('are summed number by number; nothing reported is not the same as nothing free', () => {
    const one = { decided: 7, taken: 3, held: 1, reserve: 2, free: 1 }
    // more was given than decided: what is missing here is not taken from the other
    const full = { decided: 2, taken: 4, held: 0, reserve: 0, free: 0 }
    expect(sumSeats([one, full])).toEqual({ decided: 9, taken: 7, held: 1, reserve: 2, free: 1 })
    expect(sumSeats([])).toBeNull()
  })

  test.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 2],
    [6, 3],
    [10, 3],
    [11, 4],
    [500, 4],
  ])('%i free seats stand on step %i of the map', (free, step) => {
    expect(stepOf(free)).toBe(step)
    expect(free).toBeGreaterThanOrEqual(MAP_STEPS[step] ?? Number.NaN)
  })
})

describe('the end of a hold', () => {
  test.each([
    ['2026-11-19T20:00:00.000Z', 0, true],
    // nine in the evening in UTC is ten in Berlin; eleven in UTC is the next day there
    ['2026-11-19T23:30:00.000Z', 1, true],
    ['2026-11-22T09:00:00.000Z', 3, true],
    ['2026-11-23T09:00:00.000Z', 4, false],
  ] as const)('%s is %i days ahead', (until, days, isSoon) => {
    expect(daysOfHold(until, '2026-11-19')).toBe(days)
    expect(endsSoon(until, '2026-11-19')).toBe(isSoon)
  })
})
