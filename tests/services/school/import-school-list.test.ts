import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type { School } from '#app/domain/school/school.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import type { Context } from '#app/services/context.server.ts'
import {
  importSchoolList,
  previewSchoolList,
} from '#app/services/school/import-school-list.server.ts'
import { listPlaceableSchools } from '#app/services/school/list-placeable-schools.server.ts'
import type { Database } from '#db/open.server.ts'
import { findLastImport, findSchool, listSchools, saveSchools } from '#db/queries/school.server.ts'
import { COLUMN_NAMES, cellsOf, listText, schoolWith } from '#tests/domain/school/factories.ts'
import {
  bytesOf,
  type ListYear,
  officialBytes,
  officialListsPresent,
  withOfficialLists,
} from '#tests/domain/school/official-lists.ts'
import { makeWorld, openEmpty, type World } from '#tests/setup/world.ts'

let world: World
let database: Database
let system: Context
let close: () => Promise<void>

beforeEach(async () => {
  world = await makeWorld()
  ;({ database, close } = await openEmpty())
  await ensureMunicipalities({ ...world, database })
  system = { ...world.asSystem(), database }
})
afterEach(async () => {
  await close()
  await world.close()
})

/** Twenty invented schools of Düren, so that closing one stays below a tenth. */
const TWENTY = Array.from({ length: 20 }, (_, index) =>
  schoolWith({ number: String(180_001 + index) }),
)

function fileOf(schools: readonly School[]): Uint8Array {
  return bytesOf(
    listText(
      COLUMN_NAMES,
      schools.map((school) => cellsOf(school)),
    ),
  )
}

function take(bytes: Uint8Array, acceptClosures = false) {
  return importSchoolList(system, { bytes, acceptClosures })
}

async function mustTake(bytes: Uint8Array, acceptClosures = false) {
  const done = await take(bytes, acceptClosures)
  if (!done.ok) throw new Error(JSON.stringify(done.error))
  return done.value
}

const NOTHING = { new: 0, changed: 0, closed: 0, missing: 0 }

describe('an import', () => {
  test('stores the schools and says in the trail how many', async () => {
    const counts = await mustTake(fileOf(TWENTY))
    expect(counts).toMatchObject({ ...NOTHING, read: 20, new: 20, unchanged: 0, skipped: {} })
    expect(await listSchools(database.db)).toEqual(TWENTY)
    const last = await findLastImport(database.db)
    expect(JSON.parse(last?.facts ?? '')).toEqual({ read: 20, new: 20, changed: 0, closed: 0 })
  })

  test('of the same file again changes nothing', async () => {
    await mustTake(fileOf(TWENTY))
    const before = await listSchools(database.db)
    expect(await mustTake(fileOf(TWENTY))).toMatchObject({ ...NOTHING, unchanged: 20 })
    expect(await listSchools(database.db)).toEqual(before)
  })

  test('replaces what changed and keeps a school the list names no more, as closed', async () => {
    await mustTake(fileOf(TWENTY))
    const [first, second, ...others] = TWENTY
    const moved = { ...(first as School), street: 'Musterweg 7' }
    const counts = await mustTake(fileOf([moved, ...others]))
    expect(counts).toMatchObject({ new: 0, changed: 1, unchanged: 18, closed: 1, missing: 1 })
    expect((await findSchool(database.db, moved.number))?.street).toBe('Musterweg 7')
    const kept = await findSchool(database.db, (second as School).number)
    expect(kept?.delistedOn).toBe('2026-11-19')
  })

  test('neither counts nor closes schools of the demo', async () => {
    const demo = schoolWith({ number: '900001', source: 'demo' })
    await mustTake(fileOf(TWENTY))
    await database.write((tx) => saveSchools(tx, [demo]))
    expect(await mustTake(fileOf(TWENTY))).toMatchObject({ ...NOTHING, unchanged: 20 })
    expect(await findSchool(database.db, demo.number)).toEqual(demo)
    const taken = await take(fileOf([...TWENTY, schoolWith({ number: '900001' })]))
    expect(taken).toEqual({
      ok: false,
      error: { code: 'school_number_in_demo', number: '900001' },
    })
  })

  test('is refused whole when a tenth would close, unless somebody accepts it', async () => {
    await mustTake(fileOf(TWENTY))
    const part = fileOf(TWENTY.slice(3))
    expect(await take(part)).toEqual({
      ok: false,
      error: { code: 'too_many_closures', closing: 3, open: 20 },
    })
    expect((await listSchools(database.db)).filter(({ delistedOn }) => delistedOn)).toEqual([])
    expect(await mustTake(part, true)).toMatchObject({ closed: 3, missing: 3, unchanged: 17 })
  })

  test('is refused whole for one bad row, a Gemeinde nobody knows included', async () => {
    const nowhere = schoolWith({
      number: '180099',
      municipality: '05999999' as School['municipality'],
    })
    const refused = await take(fileOf([...TWENTY, nowhere]))
    expect(refused).toEqual({
      ok: false,
      error: {
        code: 'school_list_rows_bad',
        total: 1,
        rows: [
          {
            line: 23,
            column: 'Gemeindeschluessel',
            why: 'Zum Schlüssel „05999999“ gibt es in Nordrhein-Westfalen keine Gemeinde.',
          },
        ],
      },
    })
    expect(await listSchools(database.db)).toEqual([])
  })

  test.each([
    ['an empty file', '', 'file_empty'],
    ['a web page', '<!doctype html><title>Anmeldung</title>', 'file_is_web_page'],
    ['another table', 'Name;Ort\n"a";"b"\n', 'school_list_column_missing'],
  ])('is refused for %s', async (_, text, code) => {
    expect(await take(bytesOf(text))).toMatchObject({ ok: false, error: { code } })
  })

  test('is the operator’s: nobody else may, not even look', async () => {
    for (const role of ['counsellor', 'lead', 'authority', 'school', 'auditor'] as const) {
      const ctx = { ...world.as(role), database }
      const forbidden = { ok: false, error: { code: 'forbidden', action: 'school.import' } }
      const bytes = fileOf(TWENTY)
      expect(await importSchoolList(ctx, { bytes, acceptClosures: false })).toEqual(forbidden)
      expect(await previewSchoolList(ctx, bytes)).toEqual(forbidden)
    }
    const operator = { ...world.as('operator'), database }
    const done = await importSchoolList(operator, { bytes: fileOf(TWENTY), acceptClosures: false })
    expect(done.ok).toBe(true)
  })
})

describe('a preview', () => {
  test('counts like the import, names what closes, and writes nothing', async () => {
    await mustTake(fileOf(TWENTY))
    const preview = await previewSchoolList(system, fileOf(TWENTY.slice(4)))
    if (!preview.ok) throw new Error(preview.error.code)
    expect(preview.value.tooManyClosures).toEqual({ closing: 4, open: 20 })
    expect(preview.value.changes.closures.map(({ before }) => before.number)).toEqual([
      '180001',
      '180002',
      '180003',
      '180004',
    ])
    expect(await mustTake(fileOf(TWENTY))).toMatchObject({ ...NOTHING, unchanged: 20 })
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('the official lists'), () => {
  const IN_2026 = '2026-05-31'

  // 3.4 s on two quiet cores; the time of this test is only a guard against hanging
  test('of May 2026 is taken over, 5,422 schools placeable on 31 May 2026', async () => {
    world.clock.moveTo(IN_2026)
    const counts = await mustTake(officialBytes(2026))
    expect(counts).toEqual({
      read: 5639,
      new: 5441,
      changed: 0,
      unchanged: 0,
      closed: 0,
      missing: 0,
      skipped: {
        'not_a_school:0A': 59,
        'not_a_school:50': 33,
        'not_a_school:51': 28,
        'not_a_school:52': 15,
        'not_a_school:53': 19,
        'not_a_school:56': 31,
        'not_a_school:58': 13,
      },
      implausible: ['115990', '154647', '172224', '193835', '600358'],
    })
    const everywhere = await listPlaceableSchools(system, ['05'], IN_2026)
    expect(everywhere).toHaveLength(5422)
    expect(await listPlaceableSchools(system, ['05'], '2026-11-21')).toHaveLength(5426)
    const dueren = await listPlaceableSchools(system, ['05358'], IN_2026)
    expect(dueren).toHaveLength(78)
    expect(await mustTake(officialBytes(2026))).toMatchObject({ ...NOTHING, unchanged: 5441 })
  }, 120_000)

  test.each<{ readonly order: readonly [ListYear, ListYear, ListYear] }>([
    { order: [2021, 2022, 2026] },
    { order: [2026, 2021, 2022] },
  ])(
    'in the order $order keep every school there ever was',
    async ({ order }) => {
      let seen: readonly SchoolNumber[] = []
      for (const year of order) {
        await mustTake(officialBytes(year), true)
        const stored = (await listSchools(database.db)).map(({ number }) => number)
        expect(stored).toEqual(expect.arrayContaining([...seen]))
        seen = stored
      }
      expect(seen.length).toBeGreaterThan(5441)
    },
    180_000,
  )
})
