import { expect, test } from 'vitest'
import { openMemory } from '#db/open.server.ts'
import { ABOUT_SOMEBODY, WHY } from '#tests/db/plain-columns.ts'

/** What an account proves its person by; a sealed column is under the account's key. */
const ABOUT_STAFF = [
  ...['second_factor', 'recovery_code', 'passkey_challenge', 'provider_link', 'account_notice'],
  'mail_refusal',
]

/** Tables that hold nothing about a child or family: what the centre, its people and schools are. */
const ABOUT_NOBODY = [
  ...['account', 'backup_run', 'case_counter', 'centre', 'centre_area', 'job', 'municipality'],
  ...['rate_limit', 'retention_rule', 'retention_run', 'role_assignment', 'school'],
  ...['seat_decision', 'seat_pool', 'session'],
  ...ABOUT_STAFF,
  ...['kysely_migration', 'kysely_migration_lock'],
]

async function migratedColumns(): Promise<ReadonlyMap<string, readonly string[]>> {
  const database = openMemory()
  await database.migrate()
  const tables = await database.db.introspection.getTables({ withInternalKyselyTables: true })
  await database.close()
  return new Map(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]))
}

test('every plain column of a child, family or case is on the list, each with its reason', async () => {
  const found = [...(await migratedColumns())].filter(([table]) => !ABOUT_NOBODY.includes(table))
  const sorted = (columns: readonly string[]) => [...columns].sort()
  expect(Object.fromEntries(found.map(([table, columns]) => [table, sorted(columns)]))).toEqual(
    Object.fromEntries(
      Object.entries(ABOUT_SOMEBODY).map(([table, columns]) => [
        table,
        sorted(Object.keys(columns)),
      ]),
    ),
  )
})

test('what is about nobody refers to no child, family or case', async () => {
  const columns = await migratedColumns()
  for (const table of ABOUT_NOBODY) {
    const references = (columns.get(table) ?? ['missing']).filter(
      (name) =>
        /^(?:missing|child_id|family_id|case_id|access_id)$/.test(name) ||
        (name === 'sealed' && !ABOUT_STAFF.includes(table)),
    )
    expect([table, references]).toEqual([table, []])
  }
})

test('no reason is left over', () => {
  const used = new Set(Object.values(ABOUT_SOMEBODY).flatMap((columns) => Object.values(columns)))
  expect([...used].sort()).toEqual(Object.keys(WHY).sort())
})
