import type { Instant } from '../time.ts'
import { isHeld } from './propose.ts'
import type { PupilCase } from './pupil-case.ts'
import type { Stage } from './stage.ts'

/** Stages at which a child has no place at a school: before an assignment, and where it came to nothing. */
export const WITHOUT_PLACE = [
  'registered',
  'invited',
  'appointed',
  'missed',
  'counselled',
  'waiting',
  'proposed',
  'not_started',
] as const satisfies readonly Stage[]

/** What a child without a place waits for. */
export type Awaited = 'counselling' | 'place' | 'decision' | 'absence'

/**
 * What a child without a place waits for at `now`, as others than the centre may know it: no school, no
 * appointment. Null: it has a place, or the centre has no more to do for it.
 */
export function awaited(pupilCase: PupilCase, now: Instant): Awaited | null {
  switch (pupilCase.stage) {
    case 'registered':
    case 'invited':
    case 'appointed':
    case 'missed':
      return 'counselling'
    case 'counselled':
    case 'waiting':
      return 'place'
    case 'proposed':
      return isHeld(pupilCase.proposal, now) ? 'decision' : 'place'
    case 'not_started':
      return 'absence'
    default:
      return null
  }
}
