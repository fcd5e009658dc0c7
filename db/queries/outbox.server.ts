import type { Row, Tx } from '../schema.ts'

/**
 * Puts a message into the outbox, in the transaction of what it tells: it exists exactly if the
 * decision does. One message per event and channel.
 */
export async function insertMessage(tx: Tx, message: Row<'outbox'>): Promise<void> {
  await tx
    .insertInto('outbox')
    .values(message)
    .onConflict((conflict) => conflict.columns(['centre_id', 'event_id', 'channel']).doNothing())
    .execute()
}
