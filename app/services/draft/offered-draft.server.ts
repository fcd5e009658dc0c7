import type { Draft, DraftSlot } from '#app/domain/draft/draft.ts'
import type { CentreId, ChildId } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { centresOf } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import { findDraft } from '#db/queries/draft.server.ts'
import type { Context } from '../context.server.ts'
import { openDraft } from './draft-content.server.ts'
import { draftKey } from './drafting.server.ts'

/**
 * What the person who asks has typed into a form within the last 24 hours and not sent; null when
 * there is nothing, and when it does not open: a damaged draft must not shut its page. The caller has looked whether they may send the form, and writes down that a case
 * was read, as of everything on its page.
 */
export async function offeredDraft(
  ctx: Context,
  slot: DraftSlot,
  /** The child of the form's case; null: the form is about no case. */
  childId: ChildId | null,
): Promise<Draft | null> {
  const { actor, database } = ctx
  if (actor.kind !== 'staff') return null
  const { accountId } = actor
  const centres: readonly CentreId[] = centresOf(actor, ROLES)
  const row = await findDraft(database.db, centres, { ...slot, accountId })
  if (row === null || row.kept_until <= instant(ctx.clock)) return null
  const { centre_id: centreId, id, saved_at: savedAt } = row
  const key = await draftKey(ctx, { centreId, childId }, id)
  if (key === null) return null
  const content = openDraft(key, row)
  return content === null ? null : { savedAt, fields: content.fields }
}
