import { beforeEach, describe, expect, test } from 'vitest'
import { addCentre } from '#app/services/centre/add-centre.server.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import { findCentre, listAreaOf } from '#db/queries/centre.server.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'

const AACHEN = {
  name: 'Kommunales Integrationszentrum StädteRegion Aachen',
  code: 'AC',
  area: '05334',
  source: 'operator',
} as const

let world: World
beforeEach(async () => {
  world = await makeWorld()
  await ensureMunicipalities(world)
})

function add(change: Partial<Record<keyof typeof AACHEN, string>> = {}) {
  return addCentre(world.asSystem(), { ...AACHEN, ...change } as typeof AACHEN)
}

describe('the Gemeinden', () => {
  test('of the whole state are filled in once, with a point inside each', async () => {
    const rows = await world.database.db.selectFrom('municipality').selectAll().execute()
    expect(rows).toHaveLength(396)
    const borders = world.borders()
    for (const { key, east, north } of rows) {
      expect(borders.metresOutside(key, { east, north })).toBeLessThan(1)
    }
    await ensureMunicipalities(world)
    const added = await world.database.db
      .selectFrom('audit_entry')
      .select('facts')
      .where('event', '=', 'municipalities_added')
      .execute()
    expect(added).toHaveLength(1)
  })
})

describe('a centre', () => {
  test('is stored with its Gemeinden and the usual targets', async () => {
    const done = await add({ code: ' ac ' })
    if (!done.ok) throw new Error(done.error.code)
    const centre = await findCentre(world.database.db, done.value.centreId)
    expect(centre).toMatchObject({
      code: 'AC',
      target_counselling_days: 28,
      target_assignment_days: 14,
      target_first_day_days: 7,
      hold_days: 7,
      version: 1,
    })
    const area = await listAreaOf(world.database.db, done.value.centreId)
    expect(area).toHaveLength(10)
    expect(area.every(({ key }) => key.startsWith('05334'))).toBe(true)
  })

  test('may take single Gemeinden; what another prefix covers counts once', async () => {
    const done = await add({ area: '05334002, 05334, 05366004' })
    if (!done.ok) throw new Error(done.error.code)
    expect(await listAreaOf(world.database.db, done.value.centreId)).toHaveLength(11)
  })

  test.each([
    ['centre_code_taken', { code: 'DN' }, { centreCode: 'DN' }],
    ['centre_code_invalid', { code: 'A1' }, {}],
    ['area_overlaps', { area: '05334,05358008' }, { municipality: 'Düren' }],
    ['area_overlaps', { area: '05' }, {}],
    ['area_unknown', { area: '05334,05999' }, { prefix: '05999' }],
    ['area_prefix_invalid', { area: 'Aachen' }, { prefix: 'Aachen' }],
    ['area_empty', { area: ' , ' }, {}],
  ])('is refused: %s', async (code, change, facts) => {
    expect(await add(change)).toMatchObject({ ok: false, error: { code, ...facts } })
    const { n } = await world.database.db
      .selectFrom('centre')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    expect(n).toBe(2)
  })

  test('is added by terminal and operator only', async () => {
    for (const role of ['lead', 'counsellor', 'auditor', 'state'] as const) {
      expect(await addCentre(world.as(role), AACHEN)).toMatchObject({
        error: { code: 'forbidden' },
      })
    }
    expect((await addCentre(world.as('operator'), AACHEN)).ok).toBe(true)
  })
})
