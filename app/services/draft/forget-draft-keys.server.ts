import type { DraftPlace } from '#app/domain/draft/draft.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import { unavailability } from '#db/unavailable.server.ts'
import type { Context } from '../context.server.ts'

/**
 * Destroys the keys of drafts whose rows are gone. What deleted them is committed by then: a key store
 * that cannot be had just now undoes nothing of it, and must not be told as a failure; the sweep takes
 * such keys within a day.
 */
export async function forgetDraftKeys(
  { keys, log, requestId }: Pick<Context, 'keys' | 'log' | 'requestId'>,
  gone: readonly DraftPlace[],
): Promise<void> {
  try {
    await keys.destroy(gone.map(draftSubject))
  } catch (accident) {
    const why = unavailability(accident)
    if (why === null) throw accident
    log({ event: 'draft_keys_left', requestId, code: why })
  }
}
