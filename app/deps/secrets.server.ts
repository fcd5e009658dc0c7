import { randomBytes, randomInt } from 'node:crypto'
import type { Secrets } from '#app/services/context.server.ts'

/** Crockford's base32: no I, L, O, U, so that nobody misreads a code over the phone. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Secrets from the system's source of randomness. */
export function randomSecrets(): Secrets {
  return {
    token: () => randomBytes(32).toString('base64url'),
    shortCode: () => Array.from({ length: 10 }, () => CROCKFORD[randomInt(32)]).join(''),
    pin: () => String(randomInt(100_000_000)).padStart(8, '0'),
  }
}
