import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What a browser says with an answer; each can be made wrong. */
export type Said = {
  readonly origin: string
  readonly rpID: string
  readonly challenge: string
  /** Whether the device verified its person; true unless told. */
  readonly isVerified?: boolean
  /** Another counter than the next one. */
  readonly counter?: number
}

/** A passkey of one device: makes itself known once, and answers questions; nothing else knows its key. */
export type Authenticator = {
  readonly id: string
  readonly register: (said: Said) => string
  readonly answer: (said: Said) => string
}

/** An authenticator with an ES256 key, written after the specification (WebAuthn 2, §6). */
export function newAuthenticator(): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rawId = randomBytes(32)
  const id = rawId.toString('base64url')
  let count = 0
  const next = (said: Said) => {
    count += 1
    return said.counter ?? count
  }
  return {
    id,
    register: (said) => {
      const attested = Buffer.concat([Buffer.alloc(16), length16(rawId), rawId, coseKey(publicKey)])
      const authData = Buffer.concat([head(said, 0x40, next(said)), attested])
      const attestationObject = cborMap([
        ['fmt', cborText('none')],
        ['attStmt', Buffer.from([0xa0])],
        ['authData', cborBytes(authData)],
      ])
      return JSON.stringify({
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: {
          clientDataJSON: clientData('webauthn.create', said).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal'],
        },
      })
    },
    answer: (said) => {
      const authData = head(said, 0, next(said))
      const data = clientData('webauthn.get', said)
      const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()])
      return JSON.stringify({
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
        },
      })
    },
  }
}

function clientData(type: string, { challenge, origin }: Said): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

function head({ rpID, isVerified = true }: Said, more: number, counter: number): Buffer {
  const flags = 0x01 | (isVerified ? 0x04 : 0) | more
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  return Buffer.concat([createHash('sha256').update(rpID).digest(), Buffer.from([flags]), count])
}

function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const part = (name: number, text: string) =>
    Buffer.concat([Buffer.from([name]), cborBytes(Buffer.from(text, 'base64url'))])
  // kty: EC2, alg: ES256, crv: P-256, then x and y
  const fixed = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01])
  return Buffer.concat([fixed, part(0x21, x), part(0x22, y)])
}

function length16(bytes: Buffer): Buffer {
  return Buffer.from([bytes.length >> 8, bytes.length & 0xff])
}

function cborBytes(bytes: Buffer): Buffer {
  const length = bytes.length < 256 ? [0x58, bytes.length] : [0x59, ...length16(bytes)]
  return Buffer.concat([Buffer.from(length), bytes])
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])
}

function cborMap(entries: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = entries.flatMap(([name, value]) => [cborText(name), value])
  return Buffer.concat([Buffer.from([0xa0 + entries.length]), ...parts])
}
