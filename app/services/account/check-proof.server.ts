import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import type { AccountRow } from '#db/queries/account.server.ts'
import {
  advanceFactor,
  listFactors,
  listRecoveryCodes,
  spendRecoveryCode,
} from '#db/queries/second-factor.server.ts'
import type { Factor, Tx } from '#db/schema.ts'
import { accountKey } from '#db/sealing/records.server.ts'
import type { Context } from '../context.server.ts'
import { addressBlock } from './address-block.ts'
import { knownBrowser } from './known-browser.ts'
import { type Counted, countTries, type TooManyTries, triedRightly } from './limits.server.ts'
import { counterIn, namedIn, openCredential, spendChallenge } from './passkey.server.ts'
import { readRecoveryCode } from './recovery-code.ts'
import { openTotp, stepOf } from './totp.server.ts'

/** Wrong tries a quarter of an hour, as for the password. */
const PER_ADDRESS = { tries: 60, minutes: 15 } as const
const PER_ACCOUNT_AND_ADDRESS = { tries: 10, minutes: 15 } as const
/**
 * Wrong codes a day over all addresses: three of a million codes are right at a time, so that thirty
 * tries (two days' worth meet at midnight) guess one with a chance below 1 in 10,000 (P9). Who is
 * kept out by somebody else's guessing has recovery codes and passkeys, which have limits of their own.
 */
const TOTP_A_DAY = { tries: 15, minutes: 24 * 60 } as const
const RECOVERY_A_DAY = { tries: 100, minutes: 24 * 60 } as const
const PASSWORD_A_DAY = { tries: 100, minutes: 24 * 60 } as const
/** Nobody guesses a signature: the limit keeps the work down, not the chance. */
const PASSKEY_A_DAY = { tries: 1000, minutes: 24 * 60 } as const

/** What a person shows to prove who they are. */
export type Shown = {
  readonly way: 'totp' | 'recovery_code' | 'password' | 'passkey'
  /** What was typed; of a passkey the browser's answer, as JSON. */
  readonly proof: string
}

/** Where something is shown. */
export type ShownAt = {
  readonly address: string
  /** Hashed id of the session: a passkey answers the question of one session. */
  readonly idHash: string
  /** What the browser kept from an earlier sign-in: it has limits of its own. */
  readonly known?: string | null
}

/** Something right was shown; `claim` uses it up, inside the transaction that builds on it. */
export type Proof = {
  readonly factor: Factor | null
  readonly claim: (tx: Tx) => Promise<boolean>
}

export type ProofRefusal =
  | TooManyTries
  | { readonly code: 'too_many_codes' }
  | { readonly code: 'proof_wrong' | 'password_wrong' | 'passkey_not_right' }

const WRONG = {
  totp: 'proof_wrong',
  recovery_code: 'proof_wrong',
  password: 'password_wrong',
  passkey: 'passkey_not_right',
} as const

/**
 * Checks what somebody shows beside the password, or again: a code of their app, a passkey, a
 * recovery code, or the password where the account has no second factor. Refused: `proof_wrong`,
 * `password_wrong`, `passkey_not_right`, `too_many_tries`, `too_many_codes` when the day's codes of the account are used up.
 */
export async function checkProof(
  ctx: Context,
  account: AccountRow,
  shown: Shown & ShownAt,
): Promise<Result<Proof, ProofRefusal>> {
  const limits = limitsOf(ctx, account, shown)
  const mayTry = await countTries(ctx, limits.inOrder)
  if (!mayTry.ok) return mayTry.error.minutes > 60 ? err({ code: 'too_many_codes' }) : mayTry
  const proof = await proofOf(ctx, account, shown)
  if (proof === null) {
    ctx.log({ event: 'proof_wrong', requestId: ctx.requestId })
    return err({ code: WRONG[shown.way] })
  }
  await triedRightly(ctx, limits.inOrder, limits.here)
  return ok(proof)
}

const A_DAY = {
  totp: TOTP_A_DAY,
  recovery_code: RECOVERY_A_DAY,
  password: PASSWORD_A_DAY,
  passkey: PASSKEY_A_DAY,
} as const

function limitsOf(
  ctx: Context,
  { id, email }: AccountRow,
  { way, address, known }: Shown & ShownAt,
) {
  const nonce = knownBrowser(ctx, email, known)
  const block = addressBlock(address)
  const place = nonce === null ? block : `known|${nonce}`
  const whose = nonce === null ? '' : `|known|${nonce}`
  const byAddress: Counted = { what: `prove|address|${block}`, limit: PER_ADDRESS }
  const aDay: Counted = { what: `prove|${way}|${id}${whose}`, limit: A_DAY[way] }
  const here: Counted = { what: `prove|${way}|${id}|${place}`, limit: PER_ACCOUNT_AND_ADDRESS }
  return { here, inOrder: nonce === null ? [byAddress, here, aDay] : [here, aDay] }
}

function proofOf(ctx: Context, account: AccountRow, shown: Shown & ShownAt): Promise<Proof | null> {
  switch (shown.way) {
    case 'totp':
      return byTotp(ctx, account, shown.proof)
    case 'recovery_code':
      return byRecoveryCode(ctx, account, shown.proof)
    case 'password':
      return byPassword(ctx, account, shown.proof)
    case 'passkey':
      return byPasskey(ctx, account, shown)
  }
}

async function byTotp(ctx: Context, account: AccountRow, code: string): Promise<Proof | null> {
  const factors = await listFactors(ctx.database.db, account.id)
  for (const factor of factors.filter(({ kind }) => kind === 'totp')) {
    const key = await accountKey(ctx.keys, account.id)
    const step = stepOf(openTotp(key, factor), code, ctx.clock)
    if (step !== null && step > factor.counter) {
      return { factor: 'totp', claim: (tx) => advanceFactor(tx, factor.id, step) }
    }
  }
  return null
}

async function byRecoveryCode(
  ctx: Context,
  account: AccountRow,
  typed: string,
): Promise<Proof | null> {
  const read = readRecoveryCode(typed)
  const codes = await listRecoveryCodes(ctx.database.db, account.id)
  const stored = codes.find(({ place }) => place === read?.place) ?? null
  const isRight = await ctx.hasher.verify(stored?.code_hash ?? null, read?.code ?? '')
  if (stored === null || !isRight) return null
  return {
    factor: 'recovery_code',
    claim: (tx) => spendRecoveryCode(tx, stored, instant(ctx.clock)),
  }
}

/** The password alone proves a person who has nothing better. */
async function byPassword(
  ctx: Context,
  account: AccountRow,
  password: string,
): Promise<Proof | null> {
  const factors = await listFactors(ctx.database.db, account.id)
  const stored = factors.length === 0 ? account.password_hash : null
  const isRight = await ctx.hasher.verify(stored, password)
  return isRight ? { factor: null, claim: async () => true } : null
}

/** The question of this session is used up, whatever the answer is. */
async function byPasskey(
  ctx: Context,
  account: AccountRow,
  { proof, idHash }: Shown & ShownAt,
): Promise<Proof | null> {
  const challenge = await spendChallenge(ctx, account.id, idHash, 'prove')
  const factors = await listFactors(ctx.database.db, account.id)
  const passkeys = factors.filter(({ kind }) => kind === 'passkey')
  if (challenge === null || passkeys.length === 0) return null
  const key = await accountKey(ctx.keys, account.id)
  const named = namedIn(proof)
  const factor = passkeys.find((row) => openCredential(key, row).id === named)
  if (factor === undefined) return null
  const { counter } = factor
  const credential = openCredential(key, factor)
  const next = await counterIn(ctx, proof, { credential, counter, challenge })
  return next === null ? null : { factor: 'passkey', claim: (tx) => countOn(tx, factor, next) }
}

/** Passkeys that are kept on several devices do not count: theirs stays 0. */
function countOn(
  tx: Tx,
  { id, counter }: { readonly id: string; readonly counter: number },
  next: number,
): Promise<boolean> {
  return next === 0 && counter === 0 ? Promise.resolve(true) : advanceFactor(tx, id, next)
}
