import * as z from 'zod'
import type { CaseId } from '#app/domain/ids.ts'
import { versionField } from './case-fields.ts'

/** Yes or no for each child; who is left out is asked about again. */
export const WhereaboutsForm = z
  .object({
    answers: z.array(
      z.object({
        caseId: z.string('field.required').transform((id) => id as CaseId),
        version: versionField,
        isHere: z.preprocess(
          (text) => text || null,
          z.enum(['ja', 'nein'], 'field.choose').nullable(),
        ),
      }),
      'field.choose',
    ),
  })
  .transform(({ answers }) => ({
    answers: answers.flatMap(({ isHere, ...one }) =>
      isHere === null ? [] : [{ ...one, isHere: isHere === 'ja' }],
    ),
  }))
