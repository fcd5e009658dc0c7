import * as z from 'zod'
import { GER_LEVELS } from '#app/domain/follow-up/ger-level.ts'
import { dayField, versionField } from './case-fields.ts'

/** Recording a half-yearly review (Lernstand): day, level, whether B1 is reached. */
export const ReviewForm = z
  .object({
    version: versionField,
    on: dayField,
    gerLevel: z.enum(GER_LEVELS, 'field.choose'),
    b1: z.enum(['ja', 'nein'], 'field.choose'),
  })
  .transform(({ version, on, gerLevel, b1 }) => ({
    version,
    review: { on, gerLevel, b1: b1 === 'ja' },
  }))
