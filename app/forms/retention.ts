import * as z from 'zod'
import type { CentreId } from '#app/domain/ids.ts'
import { LONGEST_PERIOD_MONTHS, RETENTION_CLASSES } from '#app/domain/privacy/retention.ts'

const Centre = z
  .string()
  .min(1)
  .max(100)
  .transform((id) => id as CentreId)
const Class = z.enum(RETENTION_CLASSES)
const Months = z
  .string('field.required')
  .trim()
  .regex(/^\d{1,4}$/, 'field.number_invalid')
  .transform(Number)
  .pipe(
    z.number().min(1, 'field.number_invalid').max(LONGEST_PERIOD_MONTHS, 'field.number_too_large'),
  )

/** Proposing another period. */
export const ProposeRuleForm = z
  .object({ intent: z.literal('propose'), centre: Centre, class: Class, months: Months })
  .transform(({ centre, ...rule }) => ({ ...rule, centreId: centre }))

/** What the page of retention sends, by its `intent`. */
export const RetentionForm = z.union([
  ProposeRuleForm,
  z
    .object({
      ...{ intent: z.literal('approve'), centre: Centre, class: Class, months: Months },
      rule: z
        .string()
        .max(100)
        .default('')
        .transform((id) => (id === '' ? null : id)),
    })
    .transform(({ centre, rule, ...own }) => ({ ...own, centreId: centre, ruleId: rule })),
  z
    .object({ intent: z.literal('stop'), centre: Centre, class: Class })
    .transform(({ centre, ...own }) => ({ ...own, centreId: centre })),
  z
    .object({ intent: z.literal('clock'), centre: Centre })
    .transform(({ centre, ...own }) => ({ ...own, centreId: centre })),
])

/** Noting that somebody was told of an erasure. */
export const ToldForm = z
  .object({
    ...{ centre: Centre, erasure: z.string().min(1).max(100) },
    recipient: z.string().min(1).max(100),
  })
  .transform(({ centre, erasure, recipient }) => ({
    ...{ centreId: centre, erasureId: erasure, recipientId: recipient },
  }))
