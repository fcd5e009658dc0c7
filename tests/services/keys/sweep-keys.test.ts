import { expect, test } from 'vitest'
import type { ChildId } from '#app/domain/ids.ts'
import { instant } from '#app/domain/time.ts'
import { sweepKeys } from '#app/services/keys/sweep-keys.server.ts'
import { CENTRES, makeWorld, registered } from '#tests/setup/world.ts'

test('a key without a row goes after a day, not before; keys with a row stay', async () => {
  const world = await makeWorld()
  const caseId = await registered(world)
  const centreId = CENTRES.DN.id
  const orphan = { kind: 'child', centreId, id: 'never-registered' as ChildId } as const
  await world.keys.create([orphan], instant(world.clock))
  world.clock.passHours(23)
  expect(await sweepKeys(world)).toBe(0)
  expect(await world.keys.find(orphan)).not.toBeNull()
  world.clock.passHours(2)
  expect(await sweepKeys(world)).toBe(1)
  expect(await world.keys.find(orphan)).toBeNull()
  const row = await world.database.db
    .selectFrom('pupil_case')
    .select('child_id')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  expect(await world.keys.find({ kind: 'child', centreId, id: row.child_id })).not.toBeNull()
})
