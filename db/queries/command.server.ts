import type { CentreId } from '#app/domain/ids.ts'
import type { Instant } from '#app/domain/time.ts'
import type { Db, Tx } from '../schema.ts'

/** A command as the form sent it: the same id never has a second effect. */
export type CommandRow = {
  readonly centreId: CentreId
  readonly id: string
  readonly actorId: string
  readonly action: string
  readonly doneAt: Instant
}

/**
 * Claims the command for this transaction, or returns the stored result of the first time. Two at
 * once: the second waits for the first (SQLite: one writer; PostgreSQL: the key's row).
 */
export async function claimCommand(tx: Tx, command: CommandRow): Promise<string | null> {
  const claimed = await tx
    .insertInto('command')
    .values({
      centre_id: command.centreId,
      id: command.id,
      actor_id: command.actorId,
      action: command.action,
      result: '',
      done_at: command.doneAt,
    })
    .onConflict((conflict) => conflict.columns(['centre_id', 'id']).doNothing())
    .executeTakeFirst()
  if (Number(claimed.numInsertedOrUpdatedRows ?? 0) === 1) return null
  const earlier = await tx
    .selectFrom('command')
    .select('result')
    .where('centre_id', '=', command.centreId)
    .where('id', '=', command.id)
    .executeTakeFirstOrThrow()
  return earlier.result
}

/** What a command answered when it was carried out in one of these (at least one), or null when not. */
export async function findAnswer(
  db: Db,
  centreIds: readonly CentreId[],
  id: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('command')
    .select('result')
    .where('centre_id', 'in', centreIds)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.result ?? null
}

/** Keeps what the command answered, for the next time its form is sent. */
export async function finishCommand(tx: Tx, command: CommandRow, result: string): Promise<void> {
  await tx
    .updateTable('command')
    .set({ result })
    .where('centre_id', '=', command.centreId)
    .where('id', '=', command.id)
    .execute()
}

/** Forgets commands older than `before`: a form is not sent again after that. */
export async function forgetCommands(tx: Tx, before: Instant): Promise<number> {
  const gone = await tx.deleteFrom('command').where('done_at', '<', before).executeTakeFirst()
  return Number(gone.numDeletedRows)
}
