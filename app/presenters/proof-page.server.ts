import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import type { Context } from '#app/services/context.server.ts'
import { listFactors, listRecoveryCodes } from '#db/queries/second-factor.server.ts'

/** Ways in which a person can prove who they are. */
export type ProofPage = {
  readonly hasTotp: boolean
  readonly hasPasskey: boolean
  readonly hasRecoveryCodes: boolean
  /** No second factor at all: the password is what there is. */
  readonly hasPasswordOnly: boolean
  /** The page to go on with; empty: the person's own. */
  readonly back: string
}

/** What the pages show that ask who one is. Refused: `forbidden`. */
export async function proofPage(
  { actor, database }: Context,
  back: string | null,
): Promise<Result<ProofPage, Forbidden>> {
  const permit = authorize(actor, 'own_account.use', null)
  if (!permit.ok) return permit
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action: 'own_account.use' })
  const factors = await listFactors(database.db, actor.accountId)
  const codes = await listRecoveryCodes(database.db, actor.accountId)
  return ok({
    hasPasskey: factors.some(({ kind }) => kind === 'passkey'),
    hasTotp: factors.some(({ kind }) => kind === 'totp'),
    hasRecoveryCodes: factors.length > 0 && codes.length > 0,
    hasPasswordOnly: factors.length === 0,
    back: back ?? '',
  })
}
