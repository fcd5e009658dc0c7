import * as z from 'zod'
import { LONGEST_TARGET_DAYS } from '#app/domain/centre/centre.ts'
import type { CentreId } from '#app/domain/ids.ts'

const LONGEST_HOLD_DAYS = 60
const PHONE = /^\+?[\d ()/-]{3,40}$/

const Days = (most: number) =>
  z
    .string('field.required')
    .trim()
    .regex(/^\d{1,4}$/, 'field.number_invalid')
    .transform(Number)
    .pipe(z.number().min(1, 'field.number_invalid').max(most, 'field.number_too_large'))

const orNull = (text: string) => (text === '' ? null : text)

/** What a centre sets for itself: targets and hold in calendar days, phone and address. */
export const CentreForm = z
  .object({
    centre: z.string().min(1).max(100),
    version: z.coerce.number().int(),
    counselling: Days(LONGEST_TARGET_DAYS),
    assignment: Days(LONGEST_TARGET_DAYS),
    first_day: Days(LONGEST_TARGET_DAYS),
    hold: Days(LONGEST_HOLD_DAYS),
    phone: z
      .string()
      .trim()
      .refine((text) => text === '' || PHONE.test(text), 'field.phone_invalid')
      .transform(orNull),
    address: z.string().trim().max(300, 'field.too_long').transform(orNull),
  })
  .transform(({ centre, version, counselling, assignment, first_day, hold, phone, address }) => ({
    centreId: centre as CentreId,
    version,
    targets: {
      counsellingDays: counselling,
      assignmentDays: assignment,
      firstDayDays: first_day,
    },
    holdDays: hold,
    phone,
    address,
  }))
