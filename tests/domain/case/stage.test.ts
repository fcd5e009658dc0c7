import { expect, test } from 'vitest'
import { familyStep, isOpen, STAGES } from '#app/domain/case/stage.ts'

test('a case is open until no transition leaves its stage', () => {
  const ended = STAGES.filter((stage) => !isOpen(stage))
  expect(ended).toEqual(['not_responsible', 'self_enrolment', 'completed', 'closed'])
})

test('the family sees five steps, as the product page orders them', () => {
  const stagesOf = (step: number | null) => STAGES.filter((stage) => familyStep(stage) === step)
  expect([1, 2, 3, 4, 5, null].map(stagesOf)).toEqual([
    ['registered', 'invited'],
    ['appointed', 'missed'],
    ['counselled', 'waiting', 'proposed', 'not_started'],
    ['assigned', 'admitted'],
    ['attending', 'regular_class', 'completed'],
    ['not_responsible', 'self_enrolment', 'closed'],
  ])
})
