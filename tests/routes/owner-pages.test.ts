import { beforeEach, describe, expect, test } from 'vitest'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import type { OwnerSeatsPage } from '#app/presenters/owner-seats.server.ts'
import type { WithoutPlacePage } from '#app/presenters/without-place.server.ts'
import * as ownSeats from '#app/routes/owner-seats.tsx'
import * as withoutPlace from '#app/routes/without-place.tsx'
import { reserveSeats } from '#app/services/seat/reserve-seats.server.ts'
import type { Row } from '#db/schema.ts'
import { assign, counsel, propose, seatsAt } from '#tests/promises/steps.ts'
import { alsoIn, CENTRES, FAMILY, makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'

const DUEREN = '05358008' as MunicipalityKey
const JUELICH = '05358024' as MunicipalityKey
const GESAMTSCHULE = '180101' as SchoolNumber
const REALSCHULE = '180103' as SchoolNumber

let world: World
beforeEach(async () => {
  world = await makeWorld()
})

async function listOf(who: string, query = ''): Promise<WithoutPlacePage> {
  const visitor = await signedIn(world, `${who}@beispiel.example`)
  const answer = await visitor.open(withoutPlace.loader, `/schulen/ohne-platz${query}`)
  expect(answer.status).toBe(200)
  return answer.json()
}

async function seatsOf(who: string, query = ''): Promise<OwnerSeatsPage> {
  const visitor = await signedIn(world, `${who}@beispiel.example`)
  const answer = await visitor.open(ownSeats.loader, `/schulen/eigene${query}`)
  expect(answer.status).toBe(200)
  return answer.json()
}

type Facts = NonNullable<Parameters<typeof registered>[1]>

function child(
  givenNames: string,
  born: `${number}-${number}-${number}` | null,
  facts: Facts = {},
) {
  const birthDate =
    born === null
      ? ({ precision: 'unknown', date: null } as const)
      : ({ precision: 'day', date: born } as const)
  return registered(world, { ...facts, child: { givenNames, familyName: 'Beispiel', birthDate } })
}

function namesOf({ rows }: WithoutPlacePage): readonly string[] {
  return rows.map(({ name }) => name.replace(' Beispiel', ''))
}

/** Makes schools another owner's, or private, as an import of the list would. */
async function changeSchool(
  number: string,
  change: Partial<Pick<Row<'school'>, 'owner_number' | 'legal_form' | 'municipality_key' | 'form'>>,
): Promise<void> {
  await world.database.write((tx) =>
    tx
      .updateTable('school')
      .set(change)
      .where('number', '=', number as SchoolNumber)
      .execute(),
  )
}

type Look = { list: string; role: string; action: string; caseIds: CaseId[] }

async function looksWritten(): Promise<readonly Look[]> {
  const rows = await world.database.db
    .selectFrom('audit_entry')
    .leftJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
    .select(['audit_entry.id', 'facts', 'case_id', 'role', 'action'])
    .where('event', '=', 'list_viewed')
    .orderBy('audit_entry.id')
    .orderBy('case_id')
    .execute()
  const looks = new Map<string, Look>()
  for (const { id, facts, case_id, role, action } of rows) {
    const look: Look = looks.get(id) ?? {
      ...{ list: JSON.parse(facts).list, role, action },
      caseIds: [],
    }
    if (case_id !== null) look.caseIds.push(case_id)
    looks.set(id, look)
  }
  return [...looks.values()]
}

describe('the children without a place', () => {
  test('are those of compulsory age in the Gemeinden of the owner, with what it needs and no more', async () => {
    await child('Amal', '2015-04-03')
    const page = await listOf('owner-dn')
    expect(page.rows).toEqual([
      {
        name: 'Amal Beispiel',
        born: '03.04.2015',
        schooling: 'full_time',
        municipality: 'Düren',
        registeredOn: '2026-11-09',
        awaits: 'counselling',
      },
    ])
    expect(page.gemeinden).toEqual([{ key: DUEREN, name: 'Düren' }])
    expect(page.contact).toEqual({ name: CENTRES.DN.name, phone: '02421 1045' })
    expect(page.sources.map(({ checkedOn }) => checkedOn)).toEqual([null, null, null])
  })

  test('too young, too old: not on it; of unknown age: on it', async () => {
    await child('Klein', '2021-05-01')
    await child('Gross', '2007-05-01')
    await child('Alt genug', '2020-09-30')
    await child('Achtzehn', '2008-08-02')
    await child('Unbekannt', null)
    const page = await listOf('owner-dn')
    expect(namesOf(page).toSorted()).toEqual(['Achtzehn', 'Alt genug', 'Unbekannt'])
    expect(page.rows.map(({ schooling }) => schooling).toSorted()).toEqual([
      ...['full_time', 'unclear', 'vocational'],
    ])
    expect(page.total).toBe(3)
  })

  test('leave it with the assignment; until then no school is named', async () => {
    await seatsAt(world, GESAMTSCHULE, 4)
    const caseId = await child('Amal', '2015-04-03')
    const walker = { caseId, centre: 'DN' } as const
    await counsel(world, walker)
    expect((await listOf('owner-dn')).rows).toMatchObject([{ awaits: 'place' }])
    await propose(world, walker, GESAMTSCHULE)
    const proposed = await listOf('owner-dn')
    expect(proposed.rows).toMatchObject([{ awaits: 'decision' }])
    expect(JSON.stringify(proposed)).not.toMatch(/180101|Gesamtschule|case-|DN-2026|019e/)
    world.clock.passDays(8)
    expect((await listOf('owner-dn')).rows).toMatchObject([{ awaits: 'place' }])
    await propose(world, walker, GESAMTSCHULE)
    await assign(world, walker)
    expect((await listOf('owner-dn')).rows).toEqual([])
  })

  test('of another Gemeinde, of another owner, of the other centre: not there', async () => {
    await child('Hier', '2015-04-03')
    await child('Dort', '2015-04-03', { municipality: JUELICH })
    expect(namesOf(await listOf('owner-dn'))).toEqual(['Hier'])
    expect(namesOf(await listOf('owner-bor'))).toEqual([])
    expect((await listOf('owner-bor')).gemeinden).toMatchObject([{ name: 'Borken' }])
    await changeSchool('180102', { owner_number: '20000' })
    const page = await listOf('owner-dn')
    expect(page).toMatchObject({ rows: [], total: 0, gemeinden: [] })
  })

  test('a private owner has no such list', async () => {
    await child('Hier', '2015-04-03')
    await changeSchool('180102', { legal_form: '2' })
    expect(await listOf('owner-dn')).toMatchObject({ rows: [], total: 0, gemeinden: [] })
  })

  test('the longest waiting come first, or the oldest; one page holds 25', async () => {
    for (let n = 1; n <= 26; n += 1) {
      const day = String(n).padStart(2, '0')
      const born = `2015-04-${String(31 - n).padStart(2, '0')}` as `${number}-${number}-${number}`
      await child(`Kind ${day}`, born, { registeredOn: n === 26 ? '2026-10-01' : '2026-11-02' })
    }
    await child('Ohne Datum', null)
    const first = await listOf('owner-dn')
    expect(namesOf(first)[0]).toBe('Kind 26')
    expect(first.rows).toHaveLength(25)
    const second = await listOf('owner-dn', '?seite=2')
    expect(second).toMatchObject({ total: 27, query: { page: 2 } })
    expect(second.rows).toHaveLength(2)
    const byAge = await listOf('owner-dn', '?sortierung=alter')
    expect(namesOf(byAge).slice(0, 3)).toEqual(['Kind 26', 'Kind 25', 'Kind 24'])
    expect(namesOf(await listOf('owner-dn', '?sortierung=alter&seite=9')).at(-1)).toBe('Ohne Datum')
    const looks = await looksWritten()
    expect(looks.map(({ caseIds }) => caseIds.length)).toEqual([25, 2, 25, 2])
  })

  test('is narrowed to a Gemeinde of the owner; another counts as not said', async () => {
    await changeSchool('180106', { municipality_key: JUELICH, form: '02' })
    await child('Hier', '2015-04-03')
    await child('Dort', '2015-04-03', { municipality: JUELICH })
    expect(namesOf(await listOf('owner-dn'))).toEqual(['Hier', 'Dort'])
    expect(namesOf(await listOf('owner-dn', `?gemeinde=${JUELICH}`))).toEqual(['Dort'])
    const other = await listOf('owner-dn', '?gemeinde=05358028')
    expect(other.query.municipality).toBeNull()
    expect(namesOf(other)).toEqual(['Hier', 'Dort'])
  })

  test('every look is written down with the children that were shown', async () => {
    const caseId = await child('Amal', '2015-04-03')
    await child('Klein', '2021-05-01')
    await listOf('owner-dn')
    expect(await looksWritten()).toEqual([
      {
        list: 'without_place',
        role: 'owner',
        action: 'case.list_unplaced',
        caseIds: [caseId],
      },
    ])
  })

  test('a damaged key leaves the child on the list, unreadable', async () => {
    const caseId = await child('Amal', '2015-04-03')
    const row = await world.database.db
      .selectFrom('pupil_case')
      .select(['centre_id', 'child_id'])
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    const entry = world.names.index.nameOf(row.centre_id, row.child_id)
    if (entry === null) throw new Error('In the index')
    world.names.index.put({
      ...entry,
      given: '',
      family: '',
      birthDate: { precision: 'unknown', date: null },
    })
    expect((await listOf('owner-dn')).rows).toMatchObject([{ name: '', schooling: 'unclear' }])
  })
})

describe('under an address lock', () => {
  const NO_ADDRESS = { street: '', postcode: '', town: '', free: '' }

  /** What the owner is answered, whole and by Gemeinde, about a brother of a child with or without a lock. */
  async function answers(facts: { readonly isLocked: boolean; readonly hasAddress: boolean }) {
    world = await makeWorld()
    const address = facts.hasAddress ? FAMILY.address : NO_ADDRESS
    const first = await child('Amal', '2015-04-03', {
      family: { kind: 'new', family: { ...FAMILY, address } },
    })
    await registered(world, {
      child: { givenNames: 'Bruder', familyName: 'Beispiel', addressLock: facts.isLocked },
      family: { kind: 'of_sibling', caseId: first },
    })
    const whole = await listOf('owner-dn')
    return [whole.rows, (await listOf('owner-dn', `?gemeinde=${DUEREN}`)).rows]
  }

  test('no Gemeinde stands there for the whole family, as if none had an address', async () => {
    const locked = await answers({ isLocked: true, hasAddress: true })
    expect(locked).toEqual(await answers({ isLocked: false, hasAddress: false }))
    expect(locked[0]).toMatchObject([{ municipality: null }, { municipality: null }])
    expect(locked[1]).toEqual([])
  })

  test('control: without one the Gemeinde stands there', async () => {
    const open = await answers({ isLocked: false, hasAddress: true })
    expect(open[0]).toMatchObject([{ municipality: 'Düren' }, { municipality: 'Düren' }])
    expect(open[1]).toEqual(open[0])
  })
})

describe('the seats of an owner', () => {
  test('are counted per school, kind and grades, with their sums, and of its own schools alone', async () => {
    await seatsAt(world, GESAMTSCHULE, 4)
    await seatsAt(world, REALSCHULE, 7)
    await changeSchool(REALSCHULE, { owner_number: '20000' })
    const held = { caseId: await child('Amal', '2015-04-03'), centre: 'DN' } as const
    const given = { caseId: await child('Bela', '2015-04-04'), centre: 'DN' } as const
    for (const walker of [held, given]) {
      await counsel(world, walker)
      await propose(world, walker, GESAMTSCHULE)
    }
    await assign(world, given)
    const page = await seatsOf('owner-dn')
    const seats = { decided: 4, held: 1, assigned: 1, taken: 0, reserve: 0, free: 2 }
    expect(page.schools[0]).toMatchObject({
      number: GESAMTSCHULE,
      pools: [{ kind: 'support', seats }],
    })
    expect(page.schools.map(({ number }) => number)).not.toContain(REALSCHULE)
    expect(page.totals).toEqual([{ kind: 'support', seats }])
    expect(page.total).toBe(5)
  })

  test('hold back the reserve while it lasts', async () => {
    await seatsAt(world, GESAMTSCHULE, 4)
    const [pool] = await world.database.db.selectFrom('seat_pool').selectAll().execute()
    if (pool === undefined) throw new Error('A pool')
    const done = await reserveSeats(world.as('counsellor'), {
      schoolNumber: GESAMTSCHULE,
      ...{ poolId: pool.id, version: pool.version, seats: 1 },
      until: '2026-12-01',
    })
    expect(done.ok).toBe(true)
    expect((await seatsOf('owner-dn')).totals).toMatchObject([{ seats: { reserve: 1, free: 3 } }])
    world.clock.passDays(30)
    expect((await seatsOf('owner-dn')).totals).toMatchObject([{ seats: { reserve: 0, free: 4 } }])
  })

  test('beside them: how many wait, by age, from five on; then no sum from which four would follow', async () => {
    for (let n = 1; n <= 5; n += 1) await child(`Kind ${n}`, '2014-04-03')
    expect((await seatsOf('owner-dn')).waiting).toMatchObject({ gemeinden: ['Düren'], total: 5 })
    await child('Klein', '2021-05-01')
    const { waiting } = await seatsOf('owner-dn')
    expect(waiting?.groups).toEqual([
      { age: 'not_yet', count: null },
      { age: 'primary', count: 0 },
      { age: 'secondary', count: 5 },
      { age: 'vocational', count: 0 },
      { age: 'over', count: 0 },
      { age: 'unclear', count: 0 },
    ])
    expect(waiting?.total).toBeNull()
    // counts of nobody in particular
    expect(await looksWritten()).toEqual([])
  })

  test('a private owner is told of its seats and of no children', async () => {
    await child('Amal', '2015-04-03')
    await changeSchool('180102', { legal_form: '2' })
    const page = await seatsOf('owner-dn')
    expect(page.waiting).toBeNull()
    expect(page.schools.length).toBeGreaterThan(0)
  })
})

describe('who may open them', () => {
  test.each([
    ['/schulen/eigene', ownSeats.loader],
    ['/schulen/ohne-platz', withoutPlace.loader],
  ] as const)('%s: the owner alone', async (path, loader) => {
    const statuses: Record<string, number> = {}
    for (const who of ['owner-dn', 'counsellor-dn', 'authority-dn', 'school-180101', 'state']) {
      const visitor = await signedIn(world, `${who}@beispiel.example`)
      statuses[who] = (await visitor.open(loader, path)).status
    }
    expect(statuses).toEqual({
      ...{ 'owner-dn': 200, 'counsellor-dn': 403, 'authority-dn': 403 },
      ...{ 'school-180101': 403, state: 403 },
    })
    expect((await stranger(world).open(loader, path)).status).toBe(303)
  })

  test('an owner in two centres changes between them', async () => {
    await child('Hier', '2015-04-03')
    await alsoIn(world, 'owner-dn', 'owner', 'BOR')
    const page = await listOf('owner-dn', `?zentrum=${CENTRES.DN.id}`)
    expect(page.centres.map(({ name }) => name)).toEqual([CENTRES.BOR.name, CENTRES.DN.name])
    expect(namesOf(page)).toEqual(['Hier'])
    expect(namesOf(await listOf('owner-dn', `?zentrum=${CENTRES.BOR.id}`))).toEqual([])
    const { centres } = await seatsOf('owner-dn')
    expect(centres).toHaveLength(2)
  })
})
