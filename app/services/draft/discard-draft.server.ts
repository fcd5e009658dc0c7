import type { DraftSlot } from '#app/domain/draft/draft.ts'
import { ok, type Result } from '#app/domain/result.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { type DraftRefusal, draftingOf } from './drafting.server.ts'

/**
 * Throws away what the person has typed into a form and not sent. Refused, as the form itself:
 * `case_not_found`, `forbidden`.
 */
export async function discardDraft(
  ctx: Context,
  slot: DraftSlot,
): Promise<Result<null, DraftRefusal>> {
  const drafting = await draftingOf(ctx, slot)
  if (!drafting.ok) return drafting
  const { centreId, permit } = drafting.value
  const { form, caseId } = slot
  const caseIds = caseId === null ? [] : [caseId]
  return transact({ ...ctx, draft: slot }, permit, centreId, async () =>
    ok({ value: null, events: [{ event: 'draft_discarded', form, caseIds }] }),
  )
}
