import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureDemo } from '#app/cli/demo/ensure-demo.server.ts'
import { DEMO_PASSWORD, DEMO_PIN, SIGN_INS } from '#app/cli/demo/sign-ins.ts'
import { type CaseClock, clocks } from '#app/domain/case/clocks.ts'
import { DEFAULT_TARGETS } from '#app/domain/centre/centre.ts'
import { endsSoon, freeSeats } from '#app/domain/seat/seat-entry.ts'
import { type CalendarDate, instant, schoolYearOf, today } from '#app/domain/time.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { addCentre } from '#app/services/centre/add-centre.server.ts'
import { ensureMunicipalities } from '#app/services/centre/ensure-municipalities.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { importSchoolList } from '#app/services/school/import-school-list.server.ts'
import { suggestForCase } from '#app/services/suggestion/suggest-for-case.server.ts'
import { toPupilCase } from '#db/queries/case-row.ts'
import { listSchools } from '#db/queries/school.server.ts'
import { listEntries, listPoolsOfYear, toSeatPool } from '#db/queries/seat.server.ts'
import {
  officialBytes,
  officialListsPresent,
  withOfficialLists,
} from '#tests/domain/school/official-lists.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { onlyOn } from '#tests/setup/engine.ts'
import { historyOf, makeWorld } from '#tests/setup/world.ts'
import { type EmptyProgram, emptyProgram } from './empty-program.ts'

/** A Thursday in autumn, as in the mockups. */
const DAY = '2026-11-19'

const SCRIPTS = {
  Arabic: /\p{Script=Arabic}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Ethiopic: /\p{Script=Ethiopic}/u,
  Georgian: /\p{Script=Georgian}/u,
  Armenian: /\p{Script=Armenian}/u,
  Devanagari: /\p{Script=Devanagari}/u,
  Tamil: /\p{Script=Tamil}/u,
  Han: /\p{Script=Han}/u,
} as const

let program: EmptyProgram
let lines: readonly string[]

beforeAll(async () => {
  program = await emptyProgram(DAY)
  lines = await ensureDemo(program)
}, 60_000)
afterAll(() => program.close())

function asSystem(): Context {
  return {
    ...program,
    actor: { kind: 'system' },
    requestId: 'request',
    steppedUp: true,
    idempotencyKey: null,
  }
}

function listCases(of: EmptyProgram = program) {
  return of.database.db.selectFrom('pupil_case').selectAll().orderBy('id').execute()
}

async function demoCentre() {
  return program.database.db.selectFrom('centre').selectAll().executeTakeFirstOrThrow()
}

describe('the demo centre', () => {
  test('is made once: a second start changes nothing and prints the same', async () => {
    const before = await fingerprint(program)
    expect(await ensureDemo(program)).toEqual(lines)
    expect(await fingerprint(program)).toEqual(before)
  })

  test('is the same for two first starts on the same day, but for what is sealed', async () => {
    const other = await emptyProgram(DAY)
    await ensureDemo(other)
    expect(await listCases(other)).toEqual(await listCases())
    await other.close()
  })

  test('has 80 children at every stage the services reach', async () => {
    const cases = await listCases()
    expect(cases).toHaveLength(80)
    expect([...new Set(cases.map(({ stage }) => stage))].toSorted()).toEqual([
      'admitted',
      'appointed',
      'assigned',
      'attending',
      'missed',
      'not_started',
      'proposed',
      'registered',
      'waiting',
    ])
  })

  test('tells of everything that can happen on the way', async () => {
    const told = (
      await Promise.all((await listCases()).map(({ id }) => historyOf(program, id)))
    ).flat()
    expect(new Set(told.map(({ event }) => event))).toEqual(
      new Set([
        'case_registered',
        'family_appointed',
        'appointment_missed',
        'case_counselled',
        'school_proposed',
        'school_can_admit',
        'proposal_declined',
        'proposal_sent_back',
        'proposal_withdrawn',
        'case_assigned',
        'capacity_reported',
        'admission_confirmed',
        'school_started',
        'school_not_started',
        'gone_from_school',
        'review_recorded',
      ]),
    )
    expect(told.map(({ reason }) => reason?.code)).toContain('hold_expired')
  })

  test('shows every state of the three clocks', async () => {
    const seen = new Set<string>()
    for (const row of await listCases()) {
      const dates = {
        registeredOn: row.registered_on,
        counselledOn: row.counselled_on,
        assignedOn: row.assigned_on,
        firstDay: row.first_day,
        endedOn: row.ended_on,
      }
      for (const clock of clocks(dates, DEFAULT_TARGETS, DAY)) seen.add(stateOf(clock))
    }
    for (const name of ['counselling', 'assignment', 'first_day']) {
      expect(seen).toContain(`${name} running in time`)
      expect(seen).toContain(`${name} running over`)
      expect(seen).toContain(`${name} stopped in time`)
      expect(seen).toContain(`${name} stopped over`)
    }
    expect(seen).toContain('assignment not_started')
  })

  test('has cases that are overdue, due today and due soon, holds that live and that ran out', async () => {
    const cases = await listCases()
    const due = cases.map(({ due_on }) => due_on ?? '')
    expect(due.filter((day) => day !== '' && day < DAY).length).toBeGreaterThan(5)
    expect(due).toContain(DAY)
    expect(due).toContain('2026-11-20')
    const now = instant(program.clock)
    const holds = cases.flatMap((row) => (row.stage === 'proposed' ? [row.hold_until ?? ''] : []))
    expect(holds.some((until) => until > now)).toBe(true)
    expect(holds.some((until) => until <= now)).toBe(true)
    const reviews = cases.filter(({ stage }) => stage === 'attending')
    expect(reviews.some(({ next_review_on }) => (next_review_on ?? '') < DAY)).toBe(true)
    expect(reviews.some(({ last_review_on }) => last_review_on !== null)).toBe(true)
  })

  test('has names in the scripts of many traditions, names of one part, siblings', async () => {
    const { id } = await demoCentre()
    const names = program.names.index.order(id).map((child) => {
      const entry = program.names.index.nameOf(id, child)
      if (entry === null) throw new Error('A name the index lost')
      return entry
    })
    expect(names).toHaveLength(80)
    const written = names.map((name) => name.originalGiven + name.originalFamily).join(' ')
    for (const [script, letters] of Object.entries(SCRIPTS)) {
      expect(letters.test(written), script).toBe(true)
    }
    expect(names.filter(({ family }) => family === '').length).toBeGreaterThan(1)
    const precisions = names.map(({ birthDate }) => birthDate.precision)
    expect(precisions).toEqual(expect.arrayContaining(['day', 'month', 'year']))
    const families = (await listCases()).map(({ family_id }) => family_id)
    expect(new Set(families).size).toBeLessThan(70)
  })

  test('happened before the first start, each step recorded by somebody, none on a weekend', async () => {
    const { db } = program.database
    const events = await db.selectFrom('case_event').selectAll().execute()
    expect(events.every(({ recorded_at }) => recorded_at < `${DAY}T00:00`)).toBe(true)
    expect(events.every(({ account_id }) => account_id !== null)).toBe(true)
    const weekdays = events.map(({ recorded_at }) => new Date(recorded_at).getUTCDay())
    expect(weekdays.filter((day) => day === 0 || day === 6)).toEqual([])
    const trail = await db
      .selectFrom('audit_entry')
      .select('event')
      .where('event', '=', 'case_registered')
      .execute()
    expect(trail).toHaveLength(80)
  })

  test('has schools that entered seats, schools somebody entered them for, full ones, silent ones', async () => {
    const { db } = program.database
    const { id } = await demoCentre()
    const pools = await listPoolsOfYear(db, id, schoolYearOf(DAY), { day: DAY })
    expect(new Set(pools.map(({ entered_for_school }) => entered_for_school))).toEqual(
      new Set([0, 1]),
    )
    const entries = await listEntries(
      db,
      id,
      pools.map((pool) => pool.id),
    )
    const free = pools.map((pool) => freeSeats(toSeatPool(pool), entries, instant(program.clock)))
    expect(free.filter((seats) => seats === 0).length).toBeGreaterThan(1)
    expect(free.filter((seats) => seats > 0).length).toBeGreaterThan(10)
    const reporting = new Set(pools.map(({ school_number }) => school_number))
    expect((await listSchools(db)).length - reporting.size).toBeGreaterThan(3)
  })

  test('has regular places, some schools without one left, and seats kept back', async () => {
    const { db } = program.database
    const { id } = await demoCentre()
    const pools = await listPoolsOfYear(db, id, schoolYearOf(DAY), { day: DAY })
    const regular = pools.filter(({ kind }) => kind === 'regular')
    expect(regular.some(({ seats, others }) => seats === others)).toBe(true)
    expect(regular.some(({ seats, others }) => seats > others)).toBe(true)
    expect(pools.filter(({ reserve }) => reserve > 0)).toMatchObject([
      { school_number: '900032', reserve: 2, reserve_until: '2026-12-31' },
    ])
    const missing = new Set<string>()
    const waiting = (await listCases()).filter(({ stage }) => stage === 'waiting')
    for (const row of waiting) {
      const { suggestions } = await suggestForCase(asSystem(), toPupilCase(row))
      for (const { number, reasons } of suggestions.suggested) {
        if (reasons.some(({ kind }) => kind === 'regular_missing')) missing.add(number)
      }
    }
    expect(missing).toContain('900052')
    expect(missing).not.toContain('900041')
  })

  test('has a proposal whose hold is about to end', async () => {
    const now = instant(program.clock)
    const live = (await listCases()).flatMap(({ stage, hold_until: until }) =>
      stage === 'proposed' && until !== null && until > now ? [until] : [],
    )
    expect(live.some((until) => endsSoon(until, DAY))).toBe(true)
    expect(live.every((until) => endsSoon(until, DAY))).toBe(false)
  })

  test('lies outside the Land: 25 schools numbered 9xxxxx of all forms, source demo', async () => {
    const schools = await listSchools(program.database.db)
    expect(schools).toHaveLength(25)
    for (const school of schools) {
      expect(school).toMatchObject({ source: 'demo', delistedOn: null })
      expect(school.number).toMatch(/^9\d{5}$/)
      expect(school.municipality).toMatch(/^99/)
    }
    const forms = new Set(schools.map(({ form }) => form))
    expect([...forms].toSorted()).toEqual(['02', '04', '08', '10', '14', '15', '17', '20', '30'])
  })
})

describe('what is printed', () => {
  test('names every address with the password: all sign in, each role on its own page', async () => {
    const homes = new Set<string>()
    for (const { key } of SIGN_INS) {
      const email = `${key}@demo.example`
      expect(lines.some((line) => line.includes(` ${email} `))).toBe(true)
      const typed = { email, password: DEMO_PASSWORD, address: '127.0.0.1', replaces: null }
      const signedIn = await signIn(asSystem(), typed)
      if (!signedIn.ok) throw new Error(`${email}: ${signedIn.error.code}`)
      homes.add(signedIn.value.home)
    }
    expect(homes.size).toBe(8)
    expect(DEMO_PASSWORD.length).toBeGreaterThanOrEqual(12)
    expect(lines.join('\n')).toContain(DEMO_PASSWORD)
  })

  test('opens the page of the one family: short code and PIN', async () => {
    const printed = lines.find((line) => line.includes('/familie')) ?? ''
    const typed = { code: 'K7M4X-QR2TP', pin: DEMO_PIN, address: '127.0.0.1' }
    expect(printed).toContain(typed.code)
    expect(printed).toContain(typed.pin)
    expect((await signInFamily(asSystem(), typed)).ok).toBe(true)
    expect((await signInFamily(asSystem(), { ...typed, pin: '00000000' })).ok).toBe(false)
  })
})

describe('where the database is in use', () => {
  test('without a demo nothing is made and nothing printed', async () => {
    const world = await makeWorld()
    expect(await ensureDemo(world)).toEqual([])
    const { db } = world.database
    expect(await db.selectFrom('pupil_case').select('id').execute()).toEqual([])
    expect(
      await db.selectFrom('school').select('number').where('source', '=', 'demo').execute(),
    ).toEqual([])
    await world.close()
  })

  test('a centre beside the demo has no child of it, and the sign-ins are still printed', async () => {
    const other = await emptyProgram(DAY)
    await ensureDemo(other)
    await ensureMunicipalities(other)
    const ctx: Context = {
      ...other,
      actor: { kind: 'system' },
      requestId: 'request',
      steppedUp: true,
      idempotencyKey: null,
    }
    const centre = {
      name: 'KI Kreis Düren',
      code: 'DN',
      area: '05358',
      source: 'operator',
    } as const
    expect((await addCentre(ctx, centre)).ok).toBe(true)
    expect(await ensureDemo(other)).toEqual(lines)
    const children = await other.database.db
      .selectFrom('child')
      .innerJoin('centre', 'centre.id', 'child.centre_id')
      .select(['child.id', 'centre.source'])
      .execute()
    expect(children).toHaveLength(80)
    expect(children.filter(({ source }) => source !== 'demo')).toEqual([])
    await other.close()
  })

  test('a demo whose making was interrupted says so', async () => {
    const other = await emptyProgram(DAY)
    await ensureDemo(other)
    await other.database.write((tx) => tx.deleteFrom('family_access').execute())
    expect((await ensureDemo(other)).at(-1)).toContain('unvollständig')
    await other.close()
  })
})

// a matter of the calendar, not of SQL: ten seconds a day on PostgreSQL
onlyOn('sqlite', () => {
  test.each<[string, CalendarDate]>([
    ['the first days of a school year, a Sunday', '2026-08-02'],
    ['29 February', '2028-02-29'],
  ])('can be made on any day: %s', async (_what, day) => {
    const other = await emptyProgram(day)
    await ensureDemo(other)
    expect(today(other.clock)).toBe(day)
    const stages = new Set((await listCases(other)).map(({ stage }) => stage))
    expect(stages.size).toBe(9)
    await other.close()
  })
})

describe.skipIf(!officialListsPresent)(withOfficialLists('an import of the official list'), () => {
  test('neither counts nor changes the schools of the demo', async () => {
    const other = await emptyProgram(DAY)
    await ensureDemo(other)
    await ensureMunicipalities(other)
    const before = await listSchools(other.database.db)
    const ctx: Context = {
      ...other,
      actor: { kind: 'system' },
      requestId: 'request',
      steppedUp: true,
      idempotencyKey: null,
    }
    const command = { bytes: officialBytes(2026), acceptClosures: false }
    const imported = await importSchoolList(ctx, command)
    expect(imported).toMatchObject({ ok: true, value: { changed: 0, unchanged: 0, closed: 0 } })
    const after = await listSchools(other.database.db)
    expect(after.length).toBeGreaterThan(before.length + 5_000)
    expect(after.filter(({ source }) => source === 'demo')).toEqual(before)
    await other.close()
  })
})

function stateOf(clock: CaseClock): string {
  if (clock.state === 'not_started') return `${clock.name} not_started`
  return `${clock.name} ${clock.state} ${clock.overBy > 0 ? 'over' : 'in time'}`
}
