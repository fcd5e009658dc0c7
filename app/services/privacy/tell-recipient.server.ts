import type { CentreId } from '#app/domain/ids.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { instant } from '#app/domain/time.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { tellRecipient } from '#db/queries/erasure.server.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'

/**
 * The lead notes that a school or the authority was told of an erasure (Art. 19 DSGVO); the case
 * number, which was kept for this alone, is gone with it. Refused: `forbidden`,
 * `recipient_not_found` also when somebody was faster.
 */
export async function noteToldRecipient(
  ctx: Context,
  command: {
    readonly centreId: CentreId
    readonly erasureId: string
    readonly recipientId: string
  },
): Promise<Result<null, Forbidden | { readonly code: 'recipient_not_found' }>> {
  const { centreId, erasureId, recipientId: id } = command
  const permit = authorize(ctx.actor, 'erasure.tell', { centreId })
  if (!permit.ok) return permit
  const { actor } = ctx
  if (actor.kind !== 'staff') return err({ code: 'recipient_not_found' })
  return transact(ctx, permit.value, centreId, async (tx) => {
    const told = { centreId, id, by: actor.accountId, at: instant(ctx.clock) }
    if (!(await tellRecipient(tx, told))) return err({ code: 'recipient_not_found' })
    return ok({ value: null, events: [{ event: 'recipient_told', erasureId }] })
  })
}
