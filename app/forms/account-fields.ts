import * as z from 'zod'
import type { FormFailure } from './form.ts'

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** An e-mail address, trimmed and in small letters: that is how accounts are found. */
export const Email = z
  .string('field.required')
  .trim()
  .toLowerCase()
  .min(1, 'field.required')
  .max(254, 'field.too_long')
  .pipe(z.email('field.email_invalid'))

/** One line of text that must be there; trimmed. */
export const Line = z
  .string('field.required')
  .trim()
  .min(1, 'field.required')
  .max(200, 'field.too_long')
  .refine((text) => !CONTROL.test(text), 'field.control_characters')

/** A password as it was typed: never trimmed. Longer than 200 characters is a paste gone wrong. */
export const TypedPassword = z
  .string('field.required')
  .min(1, 'field.required')
  .max(200, 'field.too_long')

/** Shortest new password, in characters; the rest of the rule is the server's. */
const SHORTEST_PASSWORD = 12

/** A password that is to be set. */
export const NewPassword = TypedPassword.refine(
  (text) => [...text].length >= SHORTEST_PASSWORD,
  'field.password_short',
)

/** Fields whose text is never sent back to the page. */
const SECRETS = ['password', 'again', 'present', 'proof']

/** A form without its passwords: what a refused answer may repeat. */
export function withoutSecrets(form: FormData): FormData {
  const bare = new FormData()
  for (const [name, value] of form) if (!SECRETS.includes(name)) bare.append(name, value)
  return bare
}

/** The messages of a form, its passwords left out of what was typed. */
export function failureWithoutSecrets({ values, errors }: FormFailure): FormFailure {
  const kept = Object.entries(values).filter(([name]) => !SECRETS.includes(name))
  return { values: Object.fromEntries(kept), errors }
}
