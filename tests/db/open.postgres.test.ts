import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Tx } from '#db/schema.ts'
import { unavailability } from '#db/unavailable.server.ts'
import { makeWorld } from '#tests/setup/world.ts'

test('a read beside the transaction is refused inside of it, and its write rolled back', async () => {
  const { database, close } = await makeWorld()
  const areas = () => database.db.selectFrom('centre_area').selectAll().execute()
  const before = await areas()
  const write = database.write(async (tx) => {
    await tx.deleteFrom('centre_area').execute()
    await areas()
  })
  await expect(write).rejects.toThrow('Inside a transaction use its tx')
  expect(await areas()).toEqual(before)
  expect(before.length).toBeGreaterThan(0)
  await close()
})

/** Ends the connection it is asked on, as a database does that is struck. */
const dies = sql`select pg_terminate_backend(pg_backend_pid())`

test('the connection breaks at the commit: nobody can say whether it happened, and nobody is told that it did not', async () => {
  const { database, close } = await makeWorld()
  await database.write(async (tx) => {
    await sql`create function die() returns trigger language plpgsql as
      'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'`.execute(tx)
    await sql`create constraint trigger die after update on centre deferrable initially deferred
      for each row execute function die()`.execute(tx)
  })
  const rename = (tx: Tx) => tx.updateTable('centre').set({ name: 'Anders' }).execute()
  const atCommit = await database.write(rename).catch((accident: unknown) => accident)
  expect(unavailability(atCommit)).toBe('lost')

  // control: cut off before it, nothing has happened
  const before = await database
    .write(async (tx) => {
      await dies.execute(tx)
      await rename(tx)
    })
    .catch((accident: unknown) => accident)
  expect(unavailability(before)).toBe('down')
  await close()
})
