import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import * as school from '#app/routes/school.tsx'
import * as schoolDesk from '#app/routes/school-desk.tsx'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { assign, counsel, done, propose } from '#tests/promises/steps.ts'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { signedIn, type Visitor } from './visitor.ts'
import { type ShownPage, withoutScript } from './without-script.ts'

const OWN = '180101' as SchoolNumber
const WITHOUT_ACCOUNT = '180105' as SchoolNumber

let world: World
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.close())

type Place = {
  readonly visitor: Visitor
  readonly page: typeof schoolDesk | typeof school
  readonly at: { readonly path: string; readonly params?: Record<string, string> }
}

const desk = async (): Promise<Place> => ({
  visitor: await signedIn(world, `school-${OWN}@beispiel.example`),
  page: schoolDesk,
  at: { path: '/schultisch' },
})

const pageOf = async (email: string, number: string): Promise<Place> => ({
  visitor: await signedIn(world, email),
  page: school,
  at: { path: `/schulen/${number}`, params: { number } },
})

async function shown({ visitor, page, at }: Place, answered?: Response): Promise<ShownPage> {
  return withoutScript(page.default, { loaded: await visitor.open(page.loader, at), answered })
}

/** Presses a button of the form the page shows for its numbers, some of them typed over. */
async function press(
  { visitor, page, at }: Place,
  shownPage: ShownPage,
  typed: Readonly<Record<string, string>>,
) {
  const fields = shownPage.fieldsOf('Plätze ändern')
  return visitor.send(page.action, at, { ...fields, changeReason: 'rooms', ...typed })
}

/** Presses a button of the review. */
async function pressReviewed({ visitor, page, at }: Place, review: ShownPage, intent: string) {
  return visitor.send(page.action, at, { ...review.fieldsOf('Geprüfte Zahlen'), intent })
}

type Numbers = { readonly seats: number; readonly others?: number; readonly classes?: number }

async function enter(kind: 'support' | 'regular', numbers: Numbers) {
  const by = kind === 'regular' ? world.as('owner') : world.asSchool(OWN)
  const grades = { gradeFrom: 5, gradeTo: kind === 'regular' ? 5 : 10 }
  const pool = { poolId: null, schoolYear: 2026, ...grades, kind, ...numbers }
  const command = { schoolNumber: OWN, reason: 'rooms', pools: [pool] } as const
  return done(await decideSeats(by, command)).poolIds[0] as SeatPoolId
}

function decisions() {
  return world.database.db
    .selectFrom('seat_decision')
    .select(['seats', 'others', 'classes', 'valid_from'])
    .orderBy('pool_version')
    .execute()
}

async function trail() {
  return world.database.db.selectFrom('audit_entry').select('event').execute()
}

/** A child that sits on a support place of the school. */
async function seated(): Promise<void> {
  const caseId = await registered(world)
  const walker = { caseId, centre: 'DN' } as const
  await counsel(world, walker)
  await propose(world, walker, OWN)
  await assign(world, walker)
}

describe('new numbers of seats, looked at before they are saved', () => {
  test('stand beside those that hold, with what is free then; nothing is written', async () => {
    await enter('support', { seats: 3 })
    await seated()
    const place = await desk()
    const before = await shown(place)
    const written = await decisions()
    const entries = (await trail()).length
    const answer = await press(place, before, { intent: 'review', 'pools.0.seats': '5' })
    expect(answer.status).toBe(200)
    const looked = await answer.clone().json()
    expect(looked.review).toMatchObject({
      reason: 'rooms',
      pools: [{ before: { seats: 3, free: 2 }, after: { seats: 5, free: 4 }, hint: null }],
    })
    expect([await decisions(), (await trail()).length]).toEqual([written, entries])
    const after = await shown(place, answer)
    expect(after.text).toContain('Gespeichert ist noch nichts.')
    expect(after.text).toContain('Förderplätze, Klassen 5 bis 10, 2026/27')
    expect(after.text).toContain('beschlossen: 5 statt 3')
    expect(after.text).toContain('4 statt 2')
    expect(after.text).toContain('Grund der Änderung: Räume')
  })

  test('are saved as they were looked at, by the next press', async () => {
    await enter('support', { seats: 3 })
    const place = await desk()
    const typed = { 'pools.0.seats': '5', validFrom: '2026-12-01' }
    const looked = await press(place, await shown(place), { intent: 'review', ...typed })
    const review = await shown(place, looked)
    expect(review.values('pools.0.seats')).toEqual(['5'])
    const saved = await pressReviewed(place, review, 'change')
    expect([saved.status, saved.headers.get('Location')]).toEqual([
      303,
      `/schultisch?schule=${OWN}`,
    ])
    expect((await decisions()).at(-1)).toMatchObject({ seats: 5, valid_from: '2026-12-01' })
  })

  test('are the one thing to press on the page, whatever else waits there', async () => {
    await enter('support', { seats: 3 })
    await seated()
    const place = await desk()
    const before = await shown(place)
    expect(before.primary).toEqual(['Aufnahme bestätigen'])
    const typed = { intent: 'review', 'pools.0.seats': '5' }
    const review = await shown(place, await press(place, before, typed))
    expect(review.text).toContain('Aufnahme bestätigen')
    expect(review.primary).toEqual(['Geprüfte Zahlen speichern'])
  })

  test('are refused where one pool is named twice: one of the numbers would not hold', async () => {
    await enter('support', { seats: 3 })
    const place = await desk()
    const before = await shown(place)
    const { 'pools.0.poolId': poolId, 'pools.0.version': version } =
      before.fieldsOf('Plätze ändern')
    const twice = { 'pools.1.poolId': String(poolId), 'pools.1.version': String(version) }
    const numbers = { ...twice, 'pools.0.seats': '5', 'pools.1.seats': '7' }
    const written = await decisions()
    for (const intent of ['review', 'change']) {
      expect((await press(place, before, { intent, ...numbers })).status).toBe(422)
    }
    expect(await decisions()).toEqual(written)
    expect((await press(place, before, { intent: 'review', 'pools.0.seats': '5' })).status).toBe(
      200,
    )
  })

  test('stand on the page whatever else its address says', async () => {
    const { visitor, page } = await desk()
    for (const declined of ['%00', 'a%00b', '%ED%A0%80', 'x'.repeat(500)]) {
      const opened = await visitor.open(page.loader, { path: `/schultisch?abgesagt=${declined}` })
      expect([declined, opened.status]).toEqual([declined, 200])
    }
  })

  test('can be gone on with: what was typed is in the form again', async () => {
    await enter('support', { seats: 3 })
    const place = await desk()
    const typed = { intent: 'review', 'pools.0.seats': '5' }
    const review = await shown(place, await press(place, await shown(place), typed))
    const back = await pressReviewed(place, review, 'edit')
    expect(back.status).toBe(200)
    const editing = await shown(place, back)
    expect(editing.values('pools.0.seats')).toEqual(['5'])
    expect(editing.text).not.toContain('Gespeichert ist noch nichts. So')
    expect(await decisions()).toHaveLength(1)
  })

  test('are refused with the figures as saving them would be', async () => {
    const poolId = await enter('support', { seats: 3 })
    await seated()
    const place = await desk()
    const few = { intent: 'review', 'pools.0.seats': '0' }
    const refused = await press(place, await shown(place), few)
    expect([refused.status, (await refused.clone().json()).refusal]).toEqual([
      409,
      { code: 'capacity_below_taken', poolId, least: 1, taken: 1, held: 0, reserve: 0 },
    ])
    const saving = await press(place, await shown(place), { ...few, intent: 'change' })
    expect((await saving.json()).refusal).toEqual((await refused.clone().json()).refusal)
    const page = await shown(place, refused)
    expect(page.values('pools.0.seats')).toEqual(['0'])
    expect(page.invalid).toEqual(['pools.0.seats'])
  })

  test('are refused all at once, each with its figures at its row', async () => {
    const support = await enter('support', { seats: 3 })
    const regular = await enter('regular', { seats: 112, others: 100, classes: 4 })
    const later = done(
      await decideSeats(world.as('owner'), {
        ...{ schoolNumber: OWN, reason: 'rooms' },
        pools: [
          {
            ...{ poolId: null, schoolYear: 2026, gradeFrom: 6, gradeTo: 6, kind: 'regular' },
            ...{ seats: 90, others: 80, classes: 3 },
          },
        ],
      }),
    ).poolIds[0]
    const place = await pageOf('owner-dn@beispiel.example', OWN)
    const before = await shown(place)
    const at = (poolId: unknown) =>
      Object.entries(before.fieldsOf('Plätze ändern'))
        .find(([name, [value]]) => name.endsWith('.poolId') && value === poolId)?.[0]
        .replace('poolId', '')
    expect(at(support)).toBeUndefined()
    const typed = {
      [`${at(regular)}seats`]: '99',
      [`${at(regular)}others`]: '100',
      [`${at(later)}classes`]: '41',
    }
    const written = await decisions()
    const answer = await press(place, before, { intent: 'review', ...typed })
    const { refusal, refusals } = await answer.clone().json()
    expect(answer.status).toBe(422)
    expect(refusals).toEqual([
      { code: 'others_above_seats', max: 99, poolId: regular },
      { code: 'classes_out_of_range', min: 1, max: 40, poolId: later },
    ])
    expect(refusal).toEqual(refusals[0])
    const page = await shown(place, answer)
    expect(page.invalid).toEqual([`${at(regular)}others`, `${at(later)}classes`])
    // each once above, with its row, and once at its row
    for (const words of [
      'höchstens so viele Plätze belegt sein, wie beschlossen sind: 99.',
      'wie viele Züge jeder Jahrgang hat: 1 bis 40.',
    ]) {
      expect([words, page.text.split(words).length - 1]).toEqual([words, 2])
    }
    expect(page.text).toContain('Regelplätze, Klasse 5, 2026/27: Von anderen Kindern')
    expect(page.text).toContain('Regelplätze, Klasse 6, 2026/27: Bitte geben Sie an')
    expect(await decisions()).toEqual(written)
    // saved without a look the first one is said, as before
    const saving = await press(place, before, { intent: 'change', ...typed })
    expect((await saving.json()).refusal).toEqual(refusals[0])
  })

  test('ask for a change where there is none, and for a reason', async () => {
    await enter('support', { seats: 3 })
    const place = await desk()
    const page = await shown(place)
    const same = await press(place, page, { intent: 'review' })
    expect([same.status, Object.keys((await same.json()).errors)]).toEqual([422, ['pools.0.seats']])
    const bare = await press(place, page, {
      ...{ intent: 'review', 'pools.0.seats': '5', changeReason: '' },
    })
    expect([bare.status, Object.keys((await bare.json()).errors)]).toEqual([422, ['changeReason']])
  })

  test('that somebody else has changed meanwhile are a question, at the review and after it', async () => {
    const poolId = await enter('support', { seats: 3 })
    const change = async (version: number, seats: number) =>
      done(
        await decideSeats(world.asSchool(OWN), {
          ...{ schoolNumber: OWN, reason: 'rooms', pools: [{ poolId, version, seats }] },
        }),
      )
    const place = await desk()
    const typed = { intent: 'review', 'pools.0.seats': '5' }
    const first = await shown(place)
    const review = await shown(place, await press(place, first, typed))
    await change(1, 9)
    // what was looked at is no longer so
    const late = await pressReviewed(place, review, 'change')
    expect([late.status, (await late.clone().json()).refusal.code]).toEqual([409, 'stale_pool'])
    const both = await shown(place, late)
    expect(both.text).toContain('Jetzt gespeichert: 9')
    expect(both.text).toContain('Ihre Eingabe: 5')
    const stale = await press(place, first, typed)
    expect((await stale.json()).refusal.code).toBe('stale_pool')
    expect((await decisions()).map(({ seats }) => seats)).toEqual([3, 9])
  })

  test('of regular places name classes and others, and the size of a class with its paragraph', async () => {
    await enter('regular', { seats: 112, others: 100, classes: 4 })
    const place = await pageOf('owner-dn@beispiel.example', OWN)
    const typed = { 'pools.0.seats': '116', 'pools.0.others': '102' }
    const answer = await press(place, await shown(place), { intent: 'review', ...typed })
    const { text } = await shown(place, answer)
    expect(text).toContain('beschlossen: 116 statt 112, belegt von anderen: 102 statt 100')
    expect(text).toContain('14 statt 12')
    expect(text).toContain('29 Kinder je Klasse sind die Obergrenze der Bandbreite 25 bis 29')
    expect(text).toContain('VO zu § 93 Abs. 2 SchulG')
    expect(await decisions()).toHaveLength(1)
  })

  test('that begin later or end earlier than the school year give nobody a seat, and it says so', async () => {
    await enter('support', { seats: 3 })
    const place = await desk()
    const later = { intent: 'review', 'pools.0.seats': '9', validFrom: '2027-02-01' }
    const answer = await press(place, await shown(place), later)
    const { text } = await shown(place, answer)
    expect(text).toContain('beschlossen: 9 statt 3')
    expect(text).toContain('weiter 3')
    expect(text).toContain('ab 01.02.2027')
  })

  test('are looked at by a counsellor where the school has no account, and by nobody else', async () => {
    const counsellor = await pageOf('counsellor-dn@beispiel.example', WITHOUT_ACCOUNT)
    const grades = { schoolYear: 2026, gradeFrom: 5, gradeTo: 10 } as const
    const pool = { poolId: null, ...grades, kind: 'support', seats: 3 } as const
    const command = { schoolNumber: WITHOUT_ACCOUNT, reason: 'rooms', pools: [pool] } as const
    done(await decideSeats(world.as('counsellor'), command))
    const page = await shown(counsellor)
    const typed = { intent: 'review', 'pools.0.seats': '4' }
    const looked = await press(counsellor, page, typed)
    expect((await looked.json()).review.pools).toMatchObject([{ after: { seats: 4 } }])
    for (const email of ['school-180101@beispiel.example', 'authority-dn@beispiel.example']) {
      const other = await pageOf(email, WITHOUT_ACCOUNT)
      const refused = await press(other, page, typed)
      expect([email, refused.status]).toEqual([email, 403])
    }
  })
})
