import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

/** The key-encryption key: wraps every subject's key; itself stands in one file only. */
export type Kek = {
  readonly id: string
  readonly key: Buffer
  /** Earlier ones, which still open what they wrapped until it is wrapped anew (`keys rotate`). */
  readonly retired?: readonly Kek[]
}

/** What keyed hashes are derived from; stays when the key-encryption key changes (decision 0018). */
export type RootSecret = { readonly key: Buffer }

const KEK_BYTES = 32

/** What to do where the file holds no key, or another one. */
const BRING = 'Bitte legen Sie die richtige Schlüsseldatei an ihren Platz.'

/**
 * Reads the key-encryption key from `file`: 32 bytes, as hex, base64 or raw. Of several lines the
 * first is the present key, the others are retired ones.
 * @throws a sentence naming the file when it is missing, readable by others, or not a key.
 */
export function readKek(file: string): Kek {
  if (!existsSync(file)) {
    throw new Error(
      `KEY_FILE: Die Schlüsseldatei ${file} gibt es nicht. Bitte legen Sie sie dorthin, oder berichtigen Sie KEY_FILE.`,
    )
  }
  if (mayOthersRead(file, statSync(file).mode)) {
    throw new Error(
      `KEY_FILE: Die Schlüsseldatei ${file} darf nur für das eigene Konto lesbar sein. Bitte ändern Sie das mit „chmod 0400 ${file}“.`,
    )
  }
  const [present, ...retired] = decodeKeys(readFileSync(file)).map((key) => {
    if (key !== null) return kekOf(key)
    throw new Error(
      `KEY_FILE: ${file} enthält etwas anderes als Schlüssel (32 Byte als Hex oder Base64 je Zeile). ${BRING}`,
    )
  })
  if (present === undefined) {
    throw new Error(`KEY_FILE: Die Schlüsseldatei ${file} ist leer. ${BRING}`)
  }
  return { ...present, retired }
}

/**
 * Whether somebody else than its owner may use a key file of this mode. What systemd hands over
 * (`LoadCredential=`) belongs to root and names our account in an access list, which its mode shows
 * as readable by the group; nobody else can enter that folder.
 */
export function mayOthersRead(file: string, mode: number): boolean {
  const strangers = resolve(file).startsWith('/run/credentials/') ? 0o037 : 0o077
  return (mode & strangers) !== 0
}

/** Reads the key at `file`, or makes it first (mode 0400, synced): for an evaluation only. */
export function readOrMakeKek(file: string): Kek {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const handle = openSync(file, 'wx', 0o400)
    writeSync(handle, `${randomBytes(KEK_BYTES).toString('hex')}\n`)
    fsyncSync(handle)
    closeSync(handle)
  }
  return readKek(file)
}

/** A key-encryption key from its 32 bytes; its id is a fingerprint that says nothing of it. */
export function kekOf(key: Buffer): Kek {
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key }
}

/** Whether `file` lies inside `folder`: an installation's key must not. */
export function liesInside(file: string, folder: string): boolean {
  const path = relative(resolve(folder), resolve(file))
  return path === '' || !path.startsWith('..')
}

/** HMAC-SHA256 under a key derived for the purpose, base64url. */
export function keyedHash(root: RootSecret): (purpose: string, text: string) => string {
  const derived = new Map<string, Buffer>()
  return (purpose, text) => {
    const key = derived.get(purpose) ?? derivedKey(root, purpose)
    derived.set(purpose, key)
    return createHmac('sha256', key).update(text).digest('base64url')
  }
}

/** A key for one purpose (CSRF, audit chain, look-up hashes), by HKDF-SHA256. */
function derivedKey(root: RootSecret, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root.key, '', `einstieg/${purpose}`, KEK_BYTES))
}

function decodeKeys(bytes: Buffer): readonly (Buffer | null)[] {
  if (bytes.length === KEK_BYTES) return [bytes]
  const lines = bytes.toString('utf8').split('\n')
  return lines.map((line) => line.trim()).flatMap((line) => (line === '' ? [] : [decodeKey(line)]))
}

function decodeKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === KEK_BYTES ? decoded : null
}
