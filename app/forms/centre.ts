import * as z from 'zod'
import {
  ASSIGNED_BY,
  LONGEST_TARGET_DAYS,
  SEATS_DECIDED_BY,
  SECOND_SEAT,
} from '#app/domain/centre/centre.ts'
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

/** What a centre sets for itself: targets and hold in calendar days, its rules, phone and address. */
export const CentreForm = z
  .object({
    centre: z.string().min(1).max(100),
    version: z.coerce.number().int(),
    counselling: Days(LONGEST_TARGET_DAYS),
    assignment: Days(LONGEST_TARGET_DAYS),
    first_day: Days(LONGEST_TARGET_DAYS),
    hold: Days(LONGEST_HOLD_DAYS),
    second_seat: z.enum(SECOND_SEAT, 'field.choose'),
    support_decided_by: z.enum(SEATS_DECIDED_BY, 'field.choose'),
    regular_decided_by: z.enum(SEATS_DECIDED_BY, 'field.choose'),
    assigned_by: z.enum(ASSIGNED_BY, 'field.choose'),
    phone: z
      .string()
      .trim()
      .refine((text) => text === '' || PHONE.test(text), 'field.phone_invalid')
      .transform(orNull),
    address: z.string().trim().max(300, 'field.too_long').transform(orNull),
  })
  .transform(({ centre, version, phone, address, ...fields }) => ({
    centreId: centre as CentreId,
    version,
    targets: {
      counsellingDays: fields.counselling,
      assignmentDays: fields.assignment,
      firstDayDays: fields.first_day,
    },
    holdDays: fields.hold,
    rules: {
      secondSeat: fields.second_seat,
      supportDecidedBy: fields.support_decided_by,
      regularDecidedBy: fields.regular_decided_by,
      assignedBy: fields.assigned_by,
    },
    phone,
    address,
  }))
