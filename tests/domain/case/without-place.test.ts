import { expect, test } from 'vitest'
import { STAGES } from '#app/domain/case/stage.ts'
import { awaited, WITHOUT_PLACE } from '#app/domain/case/without-place.ts'
import { everyStage, noon, proposed } from './cases.ts'

test('who has no place, and what for they wait, stage by stage', () => {
  const now = noon('2026-01-21')
  const waits = everyStage.map((one) => [one.stage, awaited(one, now)] as const)
  expect(waits.filter(([, what]) => what !== null)).toEqual([
    ['registered', 'counselling'],
    ['invited', 'counselling'],
    ['appointed', 'counselling'],
    ['missed', 'counselling'],
    ['counselled', 'place'],
    ['waiting', 'place'],
    ['proposed', 'decision'],
    ['not_started', 'absence'],
  ])
  const without = STAGES.filter((stage) => waits.some(([at, what]) => at === stage && what))
  expect(without).toEqual(WITHOUT_PLACE)
})

test('a proposal whose hold ran out is none', () => {
  expect(awaited(proposed, proposed.proposal.holdUntil)).toBe('place')
})
