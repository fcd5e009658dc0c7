import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { type Instant, today as todayOf } from '#app/domain/time.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { listPoolsOfSchool } from '#db/queries/seat.server.ts'
import { argonPasswords } from '#tests/promises/argon-passwords.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { counsel, done, seatsAt } from '#tests/promises/steps.ts'
import { launchBrowser, type PageOptions, type TestBrowser } from '#tests/setup/chromium.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { startServer, type TestServer } from '#tests/setup/server.ts'
import { CENTRES, registered, WORLD_PASSWORD } from '#tests/setup/world.ts'
import { today } from './days.ts'
import { visitor } from './demo.ts'
import { arrives, choose, press, reads } from './forms.ts'
import { inOrder } from './in-order.ts'
import {
  assignAtDesk,
  confirmAdmission,
  confirmFirstDay,
  openAtSchool,
  proposeFirst,
  readCards,
  readSuggestions,
  type Suggested,
} from './placement.ts'
import { signIn } from './sign-in.ts'

/** The school that is first on every child's list, and the one that is next. */
const SCHOOL = '180101' as SchoolNumber
const NEXT = '180103' as SchoolNumber
const NAMES = ['Olena', 'Bohdan', 'Iryna', 'Taras'] as const

/**
 * Two people reach for the last place of a school in browsers of their own: two counsellors for two
 * children, then a counsellor for a child and the school that takes the place away. Whoever comes too
 * late reads one sentence that says so, has the next school before them, and needs one more press.
 */
export function describeLastPlace(title: string, options: PageOptions): void {
  describe.skipIf(!chromiumPresent)(`${title} (needs Chromium)`, () => {
    let world: SharedWorld
    let server: TestServer
    let browser: TestBrowser
    let cases: readonly CaseId[]
    let counsellors: readonly [Page, Page]
    let school: Page
    /** What the list shows of both schools. */
    let first: Suggested
    let next: Suggested
    let placed: number

    inOrder()
    beforeAll(async () => {
      world = await makeFileWorld()
      world.clock.moveTo(new Date().toISOString() as Instant)
      cases = await waitingForOnePlace(world)
      server = await startServer({ dataDir: world.dataDir, env: othersOf(world) })
      browser = await launchBrowser()
      const visit = visitor(browser, server, options)
      const as = async (key: string) => {
        const page = await visit()
        await signIn(page, { email: `${key}@beispiel.example`, password: WORLD_PASSWORD })
        return page
      }
      counsellors = [await as('counsellor-dn'), await as('colleague-dn')]
      school = await as(`school-${SCHOOL}`)
    })
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      await world?.close()
    })

    test('both press: one is proposed, the other reads that the place has just been given', async () => {
      for (const [index, page] of counsellors.entries()) {
        const [best, second] = await readSuggestions(page, addressOf(cases[index]))
        expect(best?.text).toMatch(/1\s+von 1 frei/)
        first = best as Suggested
        next = second as Suggested
      }
      expect([first.number, next.number]).toEqual([SCHOOL, NEXT])

      const told = await Promise.all(counsellors.map((page) => reach(page, first)))
      expect(told.filter((words) => words === PROPOSED)).toHaveLength(1)
      const [sentence] = told.filter((words) => words !== PROPOSED)
      expect(sentence).toContain(
        `Der letzte freie Platz ist gerade vergeben worden: ${first.name}. ` +
          `Als Nächstes passt: ${next.name}.`,
      )
      placed = told.indexOf(PROPOSED)
    })

    test('has the next school at the top, and proposes it with one more press', async () => {
      await proposesNext(counsellors[1 - placed] as Page, first, next)
      expect(await seatsOf(world)).toEqual({ [SCHOOL]: ['hold'], [NEXT]: ['hold'] })
    })

    test('the authority assigns the one, the school admits it, and it comes', async () => {
      const child = `${NAMES[placed]} Kovalenko`
      const authority = await visitor(browser, server, options)()
      await signIn(authority, {
        email: 'authority-dn@beispiel.example',
        password: WORLD_PASSWORD,
      })
      await assignAtDesk(authority, child)
      await openAtSchool(school, 'Aufnahme bestätigen', child)
      await confirmAdmission(school, today())
      await openAtSchool(school, 'Ersten Schultag bestätigen', child)
      await confirmFirstDay(school)
      expect(await seatsOf(world)).toEqual({ [SCHOOL]: ['taken'], [NEXT]: ['hold'] })
      const stages = await stagesOf(world)
      expect([cases[placed], cases[1 - placed]].map((id) => stages.get(id as CaseId))).toEqual([
        'attending',
        'proposed',
      ])
    })

    test('the school takes the last place away while a counsellor reaches for it', async () => {
      await decided(world, 2)
      const [counsellor] = counsellors
      const [best] = await readSuggestions(counsellor, addressOf(cases[2]))
      expect(best?.text).toMatch(/1\s+von 2 frei/)
      await openSeats(school)
      const [told, answered] = await Promise.all([reach(counsellor, first), lower(school, 1)])

      const isProposed = told === PROPOSED
      expect(answered).toContain(isProposed ? 'Bitte tragen Sie mindestens 2 ein.' : LOWERED)
      if (!isProposed) {
        expect(told).toContain(`${first.name}. Als Nächstes passt: ${next.name}.`)
        await proposesNext(counsellor, first, next)
      }
      const atSchool = isProposed ? ['hold', 'taken'] : ['taken']
      expect((await seatsOf(world))[SCHOOL]).toEqual(atSchool)
    })

    test('who presses when it is gone reads that, and has the next school at the top', async () => {
      const taken = (await seatsOf(world))[SCHOOL]?.length ?? 0
      await decided(world, taken + 1)
      const [, counsellor] = counsellors
      await readSuggestions(counsellor, addressOf(cases[3]))
      await openSeats(school)
      expect(await lower(school, taken)).toBe(LOWERED)

      expect(await reach(counsellor, first)).toContain(
        `An dieser Schule ist kein Förderplatz mehr frei: ${first.name}. Als Nächstes passt: ${next.name}.`,
      )
      await proposesNext(counsellor, first, next)
      expect((await seatsOf(world))[SCHOOL]).toHaveLength(taken)
      expect(await violations(world)).toEqual([])
    })
  })
}

const PROPOSED = 'proposed'
const LOWERED = 'lowered'

/** Children who wait for a place, a first school with one and a next one with enough. */
async function waitingForOnePlace(world: SharedWorld): Promise<readonly CaseId[]> {
  await seatsAt(world, SCHOOL, 1)
  await seatsAt(world, NEXT, NAMES.length)
  const cases: CaseId[] = []
  for (const givenNames of NAMES) {
    const registeredOn = todayOf(world.clock)
    const caseId = await registered(world, {
      child: { givenNames, familyName: 'Kovalenko' },
      ...{ registeredOn, confirmedOthers: [...cases] },
    })
    await counsel(world, { caseId, centre: 'DN' })
    cases.push(caseId)
  }
  await argonPasswords(world)
  return cases
}

function othersOf({ env }: SharedWorld): Readonly<Record<string, string>> {
  const { DATA_DIR: _given, ...others } = env
  return others
}

function addressOf(caseId: CaseId | undefined): string {
  return `/faelle/${caseId}`
}

/** Presses the button of the first school; what the page then says: that it is proposed, or the refusal. */
async function reach(page: Page, { name }: Suggested): Promise<string> {
  await press(page, `${name} vorschlagen`)
  const refusal = page.getByRole('alert')
  return Promise.race([
    reads(page, `${name} ist vorgeschlagen.`).then(() => PROPOSED),
    refusal.waitFor().then(() => refusal.innerText()),
  ])
}

/** The list beneath the refusal begins with the next school and has the first no more. */
async function proposesNext(page: Page, gone: Suggested, next: Suggested): Promise<void> {
  await expect.poll(async () => (await readCards(page))[0]?.name).toBe(next.name)
  const names = (await readCards(page)).map(({ name }) => name)
  expect(names).not.toContain(gone.name)
  await proposeFirst(page, next)
}

async function openSeats(page: Page): Promise<void> {
  await page.goto('/schultisch')
  await arrives(page, 'Schultisch')
}

/** The school types another number over its own; what the page says then. */
async function lower(page: Page, seats: number): Promise<string> {
  const decidedSeats = page.getByRole('textbox', { name: /beschlossen$/ })
  await decidedSeats.fill(String(seats))
  await choose(page, { 'Grund der Änderung': 'Räume' })
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await press(page, 'Geänderte Zahlen speichern')
  const response = await answered
  if (response.status() < 400) return LOWERED
  const refusal = page.getByRole('alert')
  await refusal.waitFor()
  return refusal.innerText()
}

/** The school decides on another number of places, as if at another desk. */
async function decided(world: SharedWorld, seats: number): Promise<void> {
  world.clock.moveTo(new Date().toISOString() as Instant)
  const { id: centreId } = CENTRES.DN
  const [pool] = await listPoolsOfSchool(world.database.db, centreId, SCHOOL, {
    day: todayOf(world.clock),
  })
  if (pool === undefined) throw new Error('The school has no pool')
  const { id: poolId, version } = pool
  const pools = [{ poolId, version, seats }] as const
  done(await decideSeats(world.asSchool(SCHOOL), { schoolNumber: SCHOOL, reason: 'rooms', pools }))
}

/** The states of the live seats at each school, in their order. */
async function seatsOf({ database }: SharedWorld): Promise<Readonly<Record<string, string[]>>> {
  const rows = await database.db
    .selectFrom('seat_entry')
    .innerJoin('seat_pool', 'seat_pool.id', 'seat_entry.pool_id')
    .select(['school_number', 'state'])
    .where('state', '<>', 'released')
    .orderBy('state')
    .execute()
  const seats: Record<string, string[]> = {}
  for (const { school_number: number, state } of rows) {
    seats[number] = [...(seats[number] ?? []), state]
  }
  return seats
}

async function stagesOf({ database }: SharedWorld): Promise<ReadonlyMap<CaseId, string>> {
  const rows = await database.db.selectFrom('pupil_case').select(['id', 'stage']).execute()
  return new Map(rows.map(({ id, stage }) => [id, stage]))
}
