import type { MunicipalityKey } from '../ids.ts'
import type { SchoolForm } from '../school/form.ts'
import type { SeatKind } from './seat-pool.ts'

/** Seats counted together: what was decided, where they have gone, what is left. */
export type SeatSum = {
  readonly decided: number
  /** All that is occupied: by children who came another way, assigned and taken. */
  readonly taken: number
  /** Live holds of proposals. */
  readonly held: number
  /** Kept back for expected arrivals, while the reserve lasts. */
  readonly reserve: number
  /** Summed pool by pool, each never below zero: what one has too many is not another's seat. */
  readonly free: number
}

/** The seats of one kind at the schools of one form in one Gemeinde. */
export type SeatGroup = SeatSum & {
  readonly municipality: MunicipalityKey
  readonly form: SchoolForm
  readonly kind: SeatKind
}

const NONE: SeatSum = { decided: 0, taken: 0, held: 0, reserve: 0, free: 0 }

/** The sum of some groups; null when there are none, which is not the same as no free seat. */
export function sumSeats(groups: readonly SeatSum[]): SeatSum | null {
  if (groups.length === 0) return null
  return groups.reduce(
    (sum, { decided, taken, held, reserve, free }) => ({
      decided: sum.decided + decided,
      taken: sum.taken + taken,
      held: sum.held + held,
      reserve: sum.reserve + reserve,
      free: sum.free + free,
    }),
    NONE,
  )
}

/** From how many free seats on a Gemeinde stands on each step of the map. Ours: five are told apart. */
export const MAP_STEPS = [0, 1, 3, 6, 11] as const

export type MapStep = 0 | 1 | 2 | 3 | 4

/** The step of a number of free seats: 0 none, 1 one or two, and so on. */
export function stepOf(free: number): MapStep {
  return (MAP_STEPS.filter((from) => free >= from).length - 1) as MapStep
}

/** The seats of an owner's pools: what is assigned told apart from what is occupied. */
export type OwnSeats = SeatSum & {
  /** Assigned by the authority, and not admitted yet. */
  readonly assigned: number
}

/** The sum of such pools. */
export function sumOwnSeats(pools: readonly OwnSeats[]): OwnSeats {
  const assigned = pools.reduce((sum, pool) => sum + pool.assigned, 0)
  return { ...(sumSeats(pools) ?? NONE), assigned }
}
