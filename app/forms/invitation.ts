import * as z from 'zod'
import { NewPassword, TypedPassword } from './account-fields.ts'

/** The code from the link, and the new password twice. */
export const InvitationForm = z
  .object({
    code: z.string('field.required').trim().min(1, 'field.required').max(200, 'field.too_long'),
    password: NewPassword,
    again: TypedPassword,
  })
  .refine(({ password, again }) => password === again, {
    path: ['again'],
    error: 'field.password_mismatch',
  })
