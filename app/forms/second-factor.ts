import * as z from 'zod'
import { Line, TypedPassword } from './account-fields.ts'
import { ownPath } from './sign-in.ts'

const back = z.string().optional().transform(ownPath)

/** Six digits from an app; spaces in between are how apps show them. */
const Code = z
  .string('field.required')
  .max(50, 'field.too_long')
  .transform((text) => text.replaceAll(/\s/g, ''))
  .refine((text) => /^\d{6}$/.test(text), 'field.code_invalid')

/** A code of the authenticator app. */
export const TotpProofForm = z.object({ way: z.literal('totp'), proof: Code, back })

/** One of the recovery codes, as it was typed. */
export const RecoveryProofForm = z.object({
  way: z.literal('recovery_code'),
  proof: z.string('field.required').trim().min(1, 'field.required').max(50, 'field.too_long'),
  back,
})

/** The password, where the account has no second factor. */
export const PasswordProofForm = z.object({
  way: z.literal('password'),
  proof: TypedPassword,
  back,
})

/** A passkey's answer, as the browser's script sends it. */
const Answer = z.string('field.required').min(2, 'field.required').max(20_000, 'field.too_long')

const PasskeyProofForm = z.object({ way: z.literal('passkey'), proof: Answer, back })

/** A new passkey: what its person calls it, and the browser's answer. */
export const NewPasskeyForm = z.object({ label: Line.max(60, 'field.too_long'), proof: Answer })

/** What the page after the password takes. */
export const SecondStepForm = z.discriminatedUnion('way', [
  TotpProofForm,
  RecoveryProofForm,
  PasskeyProofForm,
])

/** What the page takes that asks again who one is. */
export const ProofForm = z.discriminatedUnion('way', [
  TotpProofForm,
  RecoveryProofForm,
  PasswordProofForm,
  PasskeyProofForm,
])

/** The first code of an app that is being set up. */
export const ConfirmTotpForm = z.object({ proof: Code })

/** Which second factor, or which session, a row of a list is about. */
export const OneOfOwnForm = z.object({ id: z.string('field.choose').min(1).max(100) })
