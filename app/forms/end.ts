import * as z from 'zod'
import { END_REASONS } from '#app/domain/case/reasons.ts'
import { dayField, versionField } from './case-fields.ts'

/** A reason in the person's own words, at least one. */
const reasonSentence = z
  .string('field.reason_required')
  .trim()
  .min(1, 'field.reason_required')
  .max(500, 'field.too_long')

/** Ending a case: since when, why for the figures, and a sentence for the next reader. */
export const EndForm = z
  .object({
    version: versionField,
    on: dayField,
    reason: z.enum(END_REASONS, 'field.choose'),
    sentence: reasonSentence,
  })
  .transform(({ version, on, reason, sentence }) => ({
    version,
    on,
    reason: { code: reason, sentence },
  }))
