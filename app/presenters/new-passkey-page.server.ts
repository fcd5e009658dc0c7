import { ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { passkeySite } from '#app/services/account/passkey.server.ts'
import type { Context } from '#app/services/context.server.ts'

/** The only address under which a passkey can be used. Refused: `forbidden`. */
export function newPasskeyPage(ctx: Context): Result<{ readonly site: string }, Forbidden> {
  const permit = authorize(ctx.actor, 'own_account.use', null)
  return permit.ok ? ok({ site: passkeySite(ctx).origin }) : permit
}
