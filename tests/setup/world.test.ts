import { describe, expect, test } from 'vitest'
import { can } from '#app/policy/policy.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { CENTRES, makeWorld, nowIn } from '#tests/setup/world.ts'

describe('the world of the tests', () => {
  test('holds two centres with areas and schools, each world for itself', async () => {
    const [one, other] = [await makeWorld(), await makeWorld()]
    await one.database.write((tx) => tx.deleteFrom('centre_area').execute())

    const areas = await other.database.db.selectFrom('centre_area').selectAll().execute()
    const schools = await other.database.db.selectFrom('school').select('number').execute()
    expect(new Set(areas.map(({ centre_id }) => centre_id)).size).toBe(2)
    expect(areas).toHaveLength(15 + 17)
    expect(schools).toHaveLength(12)
    expect(await one.database.db.selectFrom('centre_area').selectAll().execute()).toEqual([])
    expect(one.database.engine).toBe(testEngine)
  })

  test('somebody in a role has its rights in one centre only', async () => {
    const world = await makeWorld()
    const { actor } = world.as('counsellor', 'BOR')

    expect(can(actor, 'case.list', { centreId: CENTRES.BOR.id })).toBe(true)
    expect(can(actor, 'case.list', { centreId: CENTRES.DN.id })).toBe(false)
  })

  test('the clock stands until it is moved, ids count up', async () => {
    const world = await makeWorld()
    const before = nowIn(world)
    world.clock.passDays(2)

    expect([before, nowIn(world)]).toEqual(['2026-11-19T09:00:00.000Z', '2026-11-21T09:00:00.000Z'])
    const [first, second] = [world.newId(), world.newId()]
    expect(first < second).toBe(true)
  })
})
