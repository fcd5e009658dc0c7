import type { DraftPlace } from '#app/domain/draft/draft.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import { afterCommit } from '../after-commit.server.ts'
import type { Context } from '../context.server.ts'

/** Destroys the keys of drafts whose rows are gone by a commit; the sweep takes what is left of them. */
export function forgetDraftKeys(ctx: Context, gone: readonly DraftPlace[]): Promise<void> {
  return afterCommit(ctx, 'draft_keys_left', () => ctx.keys.destroy(gone.map(draftSubject)))
}
