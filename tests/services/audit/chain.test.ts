import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { chainAudit, findBrokenLink } from '#app/services/audit/chain.server.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'

const DN = CENTRES.DN.id

type Guard = { readonly name: string; readonly table: string }

/** Writes to the trail behind its triggers, as somebody with the file in hand could. */
async function tamper(world: World, statement: string): Promise<void> {
  const { rows: guards } = await (world.database.engine === 'sqlite'
    ? sql<Guard>`select name, tbl_name as "table" from sqlite_master where type = 'trigger'`
    : sql<Guard>`select tgname as name, tgrelid::regclass::text as "table" from pg_trigger
        where not tgisinternal`
  ).execute(world.database.db)
  const on = (table: string) => (world.database.engine === 'sqlite' ? '' : ` on ${table}`)
  await world.database.write(async (tx) => {
    for (const { name, table } of guards) {
      await sql.raw(`drop trigger ${name}${on(table)}`).execute(tx)
    }
    await sql.raw(statement).execute(tx)
  })
}

async function chained(): Promise<World> {
  const world = await makeWorld()
  for (const familyName of ['Eins', 'Zwei', 'Drei']) {
    await registered(world, { child: { familyName } })
  }
  expect(await chainAudit(world)).toBeGreaterThanOrEqual(3)
  return world
}

describe('the chain over the trail', () => {
  test('holds as it was written, and a second run adds nothing', async () => {
    const world = await chained()
    expect(await chainAudit(world)).toBe(0)
    expect(await findBrokenLink(world, DN)).toBeNull()
  })

  test.each([
    [
      'an entry changed',
      "update audit_entry set event = 'nothing' where id = (select entry_id from audit_seal where seq = 2)",
    ],
    ['an entry taken out', 'delete from audit_case; delete from audit_seal where seq = 2'],
    [
      'a case struck from an entry',
      'delete from audit_case where entry_id = (select entry_id from audit_seal where seq = 2)',
    ],
    ['a link pointing elsewhere', "update audit_seal set prev = '0' where seq = 2"],
    [
      'an entry back-dated',
      "update audit_entry set at = '2020-01-01T00:00:00.000Z' where id = (select entry_id from audit_seal where seq = 2)",
    ],
  ])('is broken by %s', async (_what, statement) => {
    const world = await chained()
    for (const one of statement.split('; ')) await tamper(world, one)
    expect(await findBrokenLink(world, DN)).toMatchObject({ seq: expect.any(Number) })
  })

  test('the engine refuses to change or delete the trail', async () => {
    const world = await chained()
    const change = world.database.write((tx) =>
      tx.updateTable('audit_entry').set({ event: 'nothing' }).execute(),
    )
    await expect(change).rejects.toThrow('append-only')
    const removal = world.database.write((tx) => tx.deleteFrom('audit_seal').execute())
    await expect(removal).rejects.toThrow('append-only')
  })
})
