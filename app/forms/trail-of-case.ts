import * as z from 'zod'

const LONGEST_NUMBER = 40

/** The number of the case whose trail is wanted, as it is typed. */
export const TrailOfCase = z.object({
  caseNumber: z
    .string('field.required')
    .trim()
    .min(1, 'field.required')
    .max(LONGEST_NUMBER, 'field.too_long')
    .toUpperCase(),
})
