import type { Deps } from '../context.server.ts'

const NONCE_LENGTH = 22

/**
 * What a browser keeps in which an account was wholly signed in: a number and our mark over it and
 * the e-mail address. It opens nothing; it only has limits of its own, so that a stranger who uses
 * up the tries of an account does not keep its person out (P9).
 */
export function newKnownBrowser(deps: Pick<Deps, 'secrets' | 'keyed'>, email: string): string {
  const nonce = deps.secrets.token().slice(-NONCE_LENGTH)
  return `${nonce}${markOf(deps, nonce, email)}`
}

/** The number of a browser that is known for the account; null: it is a stranger's. */
export function knownBrowser(
  deps: Pick<Deps, 'keyed'>,
  email: string,
  kept: string | null | undefined,
): string | null {
  const nonce = (kept ?? '').slice(0, NONCE_LENGTH)
  return kept === `${nonce}${markOf(deps, nonce, email)}` ? nonce : null
}

function markOf({ keyed }: Pick<Deps, 'keyed'>, nonce: string, email: string): string {
  return keyed('known-browser', `${nonce}|${email.toLowerCase()}`)
}
