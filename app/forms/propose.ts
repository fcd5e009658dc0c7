import * as z from 'zod'
import { DEVIATION_REASONS } from '#app/domain/case/reasons.ts'
import type { SchoolNumber } from '#app/domain/ids.ts'

/** Proposing a school: which, over which version of the case, and why not the first of the list. */
export const ProposeForm = z
  .object({
    version: z.coerce.number<string>('field.required').int(),
    schoolNumber: z
      .string('field.required')
      .regex(/^\d{6}$/, 'field.required')
      .transform((number) => number as SchoolNumber),
    reason: z.enum(DEVIATION_REASONS, 'field.required').or(z.literal('')).default(''),
    sentence: z.string().trim().max(500, 'field.too_long').default(''),
  })
  .transform(({ reason, sentence, ...command }) => ({
    ...command,
    deviation: reason === '' ? null : { code: reason, sentence },
  }))
