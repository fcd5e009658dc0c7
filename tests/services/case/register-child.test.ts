import { describe, expect, test } from 'vitest'
import type { Child } from '#app/domain/child/child.ts'
import type { CaseId, MunicipalityKey } from '#app/domain/ids.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import { rowsOf } from '#tests/promises/fingerprint.ts'
import {
  CENTRES,
  FAMILY,
  makeWorld,
  registered,
  registration,
  type World,
} from '#tests/setup/world.ts'

async function caseRow({ database }: World, id: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function countOf({ database }: World, table: 'child' | 'family' | 'pupil_case') {
  const rows = await database.db.selectFrom(table).select('id').execute()
  return rows.length
}

async function eventsOf({ database }: World) {
  const entries = await database.db
    .selectFrom('audit_entry')
    .select(['event', 'action', 'role'])
    .execute()
  return entries.map(({ event }) => event)
}

describe('registering a child', () => {
  test('stores child, family and case; the first clock starts on the day of the Meldung', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const row = await caseRow(world, caseId)
    const { id: centreId } = CENTRES.DN

    expect(row).toMatchObject({
      centre_id: centreId,
      case_number: 'DN-2026-0001',
      stage: 'registered',
      registered_on: '2026-11-09',
      due_on: '2026-12-07',
      language: 'uk',
      counsellor_id: 'account-counsellor-dn',
      version: 1,
    })
    const child = await readChild(world.database.db, world.keys, centreId, row.child_id)
    const family = await readFamily(world.database.db, world.keys, centreId, row.family_id)
    expect(child.originalScript).toEqual({ given: 'Дарина', family: 'Коваленко' })
    expect(family).toMatchObject(FAMILY)
    expect(await eventsOf(world)).toEqual(['case_registered'])
    expect(world.names.index.search(centreId, 'Ковален', 5)).toMatchObject([{ caseIds: [caseId] }])
  })

  test('keeps no name and no address outside the envelopes', async () => {
    const world = await makeWorld()
    await registered(world)
    const rows = await rowsOf(world)
    const text = [...rows.values()].flat().join('\n')

    for (const secret of ['Daryna', 'Kovalenko', 'Rurstra', '0151 2345678', 'Olena']) {
      expect(text).not.toContain(secret)
    }
    expect(text).toContain('DN-2026-0001')
  })

  test('counts case numbers per centre and year of the Meldung', async () => {
    const world = await makeWorld()
    const ids = [
      await registered(world),
      await registered(world, { child: { givenNames: 'Bohdan', familyName: 'Melnyk' } }),
      await registered(world, {
        child: { givenNames: 'Zahra', familyName: 'Rahimi' },
        registeredOn: '2025-12-30',
      }),
    ]
    const rows = await Promise.all(ids.map((id) => caseRow(world, id)))

    expect(rows.map((row) => row.case_number)).toEqual([
      'DN-2026-0001',
      'DN-2026-0002',
      'DN-2025-0001',
    ])
  })

  test('the same form sent twice registers one child', async () => {
    const world = await makeWorld()
    const ctx = { ...world.as('counsellor'), idempotencyKey: 'one-form' }
    const first = await registerChild(ctx, registration())
    const second = await registerChild(ctx, registration())

    expect(first.ok && second).toEqual(first)
    expect(await countOf(world, 'pupil_case')).toBe(1)
  })

  test('refuses a Gemeinde of another centre, a stranger, and a day to come', async () => {
    const world = await makeWorld()
    const elsewhere = registration({ municipality: '05554012' as MunicipalityKey })
    const tomorrow = registration({ registeredOn: '2026-11-20' })

    const ctx = world.as('counsellor')
    expect(await registerChild(ctx, elsewhere)).toEqual({
      ok: false,
      error: { code: 'outside_area', postcode: '52349' },
    })
    expect(await registerChild(world.as('school'), registration())).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(await registerChild(ctx, tomorrow)).toMatchObject({ error: { code: 'date_in_future' } })
    expect(await countOf(world, 'child')).toBe(0)
  })

  test('a brother joins the family of his sister; a case of another centre is not there', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const child = { givenNames: 'Maksym', birthDate: { precision: 'day', date: '2018-07-01' } }
    const family = { kind: 'of_sibling', caseId: sister } as const
    const brother = await registered(world, { child: child as Partial<Child>, family })
    const stranger = await registerChild(
      world.as('counsellor', 'BOR'),
      registration({ family, municipality: '05554012' as MunicipalityKey }),
    )

    const [one, other] = await Promise.all([caseRow(world, sister), caseRow(world, brother)])
    expect(one.family_id).toBe(other.family_id)
    expect(await countOf(world, 'family')).toBe(1)
    expect(stranger).toMatchObject({ error: { code: 'case_not_found' } })
  })
})

describe('likely duplicates', () => {
  test('the same child in another spelling is shown, and looking leaves a trace', async () => {
    const world = await makeWorld()
    const caseId = await registered(world)
    const again = registration({
      child: { givenNames: 'Darina', familyName: 'Kowalenko' },
    })
    const refused = await registerChild(world.as('counsellor'), again)

    expect(refused).toMatchObject({
      error: {
        code: 'possible_duplicate',
        children: [{ caseId, caseNumber: 'DN-2026-0001', born: '03.04.2015', kind: 'same_child' }],
      },
    })
    expect(await eventsOf(world)).toEqual(['case_registered', 'duplicates_shown'])
    expect(await countOf(world, 'child')).toBe(1)
  })

  test('a person says that it is another child: it is registered', async () => {
    const world = await makeWorld()
    const first = await registered(world)
    const done = await registerChild(
      world.as('counsellor'),
      registration({ confirmedOthers: [first] }),
    )

    expect(done.ok).toBe(true)
    expect(await countOf(world, 'child')).toBe(2)
  })

  test('a twin of the joined family is no question, of another family it is', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const twin = { givenNames: 'Maksym' }
    const apart = await registerChild(world.as('counsellor'), registration({ child: twin }))
    const joined = await registerChild(
      world.as('counsellor'),
      registration({ child: twin, family: { kind: 'of_sibling', caseId: sister } }),
    )

    expect(apart).toMatchObject({ error: { children: [{ kind: 'sibling' }] } })
    expect(joined.ok).toBe(true)
  })

  test('another child and the other centre do not stand in the way', async () => {
    const world = await makeWorld()
    await registered(world)
    const other = await registerChild(
      world.as('counsellor'),
      registration({ child: { givenNames: 'Wahid', familyName: 'Noori' } }),
    )
    const elsewhere = await registerChild(
      world.as('counsellor', 'BOR'),
      registration({ municipality: '05554012' as MunicipalityKey }),
    )

    expect([other.ok, elsewhere.ok]).toEqual([true, true])
  })

  test('of two people at the same second one is asked', async () => {
    const world = await makeWorld()
    const both = await Promise.all([
      registerChild(world.as('counsellor'), registration()),
      registerChild(world.asColleague(), registration()),
    ])

    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'possible_duplicate' } })
  })

  test('of two people who confirm the same child at the same second one is asked again', async () => {
    const world = await makeWorld()
    const command = registration({ confirmedOthers: [await registered(world)] })
    const both = await Promise.all([
      registerChild(world.as('counsellor'), command),
      registerChild(world.asColleague(), command),
    ])

    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'possible_duplicate' } })
  })
})

describe('many at the same moment', () => {
  test('ten at once get ten numbers, and the same child is found', async () => {
    const world = await makeWorld()
    const names = ['Ada', 'Bela', 'Cem', 'Dana', 'Elif', 'Farid', 'Gul', 'Hana', 'Ivo', 'Jana']
    const families = ['Rahimi', 'Melnyk', 'Tesfay', 'Dumitru', 'Hoxha']
    const done = await Promise.all(
      names.map((givenNames, at) =>
        registerChild(
          world.as('counsellor'),
          registration({
            child: {
              givenNames,
              familyName: families[at % 5] ?? '',
              birthDate: { precision: 'day', date: `${2010 + at}-06-11` },
            },
          }),
        ),
      ),
    )
    const again = await registerChild(
      world.as('counsellor'),
      registration({
        child: {
          givenNames: 'Adda',
          familyName: 'Rahimi',
          birthDate: { precision: 'day', date: '2010-06-11' },
        },
      }),
    )
    const rows = await world.database.db.selectFrom('pupil_case').select('case_number').execute()

    expect(done.filter(({ ok }) => ok)).toHaveLength(10)
    expect(new Set(rows.map((row) => row.case_number)).size).toBe(10)
    expect(again).toMatchObject({ error: { code: 'possible_duplicate' } })
    await world.close()
  })
})
