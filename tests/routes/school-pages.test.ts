import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { School } from '#app/domain/school/school.ts'
import * as centre from '#app/routes/administration.centre.tsx'
import * as schoolList from '#app/routes/administration.schools.tsx'
import * as school from '#app/routes/school.tsx'
import * as schoolYear from '#app/routes/school.year.tsx'
import * as schools from '#app/routes/schools.tsx'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import { listSchools, saveSchools } from '#db/queries/school.server.ts'
import { COLUMN_NAMES, cellsOf, listText, schoolWith } from '#tests/domain/school/factories.ts'
import { seatsAt } from '#tests/promises/steps.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'
import { signedIn, stranger, type Visitor } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const WITHOUT_ACCOUNT = '180105'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

const read = async (answer: Response) => JSON.parse(await answer.text())

describe('the schools of a centre', () => {
  const list = async (who: Visitor, query = '') =>
    read(await who.open(schools.loader, `/schulen${query}`))

  test('stand there with free places, those that take nobody last', async () => {
    await seatsAt(world, '180101' as School['number'], 3)
    const closed = schoolWith({ number: '180190', shortName: 'Aldenhoven, RS Alt', status: '9' })
    await world.database.write((tx) => saveSchools(tx, [closed]))
    const page = await list(await signedIn(world, COUNSELLOR))
    expect(page.total).toBe(7)
    expect(page.rows.at(-1)).toMatchObject({ number: '180190', isPlaceable: false })
    const free = Object.fromEntries(
      page.rows.map((row: { number: string; free: number | null }) => [row.number, row.free]),
    )
    expect(free).toMatchObject({ '180101': 3, '180103': null })
    expect(page.rows.some(({ number }: { number: string }) => number.startsWith('19'))).toBe(false)
  })

  test('are found by words and narrowed by form, 25 a page, all of it in the address', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      schoolWith({ number: String(181_001 + index), form: '02', town: 'Nideggen' }),
    )
    await world.database.write((tx) => saveSchools(tx, many))
    const counsellor = await signedIn(world, COUNSELLOR)
    const found = await list(counsellor, '?q=nideggen&form=02&seite=2')
    expect(found).toMatchObject({ total: 30, page: 2, search: 'nideggen', form: '02' })
    expect(found.rows).toHaveLength(5)
    expect(found.forms).toEqual([{ form: '02', count: 30 }])
    expect(await list(counsellor, '?q=gibtesnicht')).toMatchObject({ total: 0, rows: [] })
    expect(await list(counsellor, '?form=xx&seite=-1')).toMatchObject({ form: null, page: 1 })
  })

  test('stand on one page each, also those of one name', async () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      schoolWith({ number: String(181_001 + index) }),
    )
    await world.database.write((tx) => saveSchools(tx, many.toReversed()))
    const counsellor = await signedIn(world, COUNSELLOR)
    const pages = [await list(counsellor), await list(counsellor, '?seite=2')]
    const numbers = pages.flatMap(({ rows }) => rows.map((row: { number: string }) => row.number))
    expect(pages.map(({ rows }) => rows.length)).toEqual([25, 11])
    expect(new Set(numbers).size).toBe(pages[0].total)
    const ofOneName = numbers.filter((number: string) => number.startsWith('181'))
    expect(ofOneName).toEqual(many.map(({ number }) => number))
  })

  test('are not for everybody', async () => {
    expect((await stranger(world).open(schools.loader, '/schulen')).status).toBe(303)
    const own = await signedIn(world, 'school-180101@beispiel.example')
    expect((await own.open(schools.loader, '/schulen')).status).toBe(403)
    const operator = await signedIn(world, 'operator@beispiel.example')
    expect((await operator.open(schools.loader, '/schulen')).status).toBe(403)
  })
})

describe('one school', () => {
  const at = (number: string) => ({ path: `/schulen/${number}`, params: { number } })

  test('has its seats entered by a counsellor where it has no account', async () => {
    const counsellor = await signedIn(world, COUNSELLOR)
    const fields = {
      intent: 'add',
      schoolNumber: WITHOUT_ACCOUNT,
      schoolYear: '2026',
      kind: 'support',
      gradeFrom: '5',
      gradeTo: '10',
      seats: '3',
      reason: 'owner_resolution',
    }
    const saved = await counsellor.send(school.action, at(WITHOUT_ACCOUNT), fields)
    expect(saved.headers.get('Location')).toBe(`/schulen/${WITHOUT_ACCOUNT}`)
    const page = await read(await counsellor.open(school.loader, at(WITHOUT_ACCOUNT)))
    expect(page).toMatchObject({ entersForOthers: true })
    expect(page.seats).toMatchObject({ mayDecide: ['support'], mayReserve: true })
    expect(page.seats.pools).toMatchObject([{ decided: 3, free: 3 }])
    expect(page.seats.decisions).toMatchObject([
      {
        ...{ seats: 3, reason: 'owner_resolution', validFrom: '2026-11-19', validTo: null },
        ...{ enteredForSchool: true, decider: 'Amira Brandt' },
      },
    ])
    const other = { ...fields, schoolNumber: '180101' }
    const refused = await counsellor.send(school.action, at('180101'), other)
    expect([refused.status, (await refused.json()).refusal]).toEqual([
      409,
      { code: 'school_enters_own_seats' },
    ])
    const incomplete = await counsellor.send(school.action, at(WITHOUT_ACCOUNT), {
      ...fields,
      reason: '',
    })
    expect(incomplete.status).toBe(422)
  })

  test('lets a counsellor keep seats back, and nobody else', async () => {
    await seatsAt(world, '180101' as School['number'], 3)
    const counsellor = await signedIn(world, COUNSELLOR)
    const shown = async () => {
      const page = await read(await counsellor.open(school.loader, at('180101')))
      const [pool] = page.seats.pools
      return pool
    }
    const { poolId } = await shown()
    const form = (reserve: string, version = 1) => ({
      ...{ intent: 'reserve', schoolNumber: '180101', pool: `${poolId}/${version}` },
      ...{ reserve, until: '2026-12-31' },
    })
    const saved = await counsellor.send(school.action, at('180101'), form('2'))
    expect(saved.headers.get('Location')).toBe('/schulen/180101')
    expect(await shown()).toMatchObject({ reserve: 2, reserveUntil: '2026-12-31', free: 1 })
    const stale = await counsellor.send(school.action, at('180101'), form('1'))
    expect((await stale.json()).refusal).toEqual({ code: 'stale_pool' })
    const greedy = await counsellor.send(school.action, at('180101'), form('4', 2))
    expect((await greedy.json()).refusal).toEqual({ code: 'reserve_above_free', free: 3 })
    for (const email of ['school-180101@beispiel.example', 'owner-dn@beispiel.example']) {
      const who = await signedIn(world, email)
      expect((await who.send(school.action, at('180101'), form('0', 2))).status).toBe(403)
    }
    const freed = await counsellor.send(school.action, at('180101'), form('0', 2))
    expect(freed.status).toBe(303)
    expect(await shown()).toMatchObject({ reserve: 0, reserveUntil: null, free: 3 })
  })

  test('shows its seats to all who work with them; each decides on its own kind', async () => {
    const seen = async (email: string) => {
      const who = await signedIn(world, email)
      const page = await read(await who.open(school.loader, at('180101')))
      return [page.name, page.seats.mayDecide, page.seats.mayReserve, page.entersForOthers]
    }
    const name = 'Düren, Gesamtschule Am Beispielweg'
    expect(await seen('authority-dn@beispiel.example')).toEqual([name, [], false, false])
    expect(await seen('school-180101@beispiel.example')).toEqual([name, ['support'], false, false])
    expect(await seen('owner-dn@beispiel.example')).toEqual([name, ['regular'], false, false])
    expect(await seen(COUNSELLOR)).toEqual([name, [], true, false])
  })

  test('shows who decides now that the centre has set it otherwise', async () => {
    const seen = async (email: string) => {
      const who = await signedIn(world, email)
      const page = await read(await who.open(school.loader, at('180101')))
      return [page.seats.mayDecide, page.decidedBy]
    }
    const before = { support: 'school', regular: 'owner' }
    expect(await seen('owner-dn@beispiel.example')).toEqual([['regular'], before])
    const lead = await signedIn(world, 'lead-dn@beispiel.example')
    const saved = await lead.send(centre.action, '/verwaltung/zentrum', {
      ...{ centre: 'centre-dn', version: '1', second_seat: 'warn', assigned_by: 'authority' },
      ...{ support_decided_by: 'owner', regular_decided_by: 'school' },
      ...{ counselling: '28', assignment: '14', first_day: '7', hold: '7', phone: '', address: '' },
    })
    expect(saved.status).toBe(303)
    const after = { support: 'owner', regular: 'school' }
    expect(await seen('owner-dn@beispiel.example')).toEqual([['support'], after])
    expect(await seen('school-180101@beispiel.example')).toEqual([['regular'], after])
  })

  test('is not there for others', async () => {
    expect((await stranger(world).open(school.loader, at('180101'))).status).toBe(303)
    const counsellor = await signedIn(world, COUNSELLOR)
    for (const number of ['190101', '999999', 'x'])
      expect((await counsellor.open(school.loader, at(number))).status).toBe(404)
    const coordinator = await signedIn(world, 'coordinator-dn@beispiel.example')
    expect((await coordinator.open(school.loader, at('180101'))).status).toBe(403)
  })
})

describe('the official school list', () => {
  const PATH = '/verwaltung/schulen'
  const file = (rows: readonly School[]) =>
    new File(
      [
        listText(
          COLUMN_NAMES,
          rows.map((one) => cellsOf(one)),
        ),
      ],
      'schuldaten.csv',
    )

  /** `Visitor.send` carries text only; this one sends a file. */
  const sendFile = (who: Visitor, upload: File) =>
    who.send(
      (args) => {
        const { request, ...rest } = args
        const body = request.formData().then((form) => {
          form.set('file', upload)
          return new Request(request.url, {
            method: 'POST',
            headers: cookiesOf(request),
            body: form,
          })
        })
        return body.then((sent) => schoolList.action({ ...rest, request: sent }))
      },
      PATH,
      { intent: 'upload' },
    )
  const cookiesOf = (request: Request) => ({ Cookie: request.headers.get('cookie') ?? '' })

  async function listed(): Promise<readonly School[]> {
    await ensureMunicipalities(world)
    return listSchools(world.database.db)
  }

  test('is uploaded, looked at, and only then taken over', async () => {
    const before = await listed()
    const operator = await signedIn(world, 'operator@beispiel.example')
    const fresh = schoolWith({ number: '180777', shortName: 'Düren, GE Neu' })
    const sent = await sendFile(operator, file([...before, fresh]))
    const preview = sent.headers.get('Location') ?? ''
    expect([sent.status, preview]).toEqual([
      303,
      expect.stringMatching(/^\/verwaltung\/schulen\?datei=/),
    ])
    const page = await read(await operator.open(schoolList.loader, preview))
    expect(page.preview.counts).toMatchObject({ read: 13, new: 1, unchanged: 12, closed: 0 })
    expect(await listed()).toHaveLength(12)
    const token = new URLSearchParams(preview.split('?')[1]).get('datei') ?? ''
    const taken = await operator.send(schoolList.action, PATH, { intent: 'import', token })
    expect([taken.status, taken.headers.get('Location')]).toEqual([303, PATH])
    expect(await listed()).toHaveLength(13)
    const after = await read(await operator.open(schoolList.loader, PATH))
    expect(after).toMatchObject({ preview: null, isGone: false, last: { read: 13, new: 1 } })
  })

  test('that would close many schools asks for a yes', async () => {
    const before = await listed()
    const operator = await signedIn(world, 'operator@beispiel.example')
    const sent = await sendFile(operator, file(before.slice(2)))
    const preview = sent.headers.get('Location') ?? ''
    const page = await read(await operator.open(schoolList.loader, preview))
    expect(page.preview).toMatchObject({
      tooManyClosures: { closing: 2, open: 12 },
      closing: [
        { number: '180101', isMissing: true },
        { number: '180102', isMissing: true },
      ],
    })
    const command = { intent: 'import', token: page.preview.token }
    const refused = await operator.send(schoolList.action, PATH, command)
    expect([refused.status, (await refused.json()).refusal.code]).toEqual([
      409,
      'too_many_closures',
    ])
    const done = await operator.send(schoolList.action, PATH, { ...command, accept: 'ja' })
    expect(done.status).toBe(303)
    const closed = (await listed()).filter(({ delistedOn }) => delistedOn !== null)
    expect(closed.map(({ number }) => number)).toEqual(['180101', '180102'])
  })

  test('is refused with its lines, without a file, and once it is no longer kept', async () => {
    const [first] = await listed()
    const operator = await signedIn(world, 'operator@beispiel.example')
    const bad = await sendFile(operator, file([{ ...first!, number: '12' as School['number'] }]))
    expect([bad.status, (await bad.json()).refusal]).toMatchObject([
      422,
      { code: 'school_list_rows_bad', rows: [{ line: 3, column: 'Schulnummer' }] },
    ])
    const none = await sendFile(operator, new File([], ''))
    expect([none.status, (await none.json()).errors]).toMatchObject([
      422,
      { file: { message: 'field.file_required' } },
    ])
    const sent = await sendFile(operator, file(await listed()))
    const preview = sent.headers.get('Location') ?? ''
    world.clock.passHours(0.3)
    const late = await read(await operator.open(schoolList.loader, preview))
    expect(late).toMatchObject({ preview: null, isGone: true })
    const token = new URLSearchParams(preview.split('?')[1]).get('datei') ?? ''
    const gone = await operator.send(schoolList.action, PATH, { intent: 'import', token })
    expect([gone.status, (await gone.json()).refusal.code]).toEqual([410, 'upload_gone'])
  })

  test('is the operator’s', async () => {
    expect((await stranger(world).open(schoolList.loader, PATH)).status).toBe(303)
    const lead = await signedIn(world, 'lead-dn@beispiel.example')
    expect((await lead.open(schoolList.loader, PATH)).status).toBe(403)
    expect((await sendFile(lead, file(await listed()))).status).toBe(403)
  })
})

describe('the turn of the school year', () => {
  const at = (number: string) => ({ path: `/schulen/${number}/schuljahr`, params: { number } })
  const OWN = '180101'
  const asOwn = () => signedIn(world, `school-${OWN}@beispiel.example`)

  test('shows what the pools would be, carries them over, and has nothing more to do', async () => {
    await seatsAt(world, OWN as School['number'], 3)
    world.clock.moveTo('2027-03-01')
    const own = await asOwn()
    const page = await read(await own.open(schoolYear.loader, at(OWN)))
    expect(page).toMatchObject({ year: 2027, isDue: true, isOwnSchool: true, present: [] })
    expect(page.coming).toMatchObject([{ decided: 3, staying: 0, free: 3, isMine: true }])
    const [{ poolId, version }] = page.coming
    const fields = {
      ...{ schoolNumber: OWN, schoolYear: '2027', 'pools.0.poolId': poolId },
      ...{ 'pools.0.version': `${version}`, 'pools.0.seats': '5' },
    }
    const wrong = await own.send(schoolYear.action, at(OWN), {
      ...fields,
      'pools.0.seats': 'viele',
    })
    expect(wrong.status).toBe(422)
    const saved = await own.send(schoolYear.action, at(OWN), fields)
    expect(saved.headers.get('Location')).toBe(`/schulen/${OWN}/schuljahr`)
    const after = await read(await own.open(schoolYear.loader, at(OWN)))
    expect(after).toMatchObject({ isDue: false, coming: [], present: [{ decided: 5, free: 5 }] })
    const again = await own.send(schoolYear.action, at(OWN), fields)
    expect([again.status, (await again.json()).refusal]).toEqual([409, { code: 'stale_pool' }])
  })

  test('is announced by a line to who decides there, from February on', async () => {
    await seatsAt(world, OWN as School['number'], 3)
    const turnFor = async (email: string) => {
      const who = await signedIn(world, email)
      const where = { path: `/schulen/${OWN}`, params: { number: OWN } }
      return (await read(await who.open(school.loader, where))).seats.turn
    }
    const own = `school-${OWN}@beispiel.example`
    world.clock.moveTo('2027-01-31')
    expect(await turnFor(own)).toBeNull()
    world.clock.moveTo('2027-02-01')
    expect(await turnFor(own)).toEqual({ year: 2027, pools: 1, children: 0 })
    expect(await turnFor(COUNSELLOR)).toBeNull()
  })

  test('can be looked at by who sees the seats, and by nobody else', async () => {
    await seatsAt(world, OWN as School['number'], 3)
    world.clock.moveTo('2027-03-01')
    const counsellor = await signedIn(world, COUNSELLOR)
    const page = await read(await counsellor.open(schoolYear.loader, at(OWN)))
    expect(page).toMatchObject({ isDue: false, coming: [{ isMine: false }] })
    const other = await signedIn(world, 'school-180103@beispiel.example')
    expect((await other.open(schoolYear.loader, at(OWN))).status).toBe(403)
    const elsewhere = await signedIn(world, 'counsellor-bor@beispiel.example')
    expect((await elsewhere.open(schoolYear.loader, at(OWN))).status).toBe(404)
    expect((await stranger(world).open(schoolYear.loader, at(OWN))).status).toBe(303)
  })
})

test('regular places are entered with the children who sit there, classes and days', async () => {
  const owner = await signedIn(world, 'owner-dn@beispiel.example')
  const where = { path: '/schulen/180101', params: { number: '180101' } }
  const fields = {
    ...{ intent: 'add', schoolNumber: '180101', schoolYear: '2026', kind: 'regular' },
    ...{ gradeFrom: '5', gradeTo: '5', seats: '116', others: '110', classes: '4' },
    ...{ reason: 'rooms', validFrom: '2026-11-20', validTo: '2027-01-31' },
  }
  const support = await owner.send(school.action, where, { ...fields, kind: 'support' })
  expect(support.status).toBe(422)
  expect(Object.keys((await support.json()).errors)).toEqual(['others', 'classes'])
  expect((await owner.send(school.action, where, fields)).status).toBe(303)
  world.clock.moveTo('2026-11-20')
  const page = await read(
    await (await signedIn(world, 'owner-dn@beispiel.example')).open(school.loader, where),
  )
  // decided until January only: no child that stays is promised one of them
  expect(page.seats.pools).toMatchObject([
    {
      decided: 116,
      lasting: 0,
      others: 110,
      classes: 4,
      free: 0,
      hint: { perClass: 29, why: 'at_limit' },
    },
  ])
  expect(page.seats.decisions).toMatchObject([{ validFrom: '2026-11-20', validTo: '2027-01-31' }])
  expect(page.seats.band).toMatchObject({ from: 25, to: 29, grades: { from: 5, to: 10 } })
})
