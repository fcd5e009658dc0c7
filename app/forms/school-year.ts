import * as z from 'zod'
import type { SeatPoolId } from '#app/domain/ids.ts'
import { maybeNumber, PoolId, School, wholeNumber } from './seats.ts'

const KnownPool = z
  .object({ poolId: PoolId, version: wholeNumber('field.required') })
  .transform(({ poolId, version }) => ({ poolId: poolId as SeatPoolId, version }))

/** `others` is asked for where children of another way sit: left open, free would say too much. */
const CarriedPool = z
  .object({
    poolId: PoolId,
    version: wholeNumber('field.required'),
    seats: wholeNumber('field.number_invalid'),
    others: wholeNumber('field.number_invalid').optional(),
    classes: maybeNumber,
  })
  .transform(({ poolId, version, seats, others, classes }) => ({
    ...{ poolId: poolId as SeatPoolId, version, seats, others: others ?? 0 },
    classes: classes ? Number(classes) : null,
  }))

/** What a school's pools become in the school year that comes, and which the preview showed. */
export const CarryOverForm = z.object({
  schoolNumber: School,
  schoolYear: wholeNumber('field.required'),
  pools: z
    .array(CarriedPool)
    .optional()
    .transform((pools) => pools ?? []),
  existing: z
    .array(KnownPool)
    .optional()
    .transform((pools) => pools ?? []),
})

/** The address of the page on which a school's pools are carried over. */
export function schoolYearPath(schoolNumber: string): string {
  return `/schulen/${schoolNumber}/schuljahr`
}
