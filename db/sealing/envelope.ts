import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { CentreId } from '#app/domain/ids.ts'
import type { Sealed } from '../schema.ts'

/** The key of one sealed subject, child or family, in the clear; lives in memory only. */
export type SubjectKey = { readonly keyId: string; readonly key: Buffer }

/** Where an envelope stands. Bound in, so that one moved elsewhere does not open. */
export type Place = {
  readonly table: string
  readonly column: string
  readonly centreId: CentreId
  readonly row: string
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const UNREADABLE = 'RECORD_UNREADABLE'

/**
 * Seals a JSON value: `v1.<alg>.<key id>.<nonce>.<cipher text>.<tag>`, parts in base64url
 * (promises.md §6.1: AES-256-GCM, table, column and row as additional data).
 */
export function seal(subject: SubjectKey, place: Place, value: unknown): Sealed {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, subject.key, nonce)
  cipher.setAAD(additionalData(place))
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return [
    'v1',
    'a256gcm',
    subject.keyId,
    nonce.toString('base64url'),
    text.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
  ].join('.') as Sealed
}

/** An envelope was sealed under another key, for another place, or was changed since; or its key is lost. */
export class Unreadable extends Error {
  readonly code = UNREADABLE
}

/** Whether this was thrown. Asked by its code: the server and its pages are bundled apart, and each has the class. */
export function isUnreadable(accident: unknown): boolean {
  return accident instanceof Error && 'code' in accident && accident.code === UNREADABLE
}

/** Opens an envelope at its place. @throws Unreadable */
export function unseal<T>(subject: SubjectKey, place: Place, sealed: Sealed): T {
  const [version, algorithm, keyId, nonce, text, tag] = sealed.split('.')
  if (version !== 'v1' || algorithm !== 'a256gcm' || keyId !== subject.keyId) {
    throw new Unreadable(`Envelope of ${place.table} was sealed under another key or format`)
  }
  try {
    return JSON.parse(opened(subject, place, { nonce, text, tag })) as T
  } catch {
    throw new Unreadable(`Envelope of ${place.table} does not open here`)
  }
}

type Parts = Readonly<Record<'nonce' | 'text' | 'tag', string | undefined>>

function opened(subject: SubjectKey, place: Place, { nonce, text, tag }: Parts): string {
  const decipher = createDecipheriv(ALGORITHM, subject.key, decode(nonce), { authTagLength: 16 })
  decipher.setAAD(additionalData(place))
  decipher.setAuthTag(decode(tag))
  return Buffer.concat([decipher.update(decode(text)), decipher.final()]).toString('utf8')
}

function additionalData(place: Place): Buffer {
  return Buffer.from([place.table, place.column, place.centreId, place.row].join('|'))
}

function decode(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url')
}
