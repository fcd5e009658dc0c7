import type { SchoolNumber } from '#app/domain/ids.ts'

/** The regular places (Regelplätze) of each grade of a school, as its owner decides on them. */
export type RegularPlaces = {
  readonly school: SchoolNumber
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly seats: number
  /** Where children sit who came another way. */
  readonly others: number
  readonly classes: number
}

/**
 * At the Gesamtschule Altenrode and at the Sekundarschule a few are free for later. Both others are
 * full: a proposal there says from when a regular place will be missing, and the Realschule's classes
 * stand at the upper end of their band.
 */
export const REGULAR_PLACES: readonly RegularPlaces[] = [
  regular('900032', { seats: 87, others: 87, classes: 3 }),
  regular('900041', { seats: 100, others: 96, classes: 4 }),
  regular('900051', { seats: 112, others: 109, classes: 4 }),
  regular('900052', { seats: 112, others: 112, classes: 4 }),
]

function regular(
  school: string,
  numbers: Pick<RegularPlaces, 'seats' | 'others' | 'classes'>,
): RegularPlaces {
  return { school: school as SchoolNumber, gradeFrom: 5, gradeTo: 10, ...numbers }
}
