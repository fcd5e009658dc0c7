import * as z from 'zod'
import { WITHDRAW_REASONS } from '#app/domain/case/reasons.ts'
import { versionField } from './case-fields.ts'

/** Taking a proposal back: a reason for the figures and a sentence for the next reader. */
export const WithdrawProposalForm = z
  .object({
    version: versionField,
    reason: z.enum(WITHDRAW_REASONS, 'field.choose'),
    sentence: z
      .string('field.reason_required')
      .trim()
      .min(1, 'field.reason_required')
      .max(500, 'field.too_long'),
  })
  .transform(({ version, reason, sentence }) => ({ version, reason: { code: reason, sentence } }))
