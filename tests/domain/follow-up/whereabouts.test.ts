import { expect, test } from 'vitest'
import { whereaboutsAsked } from '#app/domain/follow-up/whereabouts.ts'

test.each([
  ['2026-07-31', 2025, '2025-10-01'],
  ['2026-08-01', 2026, null],
  ['2026-09-30', 2026, null],
  ['2026-10-01', 2026, '2026-10-01'],
  ['2027-01-15', 2026, '2026-10-01'],
] as const)('on %s: of %i/, about who came before %s', (day, schoolYear, startedBefore) => {
  expect(whereaboutsAsked(day)).toEqual({ schoolYear, startedBefore })
})
