import { describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import * as appointmentRoute from '#app/routes/case.appointment.tsx'
import * as followUpRoute from '#app/routes/case.follow-up.tsx'
import * as interviewRoute from '#app/routes/case.interview.tsx'
import * as trailRoute from '#app/routes/case.trail.tsx'
import * as caseRoute from '#app/routes/case.tsx'
import {
  admit,
  appoint,
  assign,
  counsel,
  propose,
  seatsAt,
  start,
  versionOf,
  withdraw,
} from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger, type Visitor } from './visitor.ts'

const SCHOOL = '180101' as SchoolNumber
const COUNSELLOR = 'counsellor-dn@beispiel.example'

const at = (caseId: CaseId, part = '') => ({
  path: `/faelle/${caseId}${part}`,
  params: { id: caseId },
})

async function registeredCase(): Promise<{
  readonly world: World
  readonly caseId: CaseId
  readonly counsellor: Visitor
}> {
  const world = await makeWorld()
  const caseId = await registered(world)
  return { world, caseId, counsellor: await signedIn(world, COUNSELLOR) }
}

async function proposed(world: World, caseId: CaseId) {
  const walker = { caseId, centre: 'DN' } as const
  await seatsAt(world, SCHOOL, 2)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
  return walker
}

async function reads({ database }: World, caseId: CaseId) {
  const rows = await database.db
    .selectFrom('audit_entry')
    .innerJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
    .select(['audit_entry.facts', 'audit_entry.role'])
    .where('audit_entry.event', '=', 'case_viewed')
    .where('audit_case.case_id', '=', caseId)
    .orderBy('audit_entry.id')
    .execute()
  return rows.map(({ facts, role }) => [JSON.parse(facts).page, role])
}

function stageOf({ database }: World, caseId: CaseId) {
  return database.db
    .selectFrom('pupil_case')
    .select('stage')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
    .then(({ stage }) => stage)
}

const LOADERS = {
  '': caseRoute.loader,
  '/termin': appointmentRoute.loader,
  '/beratung': interviewRoute.loader,
  '/begleitung': followUpRoute.loader,
  '/verlauf': trailRoute.loader,
}
const PARTS = Object.keys(LOADERS) as (keyof typeof LOADERS)[]

describe('every page of a case', () => {
  test.each(PARTS)('/faelle/:id%s sends strangers to the sign-in', async (part) => {
    const { world, caseId } = await registeredCase()
    const answer = await stranger(world).open(LOADERS[part], at(caseId, part))

    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(/^\/anmelden\?zurueck=/)
    expect(await reads(world, caseId)).toEqual([])
  })

  test.each(PARTS)(
    '/faelle/:id%s shows the counsellor the case and leaves a trace',
    async (part) => {
      const { world, caseId, counsellor } = await registeredCase()
      const answer = await counsellor.open(LOADERS[part], at(caseId, part))

      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('Daryna Kovalenko')
      expect(await reads(world, caseId)).toHaveLength(1)
    },
  )

  test.each(PARTS)(
    '/faelle/:id%s is not there for another centre and for a school',
    async (part) => {
      const { world, caseId } = await registeredCase()
      for (const email of [
        'counsellor-bor@beispiel.example',
        `school-${SCHOOL}@beispiel.example`,
      ]) {
        const visitor = await signedIn(world, email)
        const answer = await visitor.open(LOADERS[part], at(caseId, part))
        expect(answer.status).toBe(404)
        expect(await answer.text()).not.toContain('Kovalenko')
      }
      expect(await reads(world, caseId)).toEqual([])
    },
  )

  test.each(PARTS)('/faelle/:id%s shows nothing when the trace cannot be written', async (part) => {
    const { world, caseId, counsellor } = await registeredCase()
    await world.database.write((tx) => tx.schema.dropTable('audit_case').execute())
    await expect(counsellor.open(LOADERS[part], at(caseId, part))).rejects.toThrow(/audit_case/)
  })
})

describe('/faelle/:id', () => {
  test('shows where the case stands, the next step and the history with its reasons', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    await withdraw(world, {
      ...(await proposed(world, caseId)),
      texts: { place: '', wishNote: '', advice: '', sentence: 'Umzug nach Jülich', className: '' },
    })
    const file = await (await counsellor.open(caseRoute.loader, at(caseId))).json()

    expect(file).toMatchObject({
      caseNumber: 'DN-2026-0001',
      municipality: 'Düren',
      stage: 'waiting',
      next: { step: 'propose_school', waitsFor: 'us' },
      recommendation: { form: '15', grade: 7 },
      family: { address: 'Rurstraße 4, 52349 Düren', contact: { phone: '0151 2345678' } },
      may: { withdraw: false, printSlip: true },
    })
    expect(file.history.entries[0]).toMatchObject({
      event: 'proposal_withdrawn',
      who: 'Amira Brandt',
      role: 'counsellor',
      reasonCode: 'family_wish',
      sentence: 'Umzug nach Jülich',
    })
    expect(await reads(world, caseId)).toEqual([['case', 'counsellor']])
  })

  test('with an address lock in the family, neither town nor address is sent', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const open = await (await counsellor.open(caseRoute.loader, at(caseId))).text()
    expect(open).toContain('Rurstraße')
    expect(open).toContain('Düren')

    const brother = await registered(world, {
      child: { givenNames: 'Bohdan', familyName: 'Kovalenko', addressLock: true },
      family: { kind: 'of_sibling', caseId },
    })
    for (const id of [caseId, brother]) {
      const answer = await counsellor.open(caseRoute.loader, at(id))
      const text = await answer.text()
      expect(text).toContain('Kovalenko')
      expect(text).toContain('"isLocked":true')
      for (const secret of ['Rurstraße', 'Düren', '52349']) expect(text).not.toContain(secret)
    }
  })

  test('names brothers and sisters, and their school unless there is a lock', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const walker = await proposed(world, caseId)
    await assign(world, walker)
    const sister = await registered(world, {
      child: { givenNames: 'Zlata', familyName: 'Kovalenko' },
      family: { kind: 'of_sibling', caseId },
    })
    const file = await (await counsellor.open(caseRoute.loader, at(sister))).json()
    expect(file.siblings).toMatchObject([
      { caseId, name: 'Daryna', stage: 'assigned', hasSchool: true, grade: 7 },
    ])
    expect(file.siblings[0].school).toContain('Gesamtschule Am Beispielweg')
    expect(await reads(world, caseId)).toEqual([['case', 'counsellor']])
    const trail = await counsellor.open(trailRoute.loader, at(caseId, '/verlauf'))
    const [ownLook, sistersPage] = (await trail.json()).entries
    expect(ownLook).toMatchObject({ event: 'case_viewed', facts: { page: 'trail' } })
    expect(sistersPage).toMatchObject({
      event: 'case_viewed',
      facts: { page: 'case', caseId: sister },
    })
  })

  test('sends school, authority and auditor to their own page of it', async () => {
    const { world, caseId } = await registeredCase()
    await proposed(world, caseId)
    const places = {
      [`school-${SCHOOL}@beispiel.example`]: 'aufnahme',
      'authority-dn@beispiel.example': 'zuweisung',
      'auditor-dn@beispiel.example': 'verlauf',
    }
    for (const [email, part] of Object.entries(places)) {
      const visitor = await signedIn(world, email)
      const answer = await visitor.open(caseRoute.loader, at(caseId))
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `/faelle/${caseId}/${part}`,
      ])
    }
    expect(await reads(world, caseId)).toEqual([])
  })

  test('takes a proposal back; without a sentence it says so and keeps what was typed', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    await proposed(world, caseId)
    const version = String(await versionOf(world, caseId))
    const fields = { version, reason: 'other' }

    const invalid = await counsellor.send(caseRoute.action, at(caseId), fields)
    expect(invalid.status).toBe(422)
    expect(await invalid.json()).toMatchObject({
      values: { reason: 'other' },
      errors: { sentence: { message: 'field.reason_required' } },
    })
    const sentence = 'Die Familie ist umgezogen.'
    const stale = { ...fields, sentence, version: '1' }
    expect((await counsellor.send(caseRoute.action, at(caseId), stale)).status).toBe(409)
    const done = await counsellor.send(caseRoute.action, at(caseId), { ...fields, sentence })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/faelle/${caseId}`])
    expect(await stageOf(world, caseId)).toBe('waiting')
  })

  test('reads the file with few statements, however many cases there are', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const statements = countStatements(world)
    await counsellor.open(caseRoute.loader, at(caseId))
    expect(statements()).toBeLessThanOrEqual(12)
    expect(statements()).toBeGreaterThan(5)
  })
})

/** Counts what the world's reader is asked, by watching its executor. */
function countStatements(world: World): () => number {
  const executor = world.database.db.getExecutor()
  const original = executor.executeQuery.bind(executor)
  let count = 0
  executor.executeQuery = ((...args: Parameters<typeof original>) => {
    count += 1
    return original(...args)
  }) as typeof executor.executeQuery
  return () => count
}

describe('/faelle/:id/termin', () => {
  const fields = {
    intent: 'book',
    version: '1',
    date: '24.11.2026',
    time: '9.30',
    durationMinutes: '45',
    mode: 'on_site',
    place: 'Raum 214',
  }

  test('books, shows the booking, and says when nobody came', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const visit = at(caseId, '/termin')
    const done = await counsellor.send(appointmentRoute.action, visit, fields)
    expect(done.status).toBe(303)

    const page = await (await counsellor.open(appointmentRoute.loader, visit)).json()
    expect(page.planned).toMatchObject({
      startsAt: '2026-11-24T08:30:00.000Z',
      durationMinutes: 45,
      place: 'Raum 214',
    })
    expect(page.canMarkMissed).toBe(false)
    const missed = { intent: 'missed', version: '2' }
    expect((await counsellor.send(appointmentRoute.action, visit, missed)).status).toBe(409)
    world.clock.moveTo('2026-11-24')
    const later = await signedIn(world, COUNSELLOR)
    const again = { ...missed, _idem: 'another form' }
    expect((await later.send(appointmentRoute.action, visit, again)).status).toBe(303)
    expect(await stageOf(world, caseId)).toBe('missed')
  })

  test.each([
    [{ date: '' }, 'date'],
    [{ date: '31.02.2027' }, 'date'],
    [{ time: 'vormittags' }, 'time'],
    [{ durationMinutes: 'eine Stunde' }, 'durationMinutes'],
    [{ place: ' ' }, 'place'],
    [{ mode: 'per Brief' }, 'mode'],
  ])('says what is wrong with %j at its field and keeps the rest', async (change, field) => {
    const { world, caseId, counsellor } = await registeredCase()
    const answer = await counsellor.send(appointmentRoute.action, at(caseId, '/termin'), {
      ...fields,
      ...change,
    })
    expect(answer.status).toBe(422)
    const { errors, values } = await answer.json()
    expect(Object.keys(errors)).toEqual([field])
    expect(values).toMatchObject({ ...fields, ...change })
    expect(await stageOf(world, caseId)).toBe('registered')
  })

  test('a sister who comes along is ticked, also when the time was refused', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const sister = await registered(world, {
      child: { givenNames: 'Zlata', familyName: 'Kovalenko' },
      family: { kind: 'of_sibling', caseId },
    })
    const visit = at(caseId, '/termin')
    const page = await (await counsellor.open(appointmentRoute.loader, visit)).json()
    expect(page.siblings).toEqual([{ caseId: sister, name: 'Zlata', stage: 'registered' }])
    expect(await reads(world, sister)).toEqual([['appointment', 'counsellor']])

    const both = { ...fields, 'alsoFor[]': sister }
    const sunday = { ...both, date: '22.11.2026' }
    const refused = await counsellor.send(appointmentRoute.action, visit, sunday)
    expect(await refused.json()).toMatchObject({
      refusal: { code: 'appointment_time_unlikely' },
      values: { alsoFor: [sister] },
    })
    await counsellor.send(appointmentRoute.action, visit, both)
    expect(await stageOf(world, sister)).toBe('appointed')
  })

  test('a form of another session is refused', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const forged = { ...fields, _csrf: 'forged' }
    const answer = await counsellor.send(appointmentRoute.action, at(caseId, '/termin'), forged)
    expect(answer.status).toBe(403)
    expect(await stageOf(world, caseId)).toBe('registered')
  })
})

describe('/faelle/:id/beratung', () => {
  const topic = (caseId: CaseId, thema: string) => at(caseId, `/beratung?thema=${thema}`)

  test('goes topic by topic, checks the answers and finishes', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const steps = [
      [
        'sprachen',
        { 'languages.0.language': 'uk', 'languages.1.language': '', latinLiteracy: 'partly' },
      ],
      ['schulbesuch', { never: 'ja', 'schooling.0.country': '' }],
      ['geschwister', { 'siblings.0.schoolNumber': SCHOOL }],
      ['wunsch', { 'schools.0.schoolNumber': SCHOOL, 'forms[]': '15', note: '' }],
      ['empfehlung', { form: '15', grade: '6', reason: 'Gute Noten' }],
    ] as const
    const next = ['schulbesuch', 'geschwister', 'wunsch', 'empfehlung', 'pruefen']
    for (const [index, [thema, answers]] of steps.entries()) {
      const fields = { version: String(index), intent: 'next', ...answers }
      const saved = await counsellor.send(interviewRoute.action, topic(caseId, thema), fields)
      expect([thema, saved.status, saved.headers.get('location')]).toEqual([
        thema,
        303,
        `/faelle/${caseId}/beratung?thema=${next[index]}`,
      ])
    }
    const check = topic(caseId, 'pruefen')
    const page = await (await counsellor.open(interviewRoute.loader, check)).json()
    expect(page.missing).toEqual([{ topic: 'languages', field: 'german_level' }])
    const finish = { version: '1', interviewVersion: '5', on: '2026-11-18' }
    const early = await counsellor.send(interviewRoute.action, check, finish)
    expect([early.status, (await early.json()).refusal.code]).toEqual([422, 'interview_incomplete'])

    const level = { version: '5', intent: 'leave', 'languages.0.language': 'uk' }
    const left = await counsellor.send(interviewRoute.action, topic(caseId, 'sprachen'), {
      ...level,
      latinLiteracy: 'partly',
      germanLevel: 'A1',
    })
    expect(left.headers.get('location')).toBe(`/faelle/${caseId}`)
    const done = await counsellor.send(interviewRoute.action, check, {
      ...finish,
      interviewVersion: '6',
    })
    expect([done.status, done.headers.get('location')]).toEqual([303, `/faelle/${caseId}`])
    expect(await stageOf(world, caseId)).toBe('waiting')
    const closed = await (await counsellor.open(interviewRoute.loader, check)).json()
    expect(closed).toMatchObject({ canEdit: false, counselledOn: '2026-11-18' })
  })

  test('rows are added and taken away without saving, what was typed stays', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const visit = topic(caseId, 'schulbesuch')
    const typed = { version: '0', 'schooling.0.country': 'UA', 'schooling.0.fromYear': '2021' }
    const more = await counsellor.send(interviewRoute.action, visit, {
      ...typed,
      intent: 'add_row',
    })
    expect(more.status).toBe(200)
    expect((await more.json()).values.schooling).toEqual([{ country: 'UA', fromYear: '2021' }, {}])

    const fewer = await counsellor.send(interviewRoute.action, visit, {
      ...typed,
      'schooling.1.country': 'PL',
      intent: 'remove_row.0',
    })
    expect((await fewer.json()).values.schooling).toEqual([{ country: 'PL' }])
    expect(await world.database.db.selectFrom('interview').selectAll().execute()).toEqual([])
  })

  test.each([
    ['sprachen', { 'languages.0.language': 'xx' }, 'languages.0.language'],
    ['schulbesuch', { 'schooling.0.country': 'UA' }, 'schooling.0.fromYear'],
    ['schulbesuch', { never: 'ja', ...row('UA', '2021', '2022', '2') }, 'never'],
    ['geschwister', { none: 'ja', 'siblings.0.schoolNumber': SCHOOL }, 'none'],
    ['wunsch', { none: 'ja', note: 'nahe bei uns' }, 'none'],
    ['empfehlung', { grade: '14' }, 'grade'],
  ])('%s: %j is said at %s', async (thema, fields, field) => {
    const { caseId, counsellor } = await registeredCase()
    const answer = await counsellor.send(interviewRoute.action, topic(caseId, thema), {
      version: '0',
      intent: 'next',
      ...fields,
    })
    expect(answer.status).toBe(422)
    expect(Object.keys((await answer.json()).errors)).toContain(field)
  })

  test('who was slower is told, and keeps what was typed', async () => {
    const { caseId, counsellor } = await registeredCase()
    const visit = topic(caseId, 'empfehlung')
    const fields = { version: '0', intent: 'next', grade: '6', reason: 'Erste Fassung' }
    await counsellor.send(interviewRoute.action, visit, fields)
    const late = await counsellor.send(interviewRoute.action, visit, {
      ...fields,
      reason: 'Zweite Fassung',
    })
    expect([late.status, await late.json()]).toMatchObject([
      409,
      { refusal: { code: 'stale_case' }, values: { reason: 'Zweite Fassung' } },
    ])
  })
})

function row(country: string, fromYear: string, toYear: string, years: string) {
  const cells = { country, fromYear, toYear, years }
  return Object.fromEntries(
    Object.entries(cells).map(([name, value]) => [`schooling.0.${name}`, value]),
  )
}

describe('/faelle/:id/begleitung', () => {
  test('says when language support ends and by which unchecked rule; records a review', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    const visit = at(caseId, '/begleitung')
    const before = await (await counsellor.open(followUpRoute.loader, visit)).json()
    expect(before).toMatchObject({ followUp: null, canRecord: false })

    const walker = await proposed(world, caseId)
    await assign(world, walker)
    await admit(world, walker, SCHOOL)
    await start(world, walker, SCHOOL)
    const page = await (await counsellor.open(followUpRoute.loader, visit)).json()
    expect(page.followUp).toMatchObject({
      firstDay: '2026-11-19',
      literacy: 'no',
      support: {
        endsOn: '2029-11-19',
        months: 36,
        alertsOn: ['2029-05-19', '2029-08-19'],
        source: { citation: 'BASS 13-63 Nr. 3', checkedOn: null },
      },
      nextReviewOn: '2027-01-31',
    })

    const fields = { version: String(page.version), on: '2026-11-19', gerLevel: 'A1', b1: 'nein' }
    const invalid = await counsellor.send(followUpRoute.action, visit, { ...fields, gerLevel: '' })
    expect([invalid.status, Object.keys((await invalid.json()).errors)]).toEqual([
      422,
      ['gerLevel'],
    ])
    const done = await counsellor.send(followUpRoute.action, visit, fields)
    expect(done.headers.get('location')).toBe(`/faelle/${caseId}/begleitung`)
    const after = await (await counsellor.open(followUpRoute.loader, visit)).json()
    expect(after.reviews).toMatchObject([{ on: '2026-11-19', gerLevel: 'A1', b1: false }])
  })
})

describe('/faelle/:id/verlauf', () => {
  test('shows every access newest first, its own reading on top', async () => {
    const { world, caseId, counsellor } = await registeredCase()
    await appoint(world, { caseId, centre: 'DN' })
    await counsellor.open(caseRoute.loader, at(caseId))
    const visit = at(caseId, '/verlauf')
    const shown = await (await counsellor.open(trailRoute.loader, visit)).json()

    expect(shown.entries.map(({ event }: { event: string }) => event)).toEqual([
      'case_viewed',
      'case_viewed',
      'family_appointed',
      'case_registered',
    ])
    expect(shown.entries[0].facts).toMatchObject({ page: 'trail' })
    expect(shown.entries[1].facts).toMatchObject({ page: 'case' })
    expect(shown.entries[2]).toMatchObject({
      who: 'Amira Brandt',
      role: 'counsellor',
      at: '2026-11-19T09:00:00.000Z',
      facts: { on: '2026-11-24' },
    })
  })

  test('an auditor sees the case number and no name', async () => {
    const { world, caseId } = await registeredCase()
    const auditor = await signedIn(world, 'auditor-dn@beispiel.example')
    const text = await (await auditor.open(trailRoute.loader, at(caseId, '/verlauf'))).text()

    expect(text).toContain('DN-2026-0001')
    expect(text).not.toContain('Kovalenko')
    expect(await reads(world, caseId)).toEqual([['trail', 'auditor']])
    for (const part of ['/termin', '/beratung', '/begleitung'] as const) {
      expect((await auditor.open(LOADERS[part], at(caseId, part))).status).toBe(403)
    }
  })

  test('twenty-five a page, each entry once, though every page looked at adds one', async () => {
    const { caseId, counsellor } = await registeredCase()
    for (let times = 0; times < 55; times += 1) await counsellor.open(caseRoute.loader, at(caseId))
    const open = async (query: string) =>
      (await counsellor.open(trailRoute.loader, at(caseId, `/verlauf${query}`))).json()

    const first = await open('')
    const second = await open(`?vor=${first.olderThan}`)
    const third = await open(`?vor=${second.olderThan}`)
    const pages = [first, second, third]
    // the Meldung, 55 looks, and the first of these pages; the others stand above it
    expect(pages.map(({ entries }) => entries.length)).toEqual([25, 25, 7])
    expect(pages.map(({ isNewest }) => isNewest)).toEqual([true, false, false])
    expect(third.olderThan).toBeNull()
    const ids = pages.flatMap(({ entries }) => entries.map(({ id }: { id: string }) => id))
    expect(new Set(ids).size).toBe(57)
  })
})
