/** Every stage of a case, in the order of the way; the German names stand in the glossary. */
export const STAGES = [
  'registered',
  'not_responsible',
  'self_enrolment',
  'invited',
  'appointed',
  'missed',
  'counselled',
  'waiting',
  'proposed',
  'assigned',
  'admitted',
  'attending',
  'not_started',
  'regular_class',
  'completed',
  'closed',
] as const

export type Stage = (typeof STAGES)[number]

/**
 * Whether the centre still has something to do for a case at this stage. Not open are the stages
 * no transition leaves: another office is responsible, the family enrols by itself, the follow-up
 * is over, or the case was closed.
 */
export function isOpen(stage: Stage): boolean {
  return !ENDED.has(stage)
}

const ENDED: ReadonlySet<Stage> = new Set([
  'not_responsible',
  'self_enrolment',
  'completed',
  'closed',
])

/** The five steps a family sees; never a rank. */
export type FamilyStep = 1 | 2 | 3 | 4 | 5

/**
 * The step the family page shows (product.md §6), or null for a stage that has no step: then the
 * page says one sentence and the phone number.
 */
export function familyStep(stage: Stage): FamilyStep | null {
  return FAMILY_STEPS[stage]
}

const FAMILY_STEPS: Readonly<Record<Stage, FamilyStep | null>> = {
  registered: 1,
  invited: 1,
  appointed: 2,
  missed: 2,
  counselled: 3,
  waiting: 3,
  proposed: 3,
  not_started: 3,
  assigned: 4,
  admitted: 4,
  attending: 5,
  regular_class: 5,
  completed: 5,
  not_responsible: null,
  self_enrolment: null,
  closed: null,
}
