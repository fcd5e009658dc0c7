import * as z from 'zod'
import { END_REASONS } from '#app/domain/case/reasons.ts'
import { ORDERED_GROUNDS } from '#app/domain/privacy/erasure.ts'
import { dayField, versionField } from './case-fields.ts'

const Sentence = z
  .string('field.reason_required')
  .trim()
  .min(1, 'field.reason_required')
  .max(500, 'field.too_long')

/** Ending a case: since when, why for the figures, and a sentence for the next reader. */
export const EndForm = z
  .object({
    intent: z.literal('end'),
    version: versionField,
    on: dayField,
    reason: z.enum(END_REASONS, 'field.choose'),
    sentence: Sentence,
  })
  .transform(({ intent, version, on, reason, sentence }) => ({
    ...{ intent, version, on },
    reason: { code: reason, sentence },
  }))

/** Keeping a case from being erased: until when, and why. */
export const HoldForm = z
  .object({ intent: z.literal('hold'), until: dayField, why: Sentence })
  .transform(({ why, ...hold }) => ({ ...hold, sentence: why }))

/** Allowing the erasure again. */
const LiftHoldForm = z.object({ intent: z.literal('lift') })

/** Erasing at once: on which ground, and the tick that it is meant. */
export const EraseForm = z.object({
  intent: z.literal('erase'),
  ground: z.enum(ORDERED_GROUNDS, 'field.choose'),
  meant: z.literal('ja', 'field.meant'),
})

/** The form of the page "Ende" that was sent, by its `intent`; ending is the first of them. */
export function endPageForm(intent: unknown) {
  if (intent === 'hold') return HoldForm
  if (intent === 'lift') return LiftHoldForm
  return intent === 'erase' ? EraseForm : EndForm
}
