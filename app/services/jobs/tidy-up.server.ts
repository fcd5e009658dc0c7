import { addHours, instant } from '#app/domain/time.ts'
import { forgetCommands } from '#db/queries/command.server.ts'
import { forgetJobs } from '#db/queries/job.server.ts'
import { sweepLimits } from '#db/queries/limits.server.ts'
import { sweepChallenges } from '#db/queries/passkey-challenge.server.ts'
import type { Deps } from '../context.server.ts'

/** How long a form may be sent again and still count once, in hours. */
const COMMAND_HOURS = 48
const JOB_HOURS = 14 * 24

/** Removes what has served its time: windows of limits, questions to passkeys, answered commands, ended jobs. */
export async function tidyUp(deps: Deps): Promise<void> {
  const now = instant(deps.clock)
  await sweepLimits(deps.database, now)
  await sweepChallenges(deps.database, now)
  await deps.database.write(async (tx) => {
    await forgetCommands(tx, addHours(now, -COMMAND_HOURS))
    await forgetJobs(tx, addHours(now, -JOB_HOURS))
  })
}
