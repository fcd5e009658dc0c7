import { timingSafeEqual } from 'node:crypto'
import type { Deps } from '#app/services/context.server.ts'

type Cookie = 'sid' | 'fam' | 'pre' | 'known'

/** How long a browser stays known, in seconds: half a year. */
const KNOWN_FOR = 180 * 24 * 3600

/** The cookie's name: with the `__Host-` prefix where the origin is https, plain on loopback. */
export function cookieName(deps: Deps, kind: Cookie): string {
  return deps.isEvaluation ? kind : `__Host-${kind}`
}

/** A `Set-Cookie` value. An empty value removes the cookie. */
export function setCookie(deps: Deps, kind: Cookie, value: string): string {
  const parts = [`${cookieName(deps, kind)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax']
  if (!deps.isEvaluation) parts.push('Secure')
  if (value === '') parts.push('Max-Age=0')
  else if (kind === 'known') parts.push(`Max-Age=${KNOWN_FOR}`)
  return parts.join('; ')
}

/** The session under its new id, where this answer is the one that has it. */
export function renewedCookie(deps: Deps, token: string | null): [string, string][] {
  return token === null ? [] : [['Set-Cookie', setCookie(deps, 'sid', token)]]
}

/** What a finished sign-in leaves in the browser: the session, and that the browser is known. */
export function signedInCookies(
  deps: Deps,
  { token, known }: { readonly token: string; readonly known: string | null },
): [string, string][] {
  const session: [string, string] = ['Set-Cookie', setCookie(deps, 'sid', token)]
  return known === null ? [session] : [session, ['Set-Cookie', setCookie(deps, 'known', known)]]
}

/** The value of one of our cookies in a Cookie header, or null. */
export function readCookie(
  header: string | null | undefined,
  deps: Deps,
  kind: Cookie,
): string | null {
  const name = cookieName(deps, kind)
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value
  }
  return null
}

/** The token a form of this session carries: bound to the session, useless in another. */
export function csrfToken(deps: Deps, sessionId: string): string {
  return deps.keyed('csrf', sessionId)
}

/** Whether `given` is the token of the session. */
export function isCsrfToken(deps: Deps, sessionId: string, given: unknown): boolean {
  const expected = Buffer.from(csrfToken(deps, sessionId))
  const actual = Buffer.from(typeof given === 'string' ? given : '')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
