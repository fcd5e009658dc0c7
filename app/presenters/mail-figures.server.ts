import type { Deps } from '#app/services/context.server.ts'
import { listUnreached } from '#app/services/notice/unreached.server.ts'
import { countMessages } from '#db/queries/outbox.server.ts'

/** Mails that are not out: how many wait, how many were given up, and how many people miss theirs. */
export type MailFigures = {
  readonly waiting: number
  readonly failed: number
  /** People who were to be told for a quarter of an hour and more, and do not know yet. */
  readonly undelivered: number
}

/** How the mails do: counts, no names and no addresses. Null where the installation sends none. */
export async function mailFigures({
  mail,
  database,
  clock,
}: Pick<Deps, 'mail' | 'database' | 'clock'>): Promise<MailFigures | null> {
  if (mail === null) return null
  const counts = await countMessages(database.db)
  const of = (...states: readonly string[]) =>
    counts.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0)
  const late = await listUnreached({ database, clock }, null)
  return { waiting: of('waiting', 'running'), failed: of('failed'), undelivered: late.length }
}
