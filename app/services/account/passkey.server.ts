import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { AccountId } from '#app/domain/ids.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { putChallenge, takeChallenge } from '#db/queries/passkey-challenge.server.ts'
import type { SecondFactorRow } from '#db/queries/second-factor.server.ts'
import { INSTALLATION, type Sealed } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { openRecord, sealRecord } from '#db/sealing/records.server.ts'
import type { Context, Deps } from '../context.server.ts'

/** How long a question to a passkey waits for its answer. */
const CHALLENGE_HOURS = 5 / 60

/** What is kept of a passkey: nothing in it can sign. */
export type Credential = {
  readonly id: string
  readonly publicKey: string
  readonly transports: readonly string[]
}

/** What a challenge is for: the answer to one is none to another. */
export type Purpose = 'register' | 'prove'

/**
 * The site passkeys belong to, from our own address and never from a request. An evaluation's is
 * `localhost`: a passkey knows names, not numbers.
 */
export function passkeySite({ origin, isEvaluation }: Pick<Deps, 'origin' | 'isEvaluation'>) {
  const { port, hostname } = new URL(origin)
  return isEvaluation
    ? { rpID: 'localhost', origin: `http://localhost:${port}` }
    : { rpID: hostname, origin }
}

/** Makes the question for a session and purpose; it holds five minutes and for one answer. */
export async function newChallenge(
  ctx: Context,
  accountId: AccountId,
  idHash: string,
  purpose: Purpose,
): Promise<string> {
  const challenge = ctx.secrets.token()
  await putChallenge(ctx.database, {
    id: challengeId(ctx, idHash, purpose),
    account_id: accountId,
    challenge,
    expires_at: addHours(instant(ctx.clock), CHALLENGE_HOURS),
  })
  return challenge
}

/** The question of a session and purpose, used up by this; null: none that still holds. */
export function spendChallenge(
  ctx: Context,
  accountId: AccountId,
  idHash: string,
  purpose: Purpose,
): Promise<string | null> {
  const id = challengeId(ctx, idHash, purpose)
  return takeChallenge(ctx.database, { id, accountId }, instant(ctx.clock))
}

/** Seals a passkey's public part for the row of its factor. */
export function sealCredential(key: SubjectKey, row: string, credential: Credential): Sealed {
  return sealRecord(key, 'second_factor', INSTALLATION, row, credential)
}

/** Opens the passkey of a factor's row. @throws when it does not belong there. */
export function openCredential(key: SubjectKey, { id, sealed }: SecondFactorRow): Credential {
  return openRecord<Credential>(key, 'second_factor', INSTALLATION, id, sealed)
}

/** The new passkey in a browser's answer, with its counter; null: the answer is not right. */
export async function registeredIn(
  deps: Pick<Deps, 'origin' | 'isEvaluation'>,
  text: string,
  challenge: string,
): Promise<{ readonly credential: Credential; readonly counter: number } | null> {
  const site = passkeySite(deps)
  const response = fromText<RegistrationResponseJSON>(text)
  const checked = await settled(() =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: btoaUrl(challenge),
      expectedOrigin: site.origin,
      expectedRPID: site.rpID,
      requireUserVerification: true,
    }),
  )
  if (checked === null || !checked.verified) return null
  const { id, publicKey, counter } = checked.registrationInfo.credential
  const transports = response.response.transports ?? []
  const credential = { id, publicKey: Buffer.from(publicKey).toString('base64url'), transports }
  return { credential, counter }
}

/** The id of the passkey a browser's answer says it is from. */
export function namedIn(text: string): string {
  return String(fromText<{ readonly id?: unknown } | null>(text)?.id ?? '')
}

/** The counter in a right answer of the passkey; null: the answer is not right. */
export async function counterIn(
  deps: Pick<Deps, 'origin' | 'isEvaluation'>,
  text: string,
  {
    credential,
    counter,
    challenge,
  }: {
    readonly credential: Credential
    readonly counter: number
    readonly challenge: string
  },
): Promise<number | null> {
  const site = passkeySite(deps)
  const checked = await settled(() =>
    verifyAuthenticationResponse({
      response: fromText<AuthenticationResponseJSON>(text),
      expectedChallenge: btoaUrl(challenge),
      expectedOrigin: site.origin,
      expectedRPID: site.rpID,
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(Buffer.from(credential.publicKey, 'base64url')),
        counter,
      },
    }),
  )
  return checked?.verified ? checked.authenticationInfo.newCounter : null
}

/** As the library sends a challenge that is text. */
function btoaUrl(challenge: string): string {
  return Buffer.from(challenge, 'utf8').toString('base64url')
}

function challengeId({ keyed }: Context, idHash: string, purpose: Purpose): string {
  return keyed('passkey-challenge', `${purpose}|${idHash}`)
}

function fromText<T>(text: string): T {
  try {
    return JSON.parse(text) as T
  } catch {
    return {} as T
  }
}

/** The library throws for every answer that is not right: to us that is one refusal. */
async function settled<T>(check: () => Promise<T>): Promise<T | null> {
  try {
    return await check()
  } catch {
    return null
  }
}
