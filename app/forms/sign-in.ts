import * as z from 'zod'
import { Email, TypedPassword } from './account-fields.ts'

/** A sign-in may lead back here: never to another host, never to the door itself. */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u
const DOORS = ['/anmelden', '/abmelden', '/einladung', '/konto/bestaetigen']

/** The page somebody wanted before signing in, or null when that is none of ours. */
export function ownPath(text: string | null | undefined): string | null {
  const path = text ?? ''
  const isOurs = OWN_PATH.test(path) && path.length <= 500
  return isOurs && !DOORS.some((door) => path.startsWith(door)) ? path : null
}

/** E-mail, password, and the page one came for. */
export const SignInForm = z.object({
  email: Email,
  password: TypedPassword,
  back: z.string().optional().transform(ownPath),
})
