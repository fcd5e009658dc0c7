import * as z from 'zod'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { CAPACITY_REASONS } from '#app/domain/seat/seat-pool.ts'
import { canonical, type RecordAnswers, readWas } from './both-versions.ts'
import { dayField } from './case-fields.ts'

/** A number as typed. */
export const wholeNumber = (message: string) =>
  z
    .string(message)
    .trim()
    .regex(/^\d{1,4}$/, message)
    .transform(Number)

/** A number that may be left out; what an earlier page did not send is left as it is. */
export const maybeNumber = z
  .string()
  .trim()
  .regex(/^\d{0,4}$/, 'field.number_invalid')
  .optional()

const maybeDay = z
  .string()
  .optional()
  .transform((text) => text?.trim() ?? '')
  .pipe(z.union([z.literal('').transform(() => null), dayField]))

const Reason = z.enum(CAPACITY_REASONS, 'field.choose')

/** The number of the school a form is about. */
export const School = z
  .string('field.required')
  .regex(/^\d{6}$/, 'field.required')
  .transform((number) => number as SchoolNumber)

/** A pool that a form names. */
export const PoolId = z.string('field.choose').min(1, 'field.choose')

const ChangedPool = z
  .object({
    poolId: PoolId,
    version: wholeNumber('field.required'),
    was: z.string('field.required'),
    seats: wholeNumber('field.number_invalid'),
    others: maybeNumber,
    classes: maybeNumber,
  })
  .transform(({ poolId, version, was, seats, others, classes }) => ({
    isChanged: canonical(readWas({ was })) !== canonical(poolAnswers({ seats, others, classes })),
    pool: {
      ...{ poolId: poolId as SeatPoolId, version, seats },
      ...(others === undefined ? {} : { others: Number(others) }),
      ...(classes === undefined ? {} : { classes: classes === '' ? null : Number(classes) }),
    },
  }))

/** The numbers of a pool, each a field of its own; those left out are not the form's. */
export function poolAnswers(numbers: {
  readonly seats: number
  readonly others?: string | number | undefined
  readonly classes?: string | number | null | undefined
}): RecordAnswers {
  const { seats, others, classes } = numbers
  return {
    seats: { seats },
    ...(others === undefined ? {} : { others: { others }, classes: { classes } }),
  }
}

const CHANGE = {
  schoolNumber: School,
  changeReason: Reason,
  validFrom: maybeDay,
  validTo: maybeDay,
  pools: z.array(ChangedPool, 'field.required'),
} as const

type Change = z.output<z.ZodObject<typeof CHANGE>>

/** The pools whose numbers somebody has changed, with the reason; asks for a change where there is none. */
function changedSeats(
  { schoolNumber, changeReason: reason, pools, validFrom, validTo }: Change,
  ctx: z.RefinementCtx,
) {
  const changed = pools.filter(({ isChanged }) => isChanged).map(({ pool }) => pool)
  if (new Set(changed.map(({ poolId }) => poolId)).size < changed.length) {
    ctx.addIssue({ code: 'custom', path: ['pools'], message: 'field.unknown' })
    return z.NEVER
  }
  const [first, ...others] = changed
  if (first !== undefined) {
    return { schoolNumber, reason, validFrom, validTo, pools: [first, ...others] as const }
  }
  const message = 'Sie haben noch keine Zahl geändert.'
  ctx.addIssue({ code: 'custom', path: ['pools', 0, 'seats'], message })
  return z.NEVER
}

/** New numbers for pools that are there. `was`: the numbers on screen; what equals them is left alone. */
const ChangeSeats = z.object({ intent: z.literal('change'), ...CHANGE }).transform(changedSeats)

/** The same, to see first what would come of it, and from there back to the numbers as they were typed. */
const ReviewSeats = z
  .object({ intent: z.enum(['review', 'edit']), ...CHANGE })
  .transform((said, ctx) => ({
    review: changedSeats(said, ctx),
    isShown: said.intent === 'review',
  }))

/** The buttons of the form over the numbers of a school: save, or look first. */
export const ChangedSeats = z.discriminatedUnion(
  'intent',
  [ChangeSeats, ReviewSeats],
  'field.unknown',
)

/** Every step of that form, by the `intent` it sends. */
export const CHANGING = ['change', 'review', 'edit'] as const

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
    others: maybeNumber,
    classes: maybeNumber,
    reason: Reason,
    validFrom: maybeDay,
    validTo: maybeDay,
  })
  .transform(({ intent: _said, others, classes, ...said }, ctx) => {
    const { schoolNumber, reason, validFrom, validTo, ...pool } = said
    const message = 'Das geben Sie bitte nur bei Regelplätzen an.'
    for (const [name, typed] of Object.entries({ others, classes })) {
      if (pool.kind === 'support' && typed) {
        ctx.addIssue({ code: 'custom', path: [name], message })
      }
    }
    const numbers = { others: Number(others ?? 0), classes: classes ? Number(classes) : null }
    const pools = [{ poolId: null, ...pool, ...numbers }] as const
    return { schoolNumber, reason, validFrom, validTo, pools }
  })

/** Seats kept back for expected arrivals. The pool and its version come in one value, `id/version`. */
export const ReserveSeats = z
  .object({
    intent: z.literal('reserve'),
    schoolNumber: School,
    pool: z
      .string('field.choose')
      .regex(/^[^/]+\/\d+$/, 'field.choose')
      .transform((text) => {
        const [id = '', version = ''] = text.split('/')
        return { poolId: id as SeatPoolId, version: Number(version) }
      }),
    reserve: wholeNumber('field.number_invalid'),
    until: dayField,
  })
  .transform(({ schoolNumber, pool, reserve: seats, until }) => ({
    reserve: { schoolNumber, ...pool, seats, until },
  }))

const DECIDING = [AddSeats, ChangeSeats, ReviewSeats] as const

/** The forms of who decides on the seats of a school, told apart by `intent`. */
export const SeatsForm = z.discriminatedUnion('intent', DECIDING, 'field.unknown')

/** The forms of a school's page: also that of a counsellor who keeps seats back. */
export const SchoolSeatsForm = z.discriminatedUnion(
  'intent',
  [...DECIDING, ReserveSeats],
  'field.unknown',
)
