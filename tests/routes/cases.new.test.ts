import { describe, expect, test } from 'vitest'
import type { Answer } from '#app/http/respond.server.ts'
import type { RegisterPage } from '#app/presenters/register-page.server.ts'
import { action, loader } from '#app/routes/cases.new.tsx'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { CENTRES, makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const PATH = '/faelle/neu'

/** What a browser sends for a child whose form is filled in. */
const FILLED = {
  givenNames: 'Daryna',
  familyName: 'Kovalenko',
  originalGiven: 'Дарина',
  originalFamily: 'Коваленко',
  birthDay: '3',
  birthMonth: '4',
  birthYear: '2015',
  birthPrecision: 'day',
  sex: 'w',
  language: 'uk',
  nationality: '166',
  arrivalMonth: '09.2026',
  guardian1Name: 'Olena Kovalenko',
  guardian1Role: 'mother',
  guardian2Name: '',
  guardian2Role: '',
  street: 'Rurstraße 4',
  postcode: '52349',
  town: 'Düren',
  free: '',
  municipality: '05358008',
  phone: '0151 2345678',
  email: '',
  channel: 'phone',
  registeredOn: '2026-11-09',
} as const

const WAHID = { givenNames: 'Wahid', familyName: 'Noori' } as const

async function sent(world: World, fields: Readonly<Record<string, string>>) {
  const visitor = await signedIn(world, COUNSELLOR)
  return visitor.send(action, PATH, fields)
}

/** The cases a refusal shows as likely duplicates. */
async function shownIn(answer: Response): Promise<readonly string[]> {
  const text = await answer.text()
  const refusal = text === '' ? null : (JSON.parse(text) as Answer).refusal
  return refusal?.code === 'possible_duplicate' ? refusal.children.map(({ caseId }) => caseId) : []
}

async function cases({ database }: World) {
  return database.db
    .selectFrom('pupil_case')
    .select(['id', 'case_number', 'arrival_month', 'nationality', 'family_id'])
    .orderBy('id')
    .execute()
}

describe('registering on the page', () => {
  test('leads to the new case', async () => {
    const world = await makeWorld()
    const answer = await sent(world, FILLED)
    const [stored] = await cases(world)

    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/faelle/${stored?.id}`])
    expect(stored).toMatchObject({
      case_number: 'DN-2026-0001',
      arrival_month: '2026-09',
      nationality: '166',
    })
  })

  test('says at each field what is missing, and keeps what was typed', async () => {
    const world = await makeWorld()
    const answer = await sent(world, {
      ...FILLED,
      givenNames: '',
      familyName: ' ',
      originalGiven: '',
      originalFamily: '',
      birthDay: '31',
      birthMonth: '2',
      sex: '',
      language: 'xx',
      arrivalMonth: '2027-01',
      postcode: '5234',
      registeredOn: '2026-11-20',
    })
    const { errors, values } = (await answer.json()) as Answer

    expect(answer.status).toBe(422)
    expect(
      Object.fromEntries(Object.entries(errors).map(([at, { message }]) => [at, message])),
    ).toEqual({
      givenNames: 'field.name_missing',
      birthDay: 'field.birth_date_invalid',
      sex: 'field.choose',
      language: 'field.choose',
      arrivalMonth: 'field.date_future',
      postcode: 'field.postcode_invalid',
      registeredOn: 'field.date_future',
    })
    expect(values).toMatchObject({ street: 'Rurstraße 4', birthDay: '31' })
    expect(await cases(world)).toEqual([])
  })

  test.each([
    ['nobody can be reached', { phone: '', street: '', free: '' }, 'phone'],
    ['somebody without a role', { guardian2Name: 'Ivan', guardian2Role: '' }, 'guardian2Role'],
    ['a mail address that is none', { email: 'olena' }, 'email'],
    ['31 February', { birthDay: '31', birthMonth: '2' }, 'birthDay'],
    ['a birth date without a year', { birthYear: '' }, 'birthYear'],
    ['no birth date', { birthDay: '', birthMonth: '', birthYear: '' }, 'birthYear'],
    ['a birth date in the future', { birthYear: '2027' }, 'birthYear'],
    ['a grown-up', { birthYear: '1984' }, 'birthYear'],
    ['a month that is none', { birthMonth: '13' }, 'birthMonth'],
    ['no Gemeinde', { municipality: '' }, 'municipality'],
    ['an unknown nationality', { nationality: '1' }, 'nationality'],
    ['a line break in the street', { street: 'a\nb' }, 'street'],
  ])('refuses %s', async (_what, fields, at) => {
    const world = await makeWorld()
    const answer = await sent(world, { ...FILLED, ...fields })

    expect(answer.status).toBe(422)
    expect(Object.keys(((await answer.json()) as Answer).errors)).toEqual([at])
  })

  test('where only a year is known, a year is enough; no fixed abode is an address', async () => {
    const world = await makeWorld()
    const answer = await sent(world, {
      ...FILLED,
      ...{
        birthDay: '',
        birthMonth: '',
        birthPrecision: 'unknown',
        street: '',
        phone: '',
        free: 'o. f. W.',
      },
    })

    const [stored] = await cases(world)
    const { id: centreId } = CENTRES.DN
    const { child_id } = await world.database.db
      .selectFrom('pupil_case')
      .select('child_id')
      .executeTakeFirstOrThrow()

    expect([answer.status, stored?.case_number]).toEqual([303, 'DN-2026-0001'])
    expect(world.names.index.nameOf(centreId, child_id)?.birthDate).toEqual({
      precision: 'year',
      date: '2015-01-01',
    })
  })

  test('shows a likely duplicate with what was typed; a person decides', async () => {
    const world = await makeWorld()
    const first = await registered(world)
    const again = { ...FILLED, givenNames: 'Darina', originalGiven: '', originalFamily: '' }
    const asked = await sent(world, again)
    const { refusal, values } = (await asked.json()) as Answer
    const decided = await sent(world, { ...again, confirmed: first })

    expect(asked.status).toBe(409)
    expect(refusal).toMatchObject({ code: 'possible_duplicate', children: [{ caseId: first }] })
    expect(values).toMatchObject({ givenNames: 'Darina', phone: '0151 2345678' })
    expect(decided.status).toBe(303)
    expect(await cases(world)).toHaveLength(2)
  })

  test('the answer is for those who were shown: edited, the child is compared anew', async () => {
    const world = await makeWorld()
    const [daryna, wahid] = [await registered(world), await registered(world, { child: WAHID })]
    const edited = { ...FILLED, ...WAHID, originalGiven: '', originalFamily: '' }
    const asked = await sent(world, { ...edited, confirmed: daryna })
    const decided = await sent(world, { ...edited, confirmed: `${daryna} ${wahid}` })

    expect(asked.status).toBe(409)
    expect(await shownIn(asked)).toEqual([wahid])
    expect(decided.status).toBe(303)
  })

  test('a child registered meanwhile is shown; ids nobody was shown answer nothing', async () => {
    const world = await makeWorld()
    const first = await registered(world)
    const meanwhile = await registered(world, { child: { givenNames: 'Darina' } })
    const asked = await sent(world, { ...FILLED, confirmed: first })
    const madeUp = await sent(world, { ...FILLED, confirmed: 'ja case-0 0' })

    expect([asked.status, await shownIn(asked)]).toEqual([409, [meanwhile]])
    expect([madeUp.status, await shownIn(madeUp)]).toEqual([409, [first, meanwhile]])
    expect(await cases(world)).toHaveLength(2)
  })

  test('of more than five the next are shown once the first are answered', async () => {
    const world = await makeWorld()
    const all: string[] = []
    for (let at = 0; at < 7; at += 1) all.push(await registered(world))
    const first = await shownIn(await sent(world, FILLED))
    const next = await shownIn(await sent(world, { ...FILLED, confirmed: first.join(' ') }))
    const decided = await sent(world, { ...FILLED, confirmed: [...first, ...next].join(' ') })

    expect([first.length, next.length, decided.status]).toEqual([5, 2, 303])
    expect([...first, ...next].sort()).toEqual(all.sort())
  })

  test('a brother joins the family; the look at his sister is written down', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const visitor = await signedIn(world, COUNSELLOR)
    const opened = await visitor.open(loader, `${PATH}?geschwister=${sister}`)
    const page = (await opened.json()) as RegisterPage
    const answer = await visitor.send(action, PATH, {
      ...{ givenNames: 'Maksym', familyName: 'Kovalenko', siblingOf: sister },
      ...{ birthYear: '2018', sex: 'm', language: 'uk', registeredOn: '2026-11-19' },
      municipality: page.sibling?.municipality ?? '',
    })
    const families = (await cases(world)).map(({ family_id }) => family_id)
    const looks = await world.database.db
      .selectFrom('audit_entry')
      .select('facts')
      .where('event', '=', 'case_viewed')
      .execute()

    expect(page.sibling).toMatchObject({ name: 'Daryna Kovalenko', language: 'uk' })
    expect(answer.status).toBe(303)
    expect(new Set(families).size).toBe(1)
    expect(looks.map(({ facts }) => facts)).toEqual([`{"page":"register","caseId":"${sister}"}`])
  })
})

describe('a brother or sister while the names are read in', () => {
  const openedWith = async (names: World['names'], world: World, sister: string) => {
    const visitor = await signedIn({ ...world, names }, COUNSELLOR)
    return visitor.open(loader, `${PATH}?geschwister=${sister}`)
  }

  test('is named: the page waits for the names', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const feed = nameIndexFeed(world.database, world.keys)
    const whenFull: typeof feed.whenFull = (timeoutMs) => {
      feed.start()
      return feed.whenFull(timeoutMs)
    }
    const names = { ...feed, whenFull }
    const page = (await (await openedWith(names, world, sister)).json()) as RegisterPage
    expect(page.sibling?.name).toBe('Daryna Kovalenko')
  })

  test('cannot be named in time: the page says so, and nobody has looked', async () => {
    const world = await makeWorld()
    const sister = await registered(world)
    const answer = await openedWith({ ...world.names, whenFull: async () => false }, world, sister)
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { refusal: { code: 'index_filling' } },
    ])
    const looks = world.database.db.selectFrom('audit_entry').where('event', '=', 'case_viewed')
    expect(await looks.selectAll().execute()).toEqual([])
  })
})

describe('the form of a Meldung', () => {
  test('offers the Gemeinden of the own centre', async () => {
    const world = await makeWorld()
    const visitor = await signedIn(world, COUNSELLOR)
    const page = (await (await visitor.open(loader, PATH)).json()) as RegisterPage

    expect(page).toMatchObject({ today: '2026-11-19', sibling: null })
    expect(page.municipalities).toHaveLength(15)
    expect(page.municipalities.every(({ key }) => key.startsWith('05358'))).toBe(true)
  })

  test('is closed to strangers, schools and forms of others; a case elsewhere is not there', async () => {
    const world = await makeWorld()
    const case1 = await registered(world)
    const school = await signedIn(world, 'school-180101@beispiel.example')
    const borken = await signedIn(world, 'counsellor-bor@beispiel.example')
    const counsellor = await signedIn(world, COUNSELLOR)

    expect((await stranger(world).open(loader, PATH)).status).toBe(303)
    expect((await school.open(loader, PATH)).status).toBe(403)
    expect((await school.send(action, PATH, FILLED)).status).toBe(403)
    expect((await borken.open(loader, `${PATH}?geschwister=${case1}`)).status).toBe(404)
    expect((await counsellor.send(action, PATH, { ...FILLED, _csrf: 'x' })).status).toBe(403)
  })
})
