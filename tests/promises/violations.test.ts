import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { appoint, counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'

const SCHOOL = '180101' as SchoolNumber

let world: World

beforeEach(async () => {
  world = await makeWorld({ engine: 'sqlite' })
  await seatsAt(world, SCHOOL, 1)
  const walker = { caseId: await registered(world), centre: 'DN' } as const
  await appoint(world, walker)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
})

/** What breaks each rule, past the constraints and triggers that keep the program from it. */
const PLANTED: Readonly<Record<string, readonly string[]>> = {
  'the stage is that of the newest step': ["update pupil_case set stage = 'waiting'"],
  'a case has its history': ['delete from case_event'],
  'what happened to a case stands in the trail': ['delete from audit_case'],
  'a child is registered once': ["update audit_entry set event = 'case_registered'"],
  'a child has its case, and a change that tells of it': ['delete from child_change'],
  'who is proposed has one live seat, who waits has none': ['delete from seat_entry'],
  'no pool has more than its seats': ['update seat_pool set seats = 0'],
  'on a seat sits one child': [
    'drop index seat_entry_one_seat',
    'drop index seat_entry_one_live',
    "insert into seat_entry select centre_id, 'another', pool_id, case_id, state, hold_until, made_at, released_at, kind, seat_number, school_year from seat_entry",
  ],
  'a regular place for later comes with a support place': [
    "update seat_entry set kind = 'regular'",
  ],
  'who learns in the regular class has no other place than a regular one': [
    "update pupil_case set stage = 'completed'",
  ],
  'a command has its answer': [
    "insert into command values ('DN', 'command-1', 'account-1', 'case.register', '', '2026-11-19')",
  ],
  'what is pointed at is there': ['delete from child'],
}

test('control: as the program leaves it, no rule is broken', async () => {
  expect(await violations(world)).toEqual([])
})

test.each(Object.entries(PLANTED))('%s: what breaks it is named', async (rule, statements) => {
  for (const pragma of ['ignore_check_constraints = on', 'foreign_keys = off']) {
    await sql.raw(`pragma ${pragma}`).execute(world.database.db)
  }
  await world.database.write(async (tx) => {
    const { rows } = await sql<{ name: string }>`
      select name from sqlite_master where type = 'trigger'`.execute(tx)
    for (const { name } of rows) await sql`drop trigger ${sql.id(name)}`.execute(tx)
    for (const statement of statements) await sql.raw(statement).execute(tx)
  })
  expect(await violations(world)).toContainEqual(expect.stringContaining(rule))
})
