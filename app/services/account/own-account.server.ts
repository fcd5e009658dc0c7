import { err, ok, type Result } from '#app/domain/result.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import type { Actor, StaffActor } from '#app/policy/roles.ts'

export type OwnAccount = { readonly person: StaffActor; readonly permit: Permit }

/** The person who asks about themself, with the permit for it. Refused: `forbidden` to anybody else. */
export function ownAccount(actor: Actor): Result<OwnAccount, Forbidden> {
  const permit = authorize(actor, 'own_account.use', null)
  if (!permit.ok) return permit
  return actor.kind === 'staff'
    ? ok({ person: actor, permit: permit.value })
    : err({ code: 'forbidden', action: 'own_account.use' })
}
