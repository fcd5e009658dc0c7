import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AssignedBy } from '#app/domain/centre/centre.ts'
import type { CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { wasText } from '#app/forms/both-versions.ts'
import { poolAnswers } from '#app/forms/seats.ts'
import * as authorityDesk from '#app/routes/authority-desk.tsx'
import * as admission from '#app/routes/case.admission.tsx'
import * as assignment from '#app/routes/case.assignment.tsx'
import * as caseFile from '#app/routes/case.tsx'
import * as schoolDesk from '#app/routes/school-desk.tsx'
import * as workList from '#app/routes/work-list.tsx'
import { admit, assign, counsel, propose, seatsAt, versionOf } from '#tests/promises/steps.ts'
import { poolRow } from '#tests/setup/pool-row.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, stranger } from './visitor.ts'
import { withoutScript } from './without-script.ts'

const SCHOOL = '180101' as SchoolNumber
const SCHOOL_EMAIL = 'school-180101@beispiel.example'
const AUTHORITY_EMAIL = 'authority-dn@beispiel.example'

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

async function proposed(child: Parameters<typeof registered>[1] = {}): Promise<CaseId> {
  await seatsAt(world, SCHOOL, 2)
  const caseId = await registered(world, child)
  await counsel(world, { caseId, centre: 'DN' })
  await propose(world, { caseId, centre: 'DN' }, SCHOOL)
  return caseId
}

const assignedBy = (who: AssignedBy) =>
  world.database.write((tx) => tx.updateTable('centre').set({ assigned_by: who }).execute())

function stepOf({ next, waitsFor }: { readonly next?: string; readonly waitsFor?: string }) {
  return [next, waitsFor]
}

const at = (caseId: CaseId, part: 'aufnahme' | 'zuweisung') => ({
  path: `/faelle/${caseId}/${part}`,
  params: { id: caseId },
})

async function stageOf(caseId: CaseId) {
  const { stage } = await world.database.db
    .selectFrom('pupil_case')
    .select('stage')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  return stage
}

/** What the trail says that a role has seen of a case. */
async function seen(caseId: CaseId, role: string) {
  const rows = await world.database.db
    .selectFrom('audit_case')
    .innerJoin('audit_entry', 'audit_entry.id', 'audit_case.entry_id')
    .select(['audit_entry.event', 'audit_entry.facts'])
    .where('audit_case.case_id', '=', caseId)
    .where('audit_entry.role', '=', role)
    .orderBy('audit_entry.id')
    .execute()
  return rows.map(({ event, facts }) => {
    const { page, list } = JSON.parse(facts)
    return `${event} ${page ?? list ?? ''}`.trim()
  })
}

function looksAtLists() {
  return world.database.db
    .selectFrom('audit_entry')
    .select('id')
    .where('event', '=', 'list_viewed')
    .execute()
}

describe('the desk of a school', () => {
  test('shows what is to be answered, and the trail says who saw whom', async () => {
    const caseId = await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const answer = await school.open(schoolDesk.loader, '/schultisch')
    const desk = await answer.json()
    expect(desk.rows).toMatchObject([
      { caseId, asks: 'proposal', grade: 7, dueOn: '2026-11-26', daysLeft: 7, hasSaidYes: false },
    ])
    expect(desk.seats.pools).toMatchObject([{ decided: 2, held: 1, taken: 0, free: 1 }])
    expect(await seen(caseId, 'school')).toEqual(['list_viewed school_desk'])
  })

  test('is empty for the school of another place, and for a proposal that has run out', async () => {
    await proposed()
    const other = await signedIn(world, 'school-180103@beispiel.example')
    expect((await (await other.open(schoolDesk.loader, '/schultisch')).json()).rows).toEqual([])
    // no child was on it: there is nobody to write down (the first test of this desk is the control)
    expect(await looksAtLists()).toEqual([])
    world.clock.passDays(8)
    const own = await signedIn(world, SCHOOL_EMAIL)
    expect((await (await own.open(schoolDesk.loader, '/schultisch')).json()).rows).toEqual([])
  })

  test('takes new seats, keeps what was typed when it cannot, and answers at the field', async () => {
    const school = await signedIn(world, SCHOOL_EMAIL)
    const fields = {
      intent: 'add',
      schoolNumber: SCHOOL,
      schoolYear: '2026',
      kind: 'support',
      gradeFrom: '5',
      gradeTo: '6',
      seats: '3',
      reason: 'rooms',
    }
    const saved = await school.send(schoolDesk.action, '/schultisch', fields)
    expect([saved.status, saved.headers.get('Location')]).toEqual([
      303,
      `/schultisch?schule=${SCHOOL}`,
    ])
    const again = await school.send(schoolDesk.action, '/schultisch', fields)
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({
      refusal: { code: 'pool_overlaps', from: 5, to: 6 },
      values: { seats: '3' },
    })
    const empty = await school.send(schoolDesk.action, '/schultisch', { ...fields, seats: 'viele' })
    expect(empty.status).toBe(422)
    expect(await empty.json()).toMatchObject({
      errors: { seats: { message: 'field.number_invalid' } },
    })
  })

  test('changes only the numbers that were changed', async () => {
    await seatsAt(world, SCHOOL, 2)
    const pool = await world.database.db
      .selectFrom('seat_pool')
      .select(['id', 'version'])
      .executeTakeFirstOrThrow()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const fields = (seats: string) => ({
      intent: 'change',
      schoolNumber: SCHOOL,
      changeReason: 'teachers',
      'pools.0.poolId': pool.id,
      'pools.0.version': String(pool.version),
      'pools.0.was': wasText(poolAnswers({ seats: 2 })),
      'pools.0.seats': seats,
    })
    const unchanged = await school.send(schoolDesk.action, '/schultisch', fields('2'))
    expect(unchanged.status).toBe(422)
    const saved = await school.send(schoolDesk.action, '/schultisch', fields('5'))
    expect(saved.status).toBe(303)
    const stale = await school.send(schoolDesk.action, '/schultisch', fields('6'))
    expect((await stale.json()).refusal).toEqual({ code: 'stale_pool', poolId: pool.id })
  })

  test('is nobody else’s', async () => {
    const nobody = await stranger(world).open(schoolDesk.loader, '/schultisch')
    expect(nobody.headers.get('Location')).toBe('/anmelden?zurueck=%2Fschultisch')
    const counsellor = await signedIn(world, 'counsellor-dn@beispiel.example')
    expect((await counsellor.open(schoolDesk.loader, '/schultisch')).status).toBe(403)
    const school = await signedIn(world, SCHOOL_EMAIL)
    const neighbour = await school.open(schoolDesk.loader, '/schultisch?schule=180103')
    expect(neighbour.status).toBe(404)
  })
})

describe('the school’s page of a case', () => {
  test('shows the transfer data and nothing of the counselling', async () => {
    const caseId = await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const answer = await school.open(admission.loader, at(caseId, 'aufnahme'))
    const page = await answer.json()
    expect(page.record).toMatchObject({
      sex: 'weiblich',
      nationality: 'Ukraine',
      language: 'Ukrainisch',
      address: 'Rurstraße 4, 52349 Düren',
      guardians: [{ name: 'Olena Kovalenko', role: 'mother' }],
      grade: 7,
      seat: 'support',
    })
    expect(Object.keys(page.record).toSorted()).toEqual([
      'address',
      'age',
      'born',
      'email',
      'grade',
      'guardians',
      'language',
      'name',
      'nationality',
      'original',
      'phone',
      'seat',
      'sex',
    ])
    expect(JSON.stringify(page)).not.toMatch(/Gute Noten|A1|literacy|wish/)
    expect(await seen(caseId, 'school')).toEqual(['case_viewed admission'])
  })

  test('hides a locked address', async () => {
    const caseId = await proposed({ child: { addressLock: true } })
    const school = await signedIn(world, SCHOOL_EMAIL)
    const text = await (await school.open(admission.loader, at(caseId, 'aufnahme'))).text()
    expect(JSON.parse(text).record.address).toBeNull()
    expect(text).not.toContain('Rurstraße')
  })

  test('walks the whole way: can admit, assigned, admitted, first day', async () => {
    const caseId = await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const send = async (fields: Readonly<Record<string, string>>) =>
      school.send(admission.action, at(caseId, 'aufnahme'), {
        version: String(await versionOf(world, caseId)),
        ...fields,
      })
    expect((await send({ intent: 'can_admit' })).headers.get('Location')).toBe('/schultisch')
    const assigned = await authority.send(authorityDesk.action, '/schulamt', {
      intent: 'assign',
      chosen: `${caseId}:${await versionOf(world, caseId)}`,
    })
    expect(assigned.status).toBe(200)
    expect((await assigned.json()).result.rows).toMatchObject([
      { child: { caseId, name: 'Daryna Kovalenko' }, refusal: null },
    ])
    expect(await stageOf(caseId)).toBe('assigned')
    const wrong = await send({ intent: 'admit', classKind: 'DF', plannedFirstDay: 'bald' })
    expect([wrong.status, (await wrong.json()).errors]).toMatchObject([
      422,
      { plannedFirstDay: { message: 'field.date_invalid' } },
    ])
    const admit = { intent: 'admit', classKind: 'DF', courseKind: 'DFG' }
    expect((await send({ ...admit, plannedFirstDay: '2026-11-23' })).status).toBe(303)
    const early = { intent: 'start', firstDay: '2026-11-23', inClass: '7b' }
    expect((await send(early)).status).toBe(422)
    world.clock.moveTo('2026-11-23')
    const later = await signedIn(world, SCHOOL_EMAIL)
    const started = await later.send(admission.action, at(caseId, 'aufnahme'), {
      intent: 'start',
      version: String(await versionOf(world, caseId)),
      firstDay: '23.11.2026',
      inClass: '7b',
    })
    expect(started.status).toBe(303)
    expect(await stageOf(caseId)).toBe('attending')
  })

  test('asks for the number of seats to be corrected, when the school declines with free ones', async () => {
    const caseId = await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const decline = async (reason: string) =>
      school.send(admission.action, at(caseId, 'aufnahme'), {
        ...{ intent: 'decline', reason, sentence: 'Die Gruppe ist voll.' },
        version: String(await versionOf(world, caseId)),
      })
    const answer = await decline('no_seat')
    const [desk = '', pool = ''] = answer.headers.get('Location')?.split('abgesagt=') ?? []
    expect([answer.status, desk]).toEqual([303, `/schultisch?schule=${SCHOOL}&`])
    const contradiction = async () =>
      (await (await school.open(schoolDesk.loader, `/schultisch?abgesagt=${pool}`)).json())
        .contradiction
    expect(await contradiction()).toEqual({
      ...{ free: 2, gradeFrom: 5, gradeTo: 10, kind: 'support' },
    })
    // corrected: nothing is left to say
    await world.database.write((tx) => tx.updateTable('seat_pool').set({ seats: 0 }).execute())
    expect(await contradiction()).toBeNull()
    await world.database.write((tx) => tx.updateTable('seat_pool').set({ seats: 2 }).execute())
    await propose(world, { caseId, centre: 'DN' }, SCHOOL)
    expect((await decline('no_support_group')).headers.get('Location')).toBe('/schultisch')
    const plain = await (await school.open(schoolDesk.loader, '/schultisch')).json()
    expect(plain.contradiction).toBeNull()
  })

  test('after 1 August it leads to where the seats of the new year are entered', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    world.clock.moveTo('2027-08-02')
    const school = await signedIn(world, SCHOOL_EMAIL)
    const answer = await school.send(admission.action, at(caseId, 'aufnahme'), {
      ...{ intent: 'report_capacity', reason: 'no_seat', sentence: 'Die Gruppe ist voll.' },
      version: String(await versionOf(world, caseId)),
    })
    const desk = answer.headers.get('Location') ?? ''
    expect([answer.status, desk]).toEqual([
      303,
      expect.stringMatching(`^/schultisch\\?schule=${SCHOOL}&abgesagt=`),
    ])
    const loaded = await school.open(schoolDesk.loader, desk)
    const { text } = await withoutScript(schoolDesk.default, { loaded })
    expect(text).toContain('Für 2027/28 sind hier noch keine Förderplätze eingetragen.')
    expect(text).toContain('wie viele es sind. Plätze für 2027/28 übernehmen')
  })

  test('asks for the class by the first day; the school corrects it afterwards', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    const school = await signedIn(world, SCHOOL_EMAIL)
    const send = async (fields: Record<string, string>) =>
      school.send(admission.action, at(caseId, 'aufnahme'), {
        version: String(await versionOf(world, caseId)),
        ...fields,
      })
    const page = async () => (await school.open(admission.loader, at(caseId, 'aufnahme'))).json()
    expect((await page()).classBefore).toEqual({
      ...{ className: null, classKind: 'DF', courseKind: 'DFG' },
    })
    const long = await send({ intent: 'admit', classKind: 'DF', className: 'die Igelklasse' })
    expect((await long.json()).errors).toMatchObject({ className: { message: 'field.too_long' } })
    const admit = { intent: 'admit', classKind: 'DF', courseKind: 'DFK', className: '' }
    expect((await send({ ...admit, plannedFirstDay: '2026-11-19' })).status).toBe(303)
    const bare = await send({ intent: 'start', firstDay: '2026-11-19', inClass: '' })
    expect((await bare.json()).errors).toMatchObject({ inClass: { message: 'field.required' } })
    expect((await send({ intent: 'start', firstDay: '2026-11-19', inClass: ' 5b ' })).status).toBe(
      303,
    )
    expect((await page()).schoolClass).toEqual({
      ...{ className: '5b', classKind: 'DF', courseKind: 'DFK' },
    })
    // a child that attends keeps a class with a name
    const emptied = await send({ intent: 'class', classKind: 'RK', className: ' ' })
    expect([emptied.status, (await emptied.json()).refusal]).toEqual([
      422,
      { code: 'class_not_named' },
    ])
    const corrected = await send({ intent: 'class', classKind: 'RK', className: '5c' })
    expect(corrected.headers.get('Location')).toBe('/schultisch')
    expect(await page()).toMatchObject({
      schoolClass: { className: '5c', classKind: 'RK', courseKind: null },
      firstDay: '2026-11-19',
      isFirstDayOver: false,
    })
  })

  test('says that the child has not come, once the day is over', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    await admit(world, { caseId, centre: 'DN' }, SCHOOL)
    const send = async () =>
      (await signedIn(world, SCHOOL_EMAIL)).send(admission.action, at(caseId, 'aufnahme'), {
        ...{ intent: 'not_started', version: String(await versionOf(world, caseId)) },
      })
    expect((await (await send()).json()).refusal).toEqual({
      ...{ code: 'first_day_not_over', firstDay: '2026-11-26' },
    })
    world.clock.moveTo('2026-11-27')
    const school = await signedIn(world, SCHOOL_EMAIL)
    const before = await (await school.open(admission.loader, at(caseId, 'aufnahme'))).json()
    expect(before.isFirstDayOver).toBe(true)
    expect((await send()).status).toBe(303)
    expect(await stageOf(caseId)).toBe('not_started')
  })

  test('declines with a reason and a sentence, not without', async () => {
    const caseId = await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    const version = String(await versionOf(world, caseId))
    const command = { intent: 'decline', version, reason: 'no_seat' }
    const bare = await school.send(admission.action, at(caseId, 'aufnahme'), command)
    expect([bare.status, (await bare.json()).errors]).toMatchObject([
      422,
      { sentence: { message: 'field.reason_required' } },
    ])
    const done = await school.send(admission.action, at(caseId, 'aufnahme'), {
      ...command,
      sentence: 'Die Gruppe ist voll.',
    })
    expect(done.status).toBe(303)
    expect(await stageOf(caseId)).toBe('waiting')
    expect((await school.open(admission.loader, at(caseId, 'aufnahme'))).status).toBe(404)
  })

  test('is nobody else’s', async () => {
    const caseId = await proposed()
    const visit = at(caseId, 'aufnahme')
    expect((await stranger(world).open(admission.loader, visit)).status).toBe(303)
    for (const [email, status] of [
      ['school-180103@beispiel.example', 404],
      ['school-190101@beispiel.example', 404],
      ['counsellor-bor@beispiel.example', 404],
      ['operator@beispiel.example', 404],
      ['counsellor-dn@beispiel.example', 403],
      [AUTHORITY_EMAIL, 403],
    ] as const) {
      const visitor = await signedIn(world, email)
      expect((await visitor.open(admission.loader, visit)).status).toBe(status)
    }
  })
})

describe('the desk of the authority', () => {
  test('shows the proposals with their reasons, and the trail says who saw whom', async () => {
    const caseId = await proposed()
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const desk = await (await authority.open(authorityDesk.loader, '/schulamt')).json()
    expect(desk).toMatchObject({
      total: 1,
      counts: { all: 1, overdue: 0, ends_soon: 0, said_yes: 0, at_centre: 0 },
      query: { narrow: null, page: 1, all: false },
    })
    expect(desk.rows).toMatchObject([
      {
        caseId,
        grade: 7,
        language: 'Ukrainisch',
        clock: { days: 0, target: 14 },
        proposal: {
          school: { number: SCHOOL },
          pool: { decided: 2, free: 1 },
          canAdmitAt: null,
        },
      },
    ])
    const kinds = desk.rows[0].proposal.reasons.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toContain('form_recommended')
    expect(JSON.stringify(desk)).not.toContain('Gute Noten')
    expect(await seen(caseId, 'authority')).toEqual(['list_viewed authority_desk'])
  })

  test('leaves out what has run out; assigning it all the same is refused with its sentence', async () => {
    const caseId = await proposed()
    world.clock.passDays(8)
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const desk = await (await authority.open(authorityDesk.loader, '/schulamt')).json()
    expect(desk).toMatchObject({ total: 0, rows: [] })
    const refused = await authority.send(authorityDesk.action, '/schulamt', {
      intent: 'assign',
      chosen: `${caseId}:${await versionOf(world, caseId)}`,
    })
    expect(refused.status).toBe(409)
    expect((await refused.json()).result.rows).toMatchObject([
      { child: { caseId }, refusal: { code: 'hold_expired' }, next: { number: SCHOOL } },
    ])
  })

  test('is narrowed by its address; the counts stay those of all', async () => {
    const early = await proposed()
    world.clock.passDays(4)
    const saidYes = await registered(world)
    await counsel(world, { caseId: saidYes, centre: 'DN' })
    await propose(world, { caseId: saidYes, centre: 'DN' }, SCHOOL)
    const school = await signedIn(world, SCHOOL_EMAIL)
    const version = String(await versionOf(world, saidYes))
    await school.send(admission.action, at(saidYes, 'aufnahme'), { intent: 'can_admit', version })
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const open = async (search: string) =>
      (await authority.open(authorityDesk.loader, `/schulamt${search}`)).json()
    const ids = async (search: string) =>
      (await open(search)).rows.map((row: { caseId: CaseId }) => row.caseId)
    expect(await ids('')).toEqual([early, saidYes])
    expect(await ids('?nur=vormerkung')).toEqual([early])
    expect(await ids('?nur=zusage')).toEqual([saidYes])
    expect(await ids('?nur=ueberfaellig')).toEqual([])
    const { counts, rows } = await open('?nur=vormerkung&alle=1')
    expect(counts).toEqual({ all: 2, overdue: 0, ends_soon: 1, said_yes: 1, at_centre: 0 })
    expect(rows[0].proposal.endsInDays).toBe(3)
    expect((await open('')).rows[1].proposal.endsInDays).toBeNull()
  })

  test('only shows what the centre decides, apart from the rest and without boxes', async () => {
    await assignedBy('centre')
    const caseId = await proposed()
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const open = async (search: string) =>
      (await authority.open(authorityDesk.loader, `/schulamt${search}`)).json()
    const counts = { all: 0, overdue: 0, ends_soon: 0, said_yes: 0, at_centre: 1 }
    expect(await open('')).toMatchObject({ total: 0, rows: [], counts })
    const shown = await open('?nur=zentrum')
    expect(shown).toMatchObject({ total: 1, counts, rows: [{ caseId }] })
    expect(shown.assigningCentres).toHaveLength(1)
    expect(await seen(caseId, 'authority')).toEqual(['list_viewed authority_desk'])
    const refused = await authority.send(authorityDesk.action, '/schulamt', {
      intent: 'assign',
      chosen: `${caseId}:${await versionOf(world, caseId)}`,
    })
    expect((await refused.json()).result.rows).toMatchObject([
      { refusal: { code: 'centre_assigns' }, next: null },
    ])
    expect(await stageOf(caseId)).toBe('proposed')
    // a counsellor has no such desk, whoever assigns
    const counsellor = await signedIn(world, 'colleague-dn@beispiel.example')
    const none = await counsellor.send(authorityDesk.action, '/schulamt', {
      intent: 'assign',
      chosen: `${caseId}:${await versionOf(world, caseId)}`,
    })
    expect((await none.json()).result.rows).toMatchObject([{ child: null }])
    expect(await stageOf(caseId)).toBe('proposed')
  })

  test('wants a child to be ticked, and a reason to send back', async () => {
    const caseId = await proposed()
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const none = await authority.send(authorityDesk.action, '/schulamt', { intent: 'assign' })
    expect([none.status, (await none.json()).errors]).toMatchObject([
      422,
      { chosen: { message: 'field.choose_child' } },
    ])
    const chosen = `${caseId}:${await versionOf(world, caseId)}`
    const bare = { intent: 'send_back', chosen, reason: 'other', sentence: '' }
    const unreasoned = await authority.send(authorityDesk.action, '/schulamt', bare)
    expect([unreasoned.status, await unreasoned.json()]).toMatchObject([
      422,
      { errors: { sentence: { message: 'field.reason_required' } }, values: { chosen } },
    ])
    expect(await stageOf(caseId)).toBe('proposed')
    const sentence = 'Der Bus braucht eine Stunde.'
    const sent = await authority.send(authorityDesk.action, '/schulamt', { ...bare, sentence })
    expect(sent.status).toBe(200)
    expect(await stageOf(caseId)).toBe('waiting')
  })

  test('names two other schools with their free support and regular places', async () => {
    for (const number of ['180103', '180104']) await seatsAt(world, number as SchoolNumber, 3)
    await world.database.write((tx) =>
      tx
        .insertInto('seat_pool')
        .values(
          poolRow({
            ...{ id: 'regular' as SeatPoolId, school_number: '180103' as SchoolNumber },
            ...{ grade_from: 7, grade_to: 7, kind: 'regular', seats: 4 },
          }),
        )
        .execute(),
    )
    await proposed()
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const desk = await (await authority.open(authorityDesk.loader, '/schulamt')).json()
    const { others } = desk.rows[0].proposal
    expect(others).toHaveLength(2)
    expect(others).toContainEqual({
      number: '180103',
      name: 'Jülich, Realschule Nordstadt',
      support: 3,
      regular: 4,
    })
    expect(others.map(({ number }: { number: string }) => number)).not.toContain(SCHOOL)
  })

  test('is nobody else’s, and shows nothing of another centre', async () => {
    await proposed()
    const school = await signedIn(world, SCHOOL_EMAIL)
    expect((await school.open(authorityDesk.loader, '/schulamt')).status).toBe(403)
    expect((await stranger(world).open(authorityDesk.loader, '/schulamt')).status).toBe(303)
    const other = await signedIn(world, 'authority-bor@beispiel.example')
    const desk = await (await other.open(authorityDesk.loader, '/schulamt')).json()
    expect(desk).toMatchObject({ total: 0, rows: [] })
  })
})

describe('the assignment of one case', () => {
  test('is decided by the authority and followed by the counsellor', async () => {
    const caseId = await proposed()
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const counsellor = await signedIn(world, 'counsellor-dn@beispiel.example')
    const visit = at(caseId, 'zuweisung')
    const theirs = await (await authority.open(assignment.loader, visit)).json()
    expect(theirs).toMatchObject({ decider: 'self', canOpenFile: false, isHeld: true })
    const ours = await (await counsellor.open(assignment.loader, visit)).json()
    expect(ours).toMatchObject({ decider: 'authority', canOpenFile: true, isHeld: true })
    const version = String(await versionOf(world, caseId))
    const command = { intent: 'send_back', version, reason: 'way_too_long', sentence: '' }
    expect((await authority.send(assignment.action, visit, command)).status).toBe(422)
    const sentence = 'Der Bus braucht eine Stunde.'
    const forbidden = await counsellor.send(assignment.action, visit, { ...command, sentence })
    expect(forbidden.status).toBe(403)
    const sent = await authority.send(assignment.action, visit, { ...command, sentence })
    expect(sent.headers.get('Location')).toBe('/schulamt')
    expect(await stageOf(caseId)).toBe('waiting')
    expect(await seen(caseId, 'authority')).toContain('case_viewed assignment')
  })

  test('is left or taken back once the school reported that it has no place', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    const school = await signedIn(world, SCHOOL_EMAIL)
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const version = async () => String(await versionOf(world, caseId))
    const report = async (sentence: string) =>
      school.send(admission.action, at(caseId, 'aufnahme'), {
        ...{ intent: 'report_capacity', version: await version() },
        ...{ reason: 'no_seat', sentence },
      })
    const decide = async (visitor: typeof school, fields: Record<string, string>) =>
      visitor.send(assignment.action, at(caseId, 'zuweisung'), {
        ...{ version: await version(), ...fields },
      })
    const take = { intent: 'take_back', reason: 'school_is_full' }
    const sentence = 'Dort fehlt der Platz.'

    // nobody takes an assignment back that no school complained of
    expect((await decide(authority, { ...take, sentence })).status).toBe(409)
    expect((await report('')).status).toBe(422)
    const reported = await report('Die Gruppe ist voll.')
    // its own number says that a place is free: it is asked to correct it
    expect(reported.headers.get('Location')).toMatch(/^\/schultisch\?.*abgesagt=/)
    const page = await (await authority.open(assignment.loader, at(caseId, 'zuweisung'))).json()
    expect(page).toMatchObject({ canAnswerReport: true, report: { reason: { code: 'no_seat' } } })
    expect((await decide(school, { intent: 'keep' })).status).toBe(403)
    const counsellor = await signedIn(world, 'counsellor-dn@beispiel.example')
    expect((await decide(counsellor, { ...take, sentence })).status).toBe(403)

    const kept = await decide(authority, { intent: 'keep' })
    expect(kept.headers.get('Location')).toBe('/schulamt')
    expect(await stageOf(caseId)).toBe('assigned')
    expect((await report('Noch immer voll.')).status).toBe(303)
    expect((await decide(authority, { ...take, sentence: '' })).status).toBe(422)
    expect((await decide(authority, { ...take, sentence })).status).toBe(303)
    expect(await stageOf(caseId)).toBe('waiting')
    expect((await school.open(admission.loader, at(caseId, 'aufnahme'))).status).toBe(404)
  })

  test('is left by a second person of the centre where it assigns, and the school is told', async () => {
    const caseId = await proposed()
    await assign(world, { caseId, centre: 'DN' })
    await assignedBy('two_at_centre')
    const school = await signedIn(world, SCHOOL_EMAIL)
    const visit = at(caseId, 'zuweisung')
    const version = async () => String(await versionOf(world, caseId))
    const before = await (await school.open(admission.loader, at(caseId, 'aufnahme'))).json()
    expect(before.isDelegated).toBe(true)
    await school.send(admission.action, at(caseId, 'aufnahme'), {
      ...{ intent: 'report_capacity', version: await version() },
      ...{ reason: 'no_seat', sentence: 'Die Gruppe ist voll.' },
    })
    const keep = async (email: string) => {
      const who = await signedIn(world, email)
      return who.send(assignment.action, visit, { intent: 'keep', version: await version() })
    }
    const first = await keep('counsellor-dn@beispiel.example')
    expect(first.status).toBe(403)
    expect((await first.json()).refusal).toEqual({ code: 'second_person_needed' })
    const second = await keep('colleague-dn@beispiel.example')
    expect(second.headers.get('Location')).toBe(`/faelle/${caseId}`)
    const after = await (await school.open(admission.loader, at(caseId, 'aufnahme'))).json()
    expect(after.capacityReport.state).toBe('kept')
  })

  test('is decided by a second person of the centre, where it assigns for the authority', async () => {
    const caseId = await proposed()
    await assignedBy('two_at_centre')
    const visit = at(caseId, 'zuweisung')
    const command = { intent: 'assign', version: String(await versionOf(world, caseId)) }
    const tried = async (email: string) => {
      const who = await signedIn(world, email)
      const page = await (await who.open(assignment.loader, visit)).json()
      const answer = await who.send(assignment.action, visit, command)
      return { decider: page.decider, status: answer.status, answer }
    }
    const authority = await tried(AUTHORITY_EMAIL)
    expect(authority).toMatchObject({ decider: 'colleague', status: 403 })
    expect((await authority.answer.json()).refusal).toEqual({ code: 'centre_assigns' })
    const proposer = await tried('counsellor-dn@beispiel.example')
    expect(proposer).toMatchObject({ decider: 'colleague', status: 403 })
    expect((await proposer.answer.json()).refusal).toEqual({ code: 'second_person_needed' })
    expect(await stageOf(caseId)).toBe('proposed')
    const second = await tried('colleague-dn@beispiel.example')
    expect(second).toMatchObject({ decider: 'self', status: 303 })
    expect(second.answer.headers.get('Location')).toBe(`/faelle/${caseId}`)
    expect(await stageOf(caseId)).toBe('assigned')
  })

  test('stands in the work list and on the case of the second person as something to do', async () => {
    const caseId = await proposed()
    await assignedBy('two_at_centre')
    const stepsOf = async (email: string) => {
      const who = await signedIn(world, email)
      const list = await (await who.open(workList.loader, '/arbeitsliste?fuer=alle')).json()
      const rows = list.groups.flatMap(({ rows }: { rows: readonly object[] }) => rows)
      const visit = { path: `/faelle/${caseId}`, params: { id: caseId } }
      const file = await (await who.open(caseFile.loader, visit)).json()
      return [rows.map(stepOf), file.next.step, file.next.waitsFor, list.counts.us]
    }
    expect(await stepsOf('colleague-dn@beispiel.example')).toEqual([
      ...[[['assign_school', 'us']], 'assign_school', 'us', 1],
    ])
    expect(await stepsOf('counsellor-dn@beispiel.example')).toEqual([
      ...[[['await_colleague', 'us']], 'await_colleague', 'us', 1],
    ])
    await assignedBy('authority')
    await world.database.write((tx) => tx.updateTable('centre').set({ version: 9 }).execute())
    expect(await stepsOf('colleague-dn@beispiel.example')).toEqual([
      ...[[['await_assignment', 'authority']], 'await_assignment', 'authority', 0],
    ])
  })

  test('hides a locked town', async () => {
    const caseId = await proposed({ child: { addressLock: true } })
    const authority = await signedIn(world, AUTHORITY_EMAIL)
    const page = await (await authority.open(assignment.loader, at(caseId, 'zuweisung'))).json()
    expect(page.facts.municipality).toBeNull()
    const kinds = page.proposal.reasons.map(({ kind }: { kind: string }) => kind)
    expect(kinds.filter((kind: string) => /way|nearest/.test(kind))).toEqual([])
  })

  test('is not open to schools nor to strangers', async () => {
    const caseId = await proposed()
    const visit = at(caseId, 'zuweisung')
    expect((await stranger(world).open(assignment.loader, visit)).status).toBe(303)
    const school = await signedIn(world, SCHOOL_EMAIL)
    expect((await school.open(assignment.loader, visit)).status).toBe(403)
    const elsewhere = await signedIn(world, 'authority-bor@beispiel.example')
    expect((await elsewhere.open(assignment.loader, visit)).status).toBe(404)
  })
})
