import { unavailability } from '#db/unavailable.server.ts'
import type { Context } from './context.server.ts'

/**
 * Does what follows a commit and is done again by itself where it could not be: a database or key store
 * that cannot be had just now undoes nothing of what is committed, and must not be told as its failure.
 * The log says `event` then.
 */
export async function afterCommit(
  { log, requestId }: Pick<Context, 'log' | 'requestId'>,
  event: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work()
  } catch (accident) {
    const why = unavailability(accident)
    if (why === null) throw accident
    log({ event, requestId, code: why })
  }
}
