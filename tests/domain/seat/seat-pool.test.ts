import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { SCHOOL_FORMS, type SchoolForm } from '#app/domain/school/form.ts'
import { gradesOf, holdsGrade } from '#app/domain/seat/grades.ts'
import { decideSeats, type SeatDecision, type SeatPool } from '#app/domain/seat/seat-pool.ts'

const decision: SeatDecision = {
  id: null,
  form: '15',
  schoolNumber: '193290' as SchoolNumber,
  schoolYear: 2026,
  gradeFrom: 5,
  gradeTo: 6,
  kind: 'support',
  decided: 18,
}
const nothingYet = { pools: [], taken: 0 }
const { form: _form, ...stored } = decision
const pool: SeatPool = { ...stored, id: 'pool-1' as SeatPoolId }

describe('decideSeats', () => {
  test('a new pool is what was decided', () => {
    expect(decideSeats(decision, nothingYet)).toEqual({
      ok: true,
      value: {
        schoolNumber: '193290',
        schoolYear: 2026,
        gradeFrom: 5,
        gradeTo: 6,
        kind: 'support',
        decided: 18,
      },
    })
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
    { schoolYear: 2027 },
    { schoolNumber: '193291' as SchoolNumber },
    { id: 'pool-1' as SeatPoolId },
  ] as const)('beside a pool of 5 to 6 there is room for %j', (other) => {
    const facts = { ...nothingYet, pools: [pool] }
    expect(decideSeats({ ...decision, ...other }, facts).ok).toBe(true)
  })

  test('promised seats cannot be decided away', () => {
    const change = { ...decision, id: pool.id, decided: 13 }
    expect(decideSeats(change, { pools: [pool], taken: 14 })).toEqual({
      ok: false,
      error: { code: 'capacity_below_taken', taken: 14 },
    })
    expect(decideSeats({ ...change, decided: 14 }, { pools: [pool], taken: 14 }).ok).toBe(true)
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
          const made = decideSeats({ ...decision, ...range }, { pools, taken: 0 })
          if (made.ok) pools.push({ ...made.value, id: `pool-${index}` as SeatPoolId })
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
