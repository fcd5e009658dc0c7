import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { schoolYearPage } from '#app/presenters/school-year-page.server.ts'
import * as schoolYear from '#app/routes/school.year.tsx'
import { carryOverSeats } from '#app/services/seat/carry-over-seats.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { done } from '#tests/promises/steps.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'
import { signedIn, type Visitor } from './visitor.ts'
import { type ShownPage, withoutScript } from './without-script.ts'

const OWN = '180101' as SchoolNumber
const AT = { path: `/schulen/${OWN}/schuljahr`, params: { number: OWN } }

let world: World
let own: Visitor
beforeEach(async () => {
  world = await makeWorld()
  await add(8, 9, 4)
  await add(10, 10, 6)
  world.clock.moveTo('2027-03-01')
  own = await signedIn(world, `school-${OWN}@beispiel.example`)
})
afterEach(() => world.close())

/** Support places, of the school year that ends unless told. */
async function add(
  gradeFrom: number,
  gradeTo: number,
  seats: number,
  schoolYear = 2026,
): Promise<void> {
  const pool = {
    poolId: null,
    schoolYear,
    gradeFrom,
    gradeTo,
    kind: 'support',
    seats,
  } as const
  const command = { schoolNumber: OWN, reason: 'rooms', pools: [pool] } as const
  done(await decideSeats(world.asSchool(OWN), command))
}

/** Somebody of the school changes the number of the pool that begins with a grade. */
async function change(gradeFrom: number, seats: number): Promise<void> {
  const { id, version } = (await pools(2026)).find((one) => one.grade_from === gradeFrom) ?? never()
  const pool = { poolId: id, version, seats }
  const command = { schoolNumber: OWN, reason: 'rooms', pools: [pool] } as const
  done(await decideSeats(world.asSchool(OWN), command))
}

function never(): never {
  throw new Error('no such pool')
}

function pools(schoolYear: number) {
  return world.database.db
    .selectFrom('seat_pool')
    .select(['id', 'version', 'grade_from', 'seats'])
    .where('school_year', '=', schoolYear)
    .orderBy('grade_from')
    .execute()
}

async function shown(answered?: Response): Promise<ShownPage> {
  const loaded = await own.open(schoolYear.loader, AT)
  return withoutScript(schoolYear.default, { loaded, answered })
}

/** Sends the form as the page has it, some numbers typed over. */
async function send({ fields }: ShownPage, typed: Readonly<Record<string, string | string[]>>) {
  return own.send(schoolYear.action, AT, { ...fields, ...typed })
}

/** The numbers in the fields, by the pool they would be sent for. */
function numbersByPool(page: ShownPage): Readonly<Record<string, string>> {
  const rows = Object.keys(page.fields).filter((name) => /^pools\.\d+\.poolId$/.test(name))
  return Object.fromEntries(
    rows.map((name) => [
      page.values(name).join(),
      page.values(name.replace('poolId', 'seats')).join(),
    ]),
  )
}

describe('a school year that somebody else has changed since, without JavaScript', () => {
  test('control: where nobody was in the way, the page as it is shown is stored', async () => {
    const sent = await send(await shown(), { 'pools.0.seats': '5', 'pools.1.seats': '7' })
    expect(sent.status).toBe(303)
    expect((await pools(2027)).map(({ seats }) => seats)).toEqual([5, 7])
  })

  test('a pool came in front: what was typed stands at its own pool, and nothing is stored', async () => {
    const [eight, ten] = await pools(2026)
    const before = await shown()
    await add(5, 5, 2)
    const late = await send(before, { 'pools.0.seats': '5', 'pools.1.seats': '7' })
    expect([late.status, (await late.clone().json()).refusal]).toEqual([
      409,
      { code: 'stale_pool' },
    ])
    expect(await pools(2027)).toEqual([])
    const [five] = await pools(2026)
    const after = await shown(late)
    expect(numbersByPool(after)).toEqual({
      ...{ [five?.id ?? '']: '2', [eight?.id ?? '']: '5', [ten?.id ?? '']: '7' },
    })
    expect(after.text).toContain('hat sonst niemand geändert')
    expect((await send(after, {})).status).toBe(303)
    expect((await pools(2027)).map(({ seats }) => seats)).toEqual([2, 5, 7])
  })

  test('a pool came in front and a number is none: that is said at the pool it was typed for', async () => {
    const before = await shown()
    await add(5, 5, 2)
    const late = await send(before, { 'pools.0.seats': 'fünf', 'pools.1.seats': '7' })
    expect(late.status).toBe(422)
    const after = await shown(late)
    expect(after.values('pools.1.seats')).toEqual(['fünf'])
    expect(after.invalid).toEqual(['pools.1.seats'])
  })

  test('a number was changed: both stand there, a choice is asked for, and it is followed', async () => {
    const [eight, ten] = await pools(2026)
    const before = await shown()
    await change(8, 9)
    const late = await send(before, { 'pools.0.seats': '5', 'pools.1.seats': '7' })
    expect(late.status).toBe(409)
    const after = await shown(late)
    expect(after.text).toContain('Förderplätze, Klassen 8 bis 9: beschlossen')
    expect(after.text).toContain('Jetzt gespeichert: 9')
    expect(after.text).toContain('Ihre Eingabe: 5')
    expect(after.text).toContain('Zuletzt gespeichert: Sekretariat 180101, 01.03.2027.')
    expect(numbersByPool(after)).toEqual({ [eight?.id ?? '']: '5', [ten?.id ?? '']: '7' })
    const open = await send(after, {})
    expect(Object.keys((await open.json()).errors)).toEqual(['pools.0.choose.seats'])
    expect(await pools(2027)).toEqual([])
    const chosen = { 'pools.0.choose.seats': ['', 'stored'] }
    expect((await send(after, chosen)).status).toBe(303)
    expect((await pools(2027)).map(({ seats }) => seats)).toEqual([9, 7])
  })

  test('a number that only the other one changed is in the form, and is named', async () => {
    const before = await shown()
    await change(10, 11)
    const after = await shown(await send(before, { 'pools.0.seats': '5' }))
    expect(after.text).toContain('Förderplätze, Klasse 10: beschlossen: 11')
    expect((await send(after, {})).status).toBe(303)
    expect((await pools(2027)).map(({ seats }) => seats)).toEqual([5, 11])
  })

  test('pools that were carried over meanwhile: what was typed stands beside what holds', async () => {
    const before = await shown()
    const page = done(await schoolYearPage(world.asSchool(OWN), OWN))
    const carried = page.coming.map(({ poolId, version, decided }) => ({
      ...{ poolId: poolId as SeatPoolId, version, seats: decided, others: 0, classes: null },
    }))
    done(
      await carryOverSeats(world.asSchool(OWN), {
        ...{ schoolNumber: OWN, schoolYear: 2027, pools: carried, existing: [] },
      }),
    )
    const late = await send(before, { 'pools.1.seats': '7' })
    expect(late.status).toBe(409)
    const after = await shown(late)
    expect(after.text).toContain(
      'Förderplätze, Klasse 10: beschlossen. Jetzt gespeichert: 6. Ihre Eingabe: 7.',
    )
    // the other number nobody typed over
    expect(after.text).not.toContain('Klassen 8 bis 9: beschlossen. Jetzt')
    expect((await pools(2027)).map(({ seats }) => seats)).toEqual([4, 6])
  })

  test('pools that were entered with other grades: a number is said with those it was typed for', async () => {
    const before = await shown()
    await add(8, 8, 1, 2027)
    await add(9, 9, 5, 2027)
    await add(10, 10, 8, 2027)
    const late = await send(before, { 'pools.0.seats': '5' })
    expect(late.status).toBe(409)
    expect(overtakenIn(await shown(late))).toEqual([
      'Förderplätze, Klasse 8: beschlossen. Jetzt gespeichert: 1. Ihre Eingabe für Klassen 8 bis 9: 5.',
      // the same number, but for two grades
      'Förderplätze, Klasse 9: beschlossen. Jetzt gespeichert: 5. Ihre Eingabe für Klassen 8 bis 9: 5.',
    ])
  })

  test("a number that was filled in and not typed over is nobody's entry, whatever is stored", async () => {
    const before = await shown()
    await add(8, 8, 1, 2027)
    await add(9, 9, 3, 2027)
    await add(10, 10, 8, 2027)
    const late = await send(before, {})
    expect(late.status).toBe(409)
    expect(overtakenIn(await shown(late))).toEqual([])
  })

  test('regular places: where others sit was left empty, and that is no entry beside a stored 0', async () => {
    const regular = (schoolYear: number) => ({
      ...{ poolId: null, schoolYear, gradeFrom: 7, gradeTo: 7, kind: 'regular' as const },
      ...{ seats: 56, others: 0, classes: 3 },
    })
    const decide = async (schoolYear: number) => {
      const command = { schoolNumber: OWN, reason: 'rooms', pools: [regular(schoolYear)] } as const
      done(await decideSeats(world.as('owner'), command))
    }
    await decide(2026)
    own = await signedIn(world, 'owner-dn@beispiel.example')
    const before = await shown()
    expect(before.values('pools.0.others')).toEqual([''])
    await decide(2027)
    const late = await send(before, { 'pools.0.classes': '2' })
    expect(late.status).toBe(422)
    expect(overtakenIn(await shown(late))).toEqual([
      'Regelplätze, Klasse 7: Züge. Jetzt gespeichert: 3. Ihre Eingabe: 2.',
    ])
  })
})

/** What the page says of numbers that were typed for pools which somebody else has entered. */
function overtakenIn({ text }: ShownPage): readonly string[] {
  const [, said = ''] = text.split('Ihre Eingabe ist nicht gespeichert:')
  const [lines = ''] = said.split('Zahlen dort ändern')
  return (
    lines.match(/\S[^:]*: [^.]*\. Jetzt gespeichert: [^.]*\. Ihre Eingabe[^:]*: [^.]*\./g) ?? []
  )
}
