import * as z from 'zod'
import { DECLINE_REASONS } from '#app/domain/case/reasons.ts'
import { dayField, versionField } from './case-fields.ts'

/** The school says that it can admit the child. */
const SayYes = z.object({ intent: z.literal('can_admit'), version: versionField })

/** The school says no, and why. */
export const Decline = z
  .object({
    intent: z.literal('decline'),
    version: versionField,
    reason: z.enum(DECLINE_REASONS, 'field.choose'),
    sentence: z
      .string('field.reason_required')
      .trim()
      .min(1, 'field.reason_required')
      .max(500, 'field.too_long'),
  })
  .transform(({ reason, sentence, ...command }) => ({
    ...command,
    reason: { code: reason, sentence },
  }))

/** The school admits the child; the first school day may be left open. */
export const Admit = z.object({
  intent: z.literal('admit'),
  version: versionField,
  plannedFirstDay: z.preprocess((text) => text || null, dayField.nullable()),
})

/** The child has come. */
export const Start = z.object({
  intent: z.literal('start'),
  version: versionField,
  firstDay: dayField,
})

/** Everything a school answers on the page of a case, told apart by `intent`. */
export const AdmissionForm = z.discriminatedUnion(
  'intent',
  [SayYes, Decline, Admit, Start],
  'field.unknown',
)
