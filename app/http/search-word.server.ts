import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { AccountId } from '#app/domain/ids.ts'
import { LONGEST_SEARCH_WORD } from '#app/forms/search.ts'

/** Who searches: only the same session of the same account opens what it has sealed. */
export type Searcher = {
  /** The session's token as the cookie carries it; what is stored of it is its hash. */
  readonly secret: string
  readonly accountId: AccountId
}

const ALGORITHM = 'aes-256-gcm'
const PURPOSE = 'einstieg/search-word/v1'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Words are filled up to a multiple of this, so that nearly all names are equally long. */
const BUCKET_BYTES = 64
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const LONGEST_TOKEN = base64Length(NONCE_BYTES + bucketFor(3 * LONGEST_SEARCH_WORD) + TAG_BYTES)

/** The search word as an address may carry it: base64url of nonce, cipher text and tag. */
export function sealSearchWord(searcher: Searcher, word: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, keyOf(searcher), nonce)
  cipher.setAAD(boundTo(searcher))
  const text = Buffer.concat([cipher.update(filledUp(word)), cipher.final()])
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')
}

/** The word of a token; null when it is of another session or account, changed, or no token at all. */
export function openSearchWord(searcher: Searcher, token: string): string | null {
  if (token.length > LONGEST_TOKEN) return null
  const bytes = Buffer.from(token, 'base64url')
  const isWhole = bytes.length >= NONCE_BYTES + BUCKET_BYTES + TAG_BYTES
  if (!isWhole || bytes.toString('base64url') !== token) return null
  const decipher = createDecipheriv(ALGORITHM, keyOf(searcher), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(boundTo(searcher))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final()
  } catch {
    // node says by throwing that the tag does not fit: a stale search, not an accident
    return null
  }
  return withoutFilling(text)
}

function keyOf({ secret }: Searcher): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES))
}

function boundTo({ accountId }: Searcher): Buffer {
  return Buffer.from(`${PURPOSE}|${accountId}`)
}

/** The word, and after it bytes that each say how many of them there are (PKCS #7). */
function filledUp(word: string): Buffer {
  const text = Buffer.from(word)
  const filling = bucketFor(text.length) - text.length
  return Buffer.concat([text, Buffer.alloc(filling, filling)])
}

function withoutFilling(bytes: Buffer): string {
  return bytes.subarray(0, bytes.length - (bytes.at(-1) ?? 0)).toString()
}

/** How many bytes a word of so many takes when filled up; always at least one of filling. */
function bucketFor(bytes: number): number {
  return (Math.floor(bytes / BUCKET_BYTES) + 1) * BUCKET_BYTES
}

function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
