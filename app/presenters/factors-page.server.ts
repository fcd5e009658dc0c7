import { toString as toQrCode } from 'qrcode'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { homeOf, type StaffActor } from '#app/policy/roles.ts'
import { openTotp, totpFor } from '#app/services/account/totp.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { findAccount } from '#db/queries/account.server.ts'
import {
  findPendingFactor,
  listFactors,
  listRecoveryCodes,
} from '#db/queries/second-factor.server.ts'
import { accountKey } from '#db/sealing/records.server.ts'

export type FactorsPage = {
  readonly factors: readonly {
    readonly id: string
    readonly kind: 'totp' | 'passkey'
    readonly label: string
    readonly since: Instant
  }[]
  readonly codesLeft: number
  /** The app that is being set up; shown to whoever proved again who they are. */
  readonly pending: { readonly secret: string; readonly qr: string } | null
  /** Nobody may work here without a second step, and this person has none yet. */
  readonly isDemanded: boolean
  readonly steppedUp: boolean
  readonly homeHref: string
}

/** The second steps of the own account. Refused: `forbidden`. */
export async function factorsPage(ctx: Context): Promise<Result<FactorsPage, Forbidden>> {
  const { actor, database } = ctx
  const permit = authorize(actor, 'own_account.use', null)
  if (!permit.ok) return permit
  if (actor.kind !== 'staff') return err({ code: 'forbidden', action: 'own_account.use' })
  const factors = await listFactors(database.db, actor.accountId)
  const codes = await listRecoveryCodes(database.db, actor.accountId)
  return ok({
    factors: factors.map(({ id, kind, label, created_at }) => ({
      ...{ id, kind, label, since: created_at },
    })),
    codesLeft: codes.length,
    pending: await pendingOf(ctx, actor),
    isDemanded: factors.length === 0 && !ctx.isEvaluation,
    steppedUp: ctx.steppedUp,
    homeHref: homeOf(actor),
  })
}

async function pendingOf(ctx: Context, actor: StaffActor): Promise<FactorsPage['pending']> {
  const { db } = ctx.database
  const pending = ctx.steppedUp ? await findPendingFactor(db, actor.accountId) : null
  if (pending === null) return null
  const account = await findAccount(db, actor.accountId)
  const key = await accountKey(ctx.keys, actor.accountId)
  const { base32, uri } = totpFor(openTotp(key, pending), account?.email ?? '')
  const svg = await toQrCode(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' })
  return {
    secret: base32.replaceAll(/(.{4})(?=.)/g, '$1 '),
    qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
  }
}
