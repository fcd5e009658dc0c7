import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'

/** A pair of age: the public half encrypts, the secret one opens. */
export type AgePair = { readonly identity: string; readonly recipient: string }

/** Draws a pair. */
export async function newAgePair(): Promise<AgePair> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** Whether a text is the public half of a pair. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

/** The secret halves in an identity file (lines with `#` are remarks); null when a line is none. */
export function readIdentities(text: string): readonly string[] | null {
  const lines = text.split('\n').map((line) => line.trim())
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'))
  try {
    for (const identity of identities) new Decrypter().addIdentity(identity)
    return identities.length === 0 ? null : identities
  } catch {
    return null
  }
}

/** Encrypts a stream for several recipients, any of whom can open it; 64 KiB at a time in memory. */
export async function encryptTo(
  recipients: readonly string[],
  clear: AsyncIterable<Uint8Array>,
): Promise<Readable> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return fromWeb(await encrypter.encrypt(toWeb(Readable.from(clear))))
}

/**
 * Decrypts a file, 64 KiB at a time; null when none of the identities is among its recipients.
 * @throws when it is no age file, or (while it is read) when it was changed or cut off.
 */
export async function decryptWith(
  identities: readonly string[],
  file: string,
): Promise<Readable | null> {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  try {
    return fromWeb(await decrypter.decrypt(toWeb(createReadStream(file))))
  } catch (accident) {
    if (accident instanceof Error && /no identity matched/i.test(accident.message)) return null
    throw accident
  }
}

// Node's types and the browser's know the same streams by two names
function toWeb(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>
}

function fromWeb(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as WebStream)
}
