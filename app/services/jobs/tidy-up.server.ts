import type { DraftPlace } from '#app/domain/draft/draft.ts'
import { WORKING_DATA_HOURS } from '#app/domain/privacy/retention.ts'
import { addHours, instant } from '#app/domain/time.ts'
import { forgetCommands } from '#db/queries/command.server.ts'
import { forgetDeskNotices } from '#db/queries/desk-notice.server.ts'
import { deleteOldDrafts } from '#db/queries/draft.server.ts'
import { forgetFamilySessions, forgetMessages, forgetSessions } from '#db/queries/erasure.server.ts'
import { forgetJobs } from '#db/queries/job.server.ts'
import { sweepLimits } from '#db/queries/limits.server.ts'
import { sweepChallenges } from '#db/queries/passkey-challenge.server.ts'
import { draftSubject } from '#db/sealing/records.server.ts'
import type { Deps } from '../context.server.ts'
import { forgetOfWhoLeft } from '../notice/unreached.server.ts'

/**
 * Removes what has served its time: windows of limits, questions to passkeys, answered commands,
 * ended jobs and sessions, messages and notices, and what was typed and not sent, with its keys.
 */
export async function tidyUp(deps: Deps): Promise<void> {
  const now = instant(deps.clock)
  const { commands, jobs, sessions, family_sessions, outbox } = WORKING_DATA_HOURS
  const { desk_notices, unread_notices } = WORKING_DATA_HOURS
  await sweepLimits(deps.database, now)
  await sweepChallenges(deps.database, now)
  let drafts: readonly DraftPlace[] = []
  await deps.database.write(async (tx) => {
    await forgetCommands(tx, addHours(now, -commands))
    await forgetJobs(tx, addHours(now, -jobs))
    await forgetSessions(tx, addHours(now, -sessions))
    await forgetFamilySessions(tx, addHours(now, -family_sessions))
    await forgetDeskNotices(tx, addHours(now, -desk_notices), addHours(now, -unread_notices))
    // a mail that is not out stays as long as what it tells of
    await forgetMessages(tx, addHours(now, -outbox))
    await forgetOfWhoLeft(tx, addHours(now, -outbox))
    drafts = await deleteOldDrafts(tx, now)
  })
  await deps.keys.destroy(drafts.map(draftSubject))
}
