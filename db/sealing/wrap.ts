import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Kek } from './kek.server.ts'

/** A secret as it is stored: under a key-encryption key, which is named beside it. */
export type Wrapped = { readonly wrapped: string; readonly kek_id: string }

/** A key-encryption key that is in use is not at hand. */
export class KekMissing extends Error {
  readonly kekId: string
  constructor(kekId: string, message: string) {
    super(message)
    this.kekId = kekId
  }
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Wraps a secret under the present key, bound to where it stands: moved elsewhere it does not open. */
export function wrapSecret(kek: Kek, boundTo: string, secret: Buffer): Wrapped {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, kek.key, nonce)
  cipher.setAAD(Buffer.from(boundTo))
  const text = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
  return { wrapped: Buffer.concat([nonce, text]).toString('base64url'), kek_id: kek.id }
}

/**
 * The secret again.
 * @throws when it was wrapped with a key that is not at hand, for another place, or was changed.
 */
export function unwrapSecret(kek: Kek, boundTo: string, stored: Wrapped): Buffer {
  const own = findKek(kek, stored.kek_id)
  if (own === null) {
    throw new KekMissing(
      stored.kek_id,
      `Wrapped with the key-encryption key ${stored.kek_id}, which is not at hand`,
    )
  }
  const bytes = Buffer.from(stored.wrapped, 'base64url')
  const decipher = createDecipheriv(ALGORITHM, own.key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
}

/** The present key or a retired one, by its id. */
export function findKek(kek: Kek, id: string): Kek | null {
  return [kek, ...(kek.retired ?? [])].find((one) => one.id === id) ?? null
}
