import type { SchoolNumber } from '#app/domain/ids.ts'
import type { CapacityReason } from '#app/domain/seat/seat-pool.ts'

/** The support places (Förderplätze) a school reports in each school year. */
export type DemoPools = {
  readonly school: SchoolNumber
  readonly reason: CapacityReason
  readonly pools: readonly [DemoPool, ...DemoPool[]]
}

export type DemoPool = {
  readonly gradeFrom: number
  readonly gradeTo: number
  readonly seats: number
}

/**
 * Where there are places. Kastanienallee and St.-Anna are full by decision, the Gesamtschule
 * Altenrode fills up with its children. Schools that are not named have not reported yet. One with
 * a sign-in enters its own, for the others the counsellor does.
 */
export const POOLS: readonly DemoPools[] = [
  reported('900011', 'rooms', [1, 4, 8]),
  reported('900012', 'teachers', [1, 4, 4]),
  reported('900013', 'rooms', [1, 4, 6]),
  reported('900014', 'teachers', [1, 2, 5], [3, 4, 6]),
  reported('900015', 'rooms', [1, 4, 12]),
  reported('900016', 'teachers', [1, 4, 0]),
  reported('900017', 'learning_conditions', [1, 4, 5]),
  reported('900021', 'teachers', [5, 7, 6], [8, 10, 5]),
  reported('900022', 'rooms', [5, 10, 0]),
  reported('900031', 'balanced_classes', [5, 6, 2], [7, 8, 3], [9, 10, 2]),
  reported('900032', 'teachers', [5, 10, 18]),
  reported('900033', 'rooms', [8, 10, 3]),
  reported('900041', 'teachers', [5, 10, 16]),
  reported('900051', 'balanced_classes', [5, 6, 3], [7, 8, 3], [9, 10, 3]),
  reported('900052', 'learning_conditions', [5, 7, 10], [8, 10, 10]),
  reported('900061', 'teachers', [5, 9, 8]),
  reported('900071', 'owner_resolution', [11, 13, 12]),
  reported('900072', 'rooms', [11, 13, 4]),
  reported('900081', 'learning_conditions', [1, 10, 3]),
]

type Numbers = readonly [gradeFrom: number, gradeTo: number, seats: number]

function reported(
  school: string,
  reason: CapacityReason,
  first: Numbers,
  ...others: readonly Numbers[]
): DemoPools {
  return {
    school: school as SchoolNumber,
    reason,
    pools: [poolOf(first), ...others.map(poolOf)],
  }
}

function poolOf([gradeFrom, gradeTo, seats]: Numbers): DemoPool {
  return { gradeFrom, gradeTo, seats }
}
