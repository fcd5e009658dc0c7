import * as z from 'zod'
import { DESKS, type NoticeAudience } from '#app/domain/notice/desk-notice.ts'

const AUDIENCES = Object.keys(DESKS) as [NoticeAudience, ...NoticeAudience[]]

/** Which notices were read, and on which desk; "all" are those that were on the page. */
export const ReadNoticesForm = z.object({
  desk: z.enum(AUDIENCES, 'field.unknown'),
  ids: z
    .string('field.required')
    .regex(/^[0-9a-f-]{1,50}(?:,[0-9a-f-]{1,50}){0,49}$/, 'field.unknown')
    .transform((text) => text.split(',')),
})
