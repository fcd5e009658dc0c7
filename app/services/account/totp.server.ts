import { createHash } from 'node:crypto'
import { Secret, TOTP, URI } from 'otpauth'
import type { AccountId } from '#app/domain/ids.ts'
import type { Clock } from '#app/domain/time.ts'
import { INSTALLATION, type Sealed } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { openRecord, sealRecord } from '#db/sealing/records.server.ts'

/** Seconds a code holds; the one before and the one after are right as well (RFC 6238, 5.2). */
const PERIOD = 30
const STEPS_AROUND = 1
const SECRET_BYTES = 20

/** What an authenticator app is given: as text, and as the address that stands in the QR code. */
export type TotpSecret = { readonly base32: string; readonly uri: string }

/** A new secret of 160 bits from one of our tokens. */
export function newTotpSecret(token: string): string {
  const bytes = createHash('sha256').update(token).digest().subarray(0, SECRET_BYTES)
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}

/** Seals a secret for the row of its factor. */
export function sealTotp(key: SubjectKey, row: string, base32: string): Sealed {
  return sealRecord(key, 'second_factor', INSTALLATION, row, { base32 })
}

/** Opens the secret of a factor's row. @throws when it does not belong there. */
export function openTotp(
  key: SubjectKey,
  { id, sealed }: { readonly id: string; readonly sealed: Sealed; readonly account_id: AccountId },
): string {
  const opened = openRecord<{ readonly base32: string }>(
    key,
    'second_factor',
    INSTALLATION,
    id,
    sealed,
  )
  return opened.base32
}

/** The time step a code belongs to, among those that hold now; null: none, the code is wrong. */
export function stepOf(base32: string, code: string, clock: Clock): number | null {
  const timestamp = clock.now().getTime()
  const delta = totpOf(base32).validate({ token: code, timestamp, window: STEPS_AROUND })
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD) + delta
}

/** What the person's app needs to make codes. `who`: the account's e-mail address. */
export function totpFor(base32: string, who: string): TotpSecret {
  return { base32, uri: URI.stringify(totpOf(base32, who)) }
}

function totpOf(base32: string, label = ''): TOTP {
  return new TOTP({ issuer: 'Einstieg', label, secret: Secret.fromBase32(base32), period: PERIOD })
}
