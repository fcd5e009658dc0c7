import * as z from 'zod'
import { SEND_BACK_REASONS } from '#app/domain/case/reasons.ts'
import type { CaseId } from '#app/domain/ids.ts'
import { versionField } from './case-fields.ts'

/** The authority assigns the proposed school. */
const Assign = z.object({ intent: z.literal('assign'), version: versionField })

/** The authority sends the proposal back, and why. */
export const SendBack = z
  .object({
    intent: z.literal('send_back'),
    version: versionField,
    reason: z.enum(SEND_BACK_REASONS, 'field.choose'),
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

/** What the authority decides on the page of a case, told apart by `intent`. */
export const AssignmentForm = z.discriminatedUnion('intent', [Assign, SendBack], 'field.unknown')

/** One case of the queue, assigned in one click. */
export const AssignFromDesk = z.object({
  caseId: z
    .string('field.required')
    .min(1, 'field.required')
    .transform((id) => id as CaseId),
  version: versionField,
})
