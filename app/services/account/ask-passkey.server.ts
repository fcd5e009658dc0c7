import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type { AccountId } from '#app/domain/ids.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { Forbidden } from '#app/policy/policy.ts'
import { findAccount } from '#db/queries/account.server.ts'
import { listFactors } from '#db/queries/second-factor.server.ts'
import { accountKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { ownAccount } from './own-account.server.ts'
import { type Credential, newChallenge, openCredential, passkeySite } from './passkey.server.ts'
import { requireStepUp, type StepUpNeeded } from './step-up.ts'

/** What the browser needs to make a new passkey. Refused: `step_up_needed`, `forbidden`. */
export async function askForNewPasskey(
  ctx: Context,
  idHash: string,
): Promise<Result<PublicKeyCredentialCreationOptionsJSON, Forbidden | StepUpNeeded>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const proven = requireStepUp(ctx)
  if (!proven.ok) return proven
  const { accountId, name } = own.value.person
  const account = await findAccount(ctx.database.db, accountId)
  const known = await credentialsOf(ctx, accountId)
  const options = await generateRegistrationOptions({
    rpName: 'Einstieg',
    rpID: passkeySite(ctx).rpID,
    userName: account?.email ?? name,
    userDisplayName: name,
    userID: new Uint8Array(Buffer.from(ctx.keyed('passkey-user', accountId), 'base64url')),
    challenge: await newChallenge(ctx, accountId, idHash, 'register'),
    excludeCredentials: known.map(toNamed),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' },
  })
  return ok(options)
}

/** What the browser needs to answer with a passkey of the account. Refused: `forbidden`. */
export async function askForPasskey(
  ctx: Context,
  idHash: string,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON, Forbidden>> {
  const own = ownAccount(ctx.actor)
  if (!own.ok) return own
  const { accountId } = own.value.person
  const known = await credentialsOf(ctx, accountId)
  const options = await generateAuthenticationOptions({
    rpID: passkeySite(ctx).rpID,
    challenge: await newChallenge(ctx, accountId, idHash, 'prove'),
    allowCredentials: known.map(toNamed),
    userVerification: 'required',
  })
  return ok(options)
}

async function credentialsOf(ctx: Context, accountId: AccountId): Promise<readonly Credential[]> {
  const factors = await listFactors(ctx.database.db, accountId)
  const passkeys = factors.filter(({ kind }) => kind === 'passkey')
  if (passkeys.length === 0) return []
  const key = await accountKey(ctx.keys, accountId)
  return passkeys.map((row) => openCredential(key, row))
}

function toNamed({ id, transports }: Credential) {
  return { id, transports: [...transports] }
}
