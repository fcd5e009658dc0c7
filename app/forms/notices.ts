import * as z from 'zod'
import { DESKS, type NoticeAudience } from '#app/domain/notice/desk-notice.ts'

/** How many notices one form marks as read at most. */
export const MOST_READ = 500

const AUDIENCES = Object.keys(DESKS) as [NoticeAudience, ...NoticeAudience[]]

/** Which notices were read, and on which desk; "all" are those that were on the page. */
export const ReadNoticesForm = z.object({
  desk: z.enum(AUDIENCES, 'field.unknown'),
  ids: z
    .string('field.required')
    .regex(/^[0-9a-f-]{1,50}(?:,[0-9a-f-]{1,50})*$/, 'field.unknown')
    .transform((text) => text.split(','))
    .refine((ids) => ids.length <= MOST_READ, 'field.unknown'),
})
