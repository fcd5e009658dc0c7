import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber } from '#app/domain/ids.ts'
import type { SeatsArea, SeatsPage, SeatsRow } from '#app/presenters/authority-seats.server.ts'
import * as seats from '#app/routes/authority-seats.tsx'
import { counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'

const DUEREN = '05358008'
const JUELICH = '05358024'

let world: World
beforeEach(async () => {
  world = await makeWorld()
  await seatsAt(world, '180101' as SchoolNumber, 4)
  await seatsAt(world, '180103' as SchoolNumber, 7)
  const caseId = await registered(world)
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, '180101' as SchoolNumber)
})
afterEach(() => world.close())

async function open(who: string, query = ''): Promise<SeatsPage> {
  const visitor = await signedIn(world, `${who}@beispiel.example`)
  const answer = await visitor.open(seats.loader, `/schulamt/plaetze${query}`)
  expect(answer.status).toBe(200)
  return answer.json()
}

function rowNamed({ rows }: SeatsPage, name: string): SeatsRow | undefined {
  return rows.find((row) => row.name === name)
}

function areaOf({ map }: SeatsPage, key: string): SeatsArea | undefined {
  return map?.areas.find(({ municipality }) => municipality === key)
}

describe('the overview of seats', () => {
  test('counts every Gemeinde of the centre, those without seats too', async () => {
    const page = await open('authority-dn')
    expect(page.rows).toHaveLength(15)
    expect(rowNamed(page, 'Düren')?.kinds).toEqual([
      { kind: 'support', seats: { decided: 4, taken: 0, held: 1, reserve: 0, free: 3 } },
    ])
    expect(rowNamed(page, 'Nideggen')?.kinds).toEqual([])
    expect(page.totals).toEqual([
      { kind: 'support', seats: { decided: 11, taken: 0, held: 1, reserve: 0, free: 10 } },
    ])
    expect(page.forms).toEqual(['10', '15'])
    expect(page).toMatchObject({ schoolYear: 2026, chosen: null })
  })

  test('draws them from the own borders, each on its step', async () => {
    const page = await open('authority-dn')
    expect(page.map?.areas).toHaveLength(15)
    expect(areaOf(page, DUEREN)).toMatchObject({ free: 3, step: 2, name: 'Düren' })
    expect(areaOf(page, JUELICH)).toMatchObject({ free: 7, step: 3 })
    expect(areaOf(page, '05358044')).toMatchObject({ free: null, step: null })
    for (const { path } of page.map?.areas ?? []) expect(path).toMatch(/^M\d/)
    expect(areaOf(await open('authority-dn', '?art=regelplaetze'), DUEREN)?.free).toBeNull()
  })

  test('is narrowed by form, grade, kind and Gemeinde; what is unknown counts as not said', async () => {
    const ofForm = await open('authority-dn', '?form=10')
    expect(ofForm.totals).toMatchObject([{ seats: { decided: 7 } }])
    expect(ofForm.forms).toEqual(['10', '15'])
    expect((await open('authority-dn', '?klasse=4')).totals).toEqual([])
    expect((await open('authority-dn', '?klasse=7')).totals).toMatchObject([
      { seats: { decided: 11 } },
    ])
    expect((await open('authority-dn', '?art=regelplaetze')).totals).toEqual([])
    const inJuelich = await open('authority-dn', `?gemeinde=${JUELICH}`)
    expect(inJuelich).toMatchObject({
      chosen: 'Jülich',
      rows: [{ name: 'Realschule', municipality: null, kinds: [{ seats: { decided: 7 } }] }],
    })
    // the others stay on the map, to go there
    expect(inJuelich.map?.areas).toHaveLength(15)
    const query = { municipality: null, form: null, kind: null, grade: null }
    const nonsense = '?form=xx&klasse=99&art=alle&gemeinde=05554012'
    expect((await open('authority-dn', nonsense)).query).toEqual(query)
  })

  test('leaves out schools that take nobody', async () => {
    await world.database.write((tx) =>
      tx
        .updateTable('school')
        .set({ status: '9' })
        .where('number', '=', '180103' as SchoolNumber)
        .execute(),
    )
    expect((await open('authority-dn')).totals).toMatchObject([{ seats: { decided: 4 } }])
  })

  test('ends at the area and the forms of a section', async () => {
    const page = await open('section-dn')
    expect(page.rows.map(({ name }) => name)).toEqual(['Düren'])
    expect(page.totals).toMatchObject([{ seats: { decided: 4 } }])
    expect(page.map?.areas.map(({ municipality }) => municipality)).toEqual([DUEREN])
  })

  test.each(['counsellor-dn', 'lead-dn', 'owner-dn'])('is %s’s as well, whole', async (who) => {
    expect((await open(who)).totals).toMatchObject([{ seats: { decided: 11 } }])
  })

  test('is nobody else’s, and shows nothing of another centre', async () => {
    expect((await open('authority-bor')).totals).toEqual([])
    const path = '/schulamt/plaetze'
    for (const who of ['school-180101', 'coordinator-dn', 'auditor-dn', 'state', 'operator']) {
      const visitor = await signedIn(world, `${who}@beispiel.example`)
      expect([who, (await visitor.open(seats.loader, path)).status]).toEqual([who, 403])
    }
    expect((await stranger(world).open(seats.loader, path)).status).toBe(303)
  })
})
