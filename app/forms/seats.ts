import * as z from 'zod'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { CAPACITY_REASONS } from '#app/domain/seat/seat-pool.ts'

const wholeNumber = (message: string) =>
  z
    .string(message)
    .trim()
    .regex(/^\d{1,4}$/, message)
    .transform(Number)

const Reason = z.enum(CAPACITY_REASONS, 'field.choose')

const School = z
  .string('field.required')
  .regex(/^\d{6}$/, 'field.required')
  .transform((number) => number as SchoolNumber)

/** New numbers for pools that are there. `was`: the number on screen; what equals it is left alone. */
export const ChangeSeats = z
  .object({
    intent: z.literal('change'),
    schoolNumber: School,
    changeReason: Reason,
    pools: z.array(
      z.object({
        poolId: z.string().transform((id) => id as SeatPoolId),
        version: wholeNumber('field.required'),
        was: z.string(),
        seats: wholeNumber('field.number_invalid'),
      }),
      'field.required',
    ),
  })
  .transform(({ schoolNumber, changeReason: reason, pools }, ctx) => {
    const changed = pools.filter(({ was, seats }) => String(seats) !== was)
    const [first, ...others] = changed.map(({ was: _seen, ...pool }) => pool)
    if (first !== undefined) return { schoolNumber, reason, pools: [first, ...others] as const }
    const message = 'Sie haben noch keine Zahl geändert.'
    ctx.addIssue({ code: 'custom', path: ['pools', 0, 'seats'], message })
    return z.NEVER
  })

/** Seats of one kind for some grades of a school year, not entered yet. */
export const AddSeats = z
  .object({
    intent: z.literal('add'),
    schoolNumber: School,
    schoolYear: wholeNumber('field.choose'),
    gradeFrom: wholeNumber('field.grade_invalid'),
    gradeTo: wholeNumber('field.grade_invalid'),
    kind: z.enum(['support', 'regular'], 'field.choose'),
    seats: wholeNumber('field.number_invalid'),
    reason: Reason,
  })
  .transform(({ intent: _said, schoolNumber, reason, ...pool }) => ({
    schoolNumber,
    reason,
    pools: [{ poolId: null, ...pool }] as const,
  }))

/** Both forms of the seats of a school, told apart by `intent`. */
export const SeatsForm = z.discriminatedUnion('intent', [AddSeats, ChangeSeats], 'field.unknown')
