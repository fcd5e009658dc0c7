import { describe, expect, test } from 'vitest'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import { action, loader } from '#app/routes/work-list.tsx'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { addressOfSearch, searchedFor } from './search.ts'
import { signedIn, stranger } from './visitor.ts'

/** Three children of Düren: overdue, due on Sunday, due later; the last is a colleague's. */
async function withThree() {
  const world = await makeWorld()
  const late = await registered(world, {
    child: { givenNames: 'Wahid', familyName: 'Noori' },
    registeredOn: '2026-10-20',
  })
  const soon = await registered(world, {
    child: { givenNames: 'Selam', familyName: 'Tesfay' },
    registeredOn: '2026-10-25',
  })
  const later = await registered(world)
  await world.database.write((tx) =>
    tx
      .updateTable('pupil_case')
      .set({ counsellor_id: 'account-colleague-dn' as never })
      .where('id', '=', later)
      .execute(),
  )
  return { world, late, soon, later }
}

async function pageFor(world: World, email: string, query = ''): Promise<WorkListPage> {
  const visitor = await signedIn(world, email)
  const answer = await visitor.open(loader, `/arbeitsliste${query}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as WorkListPage
}

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const LIST = { loader, action }

function looks({ database }: World) {
  return database.db
    .selectFrom('audit_entry')
    .select('id')
    .where('event', '=', 'list_viewed')
    .execute()
}

async function lastLook({ database }: World) {
  const entry = await database.db
    .selectFrom('audit_entry')
    .select(['id', 'event', 'facts'])
    .where('event', '=', 'list_viewed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const cases = await database.db
    .selectFrom('audit_case')
    .select('case_id')
    .where('entry_id', '=', entry.id)
    .execute()
  return cases.map(({ case_id }) => case_id)
}

describe('the work list', () => {
  test('shows the own cases, overdue first, and writes down which were shown', async () => {
    const { world, late, soon } = await withThree()
    const page = await pageFor(world, COUNSELLOR)

    expect(page.groups.map(({ when, count, rows }) => [when, count, rows[0]?.name])).toEqual([
      ['overdue', 1, 'Wahid Noori'],
      ['soon', 1, 'Selam Tesfay'],
    ])
    expect(page.counts).toEqual({
      mine: 2,
      all: 3,
      overdue: 1,
      us: 2,
      family: 0,
      school: 0,
      authority: 0,
    })
    expect(page.groups[0]?.rows[0]).toMatchObject({
      caseId: late,
      waitsFor: 'us',
      next: 'make_appointment',
      clock: { name: 'counselling', days: 30, target: 28 },
      isLate: true,
    })
    expect((await lastLook(world)).sort()).toEqual([late, soon].sort())
  })

  test('a lead begins with everybody’s; filters stand in the address', async () => {
    const { world, late } = await withThree()

    expect((await pageFor(world, 'lead-dn@beispiel.example')).total).toBe(3)
    expect((await pageFor(world, COUNSELLOR, '?fuer=alle')).total).toBe(3)
    expect((await pageFor(world, COUNSELLOR, '?nur=ueberfaellig')).total).toBe(1)
    expect(await lastLook(world)).toEqual([late])
    expect((await pageFor(world, COUNSELLOR, '?nur=schule')).groups).toEqual([])
    expect((await pageFor(world, COUNSELLOR, '?nur=unfug&seite=99&fuer=x')).total).toBe(2)
  })

  test.each(['Ковален', 'kowalenko', 'DN-2026-0003', ' dn-2026-0003 '])(
    'finds a colleague’s case by %s',
    async (word) => {
      const { world, later } = await withThree()
      const visitor = await signedIn(world, COUNSELLOR)
      const page = await searchedFor<WorkListPage>(visitor, LIST, '/arbeitsliste', word)

      expect(page.view.word).toBe(word.trim())
      expect(page.groups.flatMap(({ rows }) => rows.map(({ caseId }) => caseId))).toEqual([later])
      expect(await lastLook(world)).toEqual([later])
    },
  )

  test('a search leads to the same list, its word sealed; the form itself reads nothing', async () => {
    const { world, later } = await withThree()
    const visitor = await signedIn(world, COUNSELLOR)
    const path = '/arbeitsliste?fuer=alle&nur=schule&seite=3'
    const address = await addressOfSearch(visitor, LIST, path, 'Kovalenko')

    expect(address).toMatch(/^\/arbeitsliste\?fuer=alle&nur=schule&suche=[\w-]{100,}$/)
    expect(await looks(world)).toEqual([])

    const page = (await (await visitor.open(loader, address)).json()) as WorkListPage
    expect(page.view).toMatchObject({ scope: 'all', narrow: 'school', word: 'Kovalenko', page: 1 })
    expect(page.view.sealed).toBe(new URLSearchParams(address).get('suche'))
    expect(await looks(world)).toHaveLength(1)
    expect(await lastLook(world)).toEqual([later])
  })

  test('an empty word ends the search; a word that is too long is said at its field', async () => {
    const { world } = await withThree()
    const visitor = await signedIn(world, COUNSELLOR)
    const path = await addressOfSearch(visitor, LIST, '/arbeitsliste?fuer=alle', 'Kovalenko')

    expect(await addressOfSearch(visitor, LIST, path, '  ')).toBe('/arbeitsliste?fuer=alle')
    const answer = await visitor.send(action, path, { word: 'x'.repeat(201) })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      values: { word: 'x'.repeat(201) },
      errors: { word: { message: 'field.too_long' } },
    })
  })

  test.each([
    ['of an earlier session', (address: string) => address, COUNSELLOR],
    ['of somebody else', (address: string) => address, 'lead-dn@beispiel.example'],
    ['that was changed', (address: string) => address.replace(/.$/, '_'), null],
    ['that is none', () => '/arbeitsliste?fuer=alle&suche=Kovalenko', null],
    ['that is far too long', () => `/arbeitsliste?fuer=alle&suche=${'A'.repeat(10_000)}`, null],
  ])('a search word %s has ended: the list stands there without it', async (_what, change, by) => {
    const { world } = await withThree()
    const visitor = await signedIn(world, COUNSELLOR)
    const reader = by === null ? visitor : await signedIn(world, by)
    const path = '/arbeitsliste?fuer=alle'
    const address = change(await addressOfSearch(visitor, LIST, path, 'Kovalenko'))
    const answer = await reader.open(loader, address)
    const page = (await answer.json()) as WorkListPage

    expect([answer.status, page.total]).toEqual([200, 3])
    expect(page.view).toMatchObject({ word: '', sealed: null, hasSearchEnded: true })
    expect((await pageFor(world, COUNSELLOR, '?fuer=alle')).view.hasSearchEnded).toBe(false)
  })

  test('an empty list names the next case due, and that too is written down', async () => {
    const { world, late } = await withThree()
    const page = await pageFor(world, COUNSELLOR, '?nur=familie')

    expect(page.outlook).toMatchObject({ waitingForOthers: 0, next: { caseId: late } })
    expect(await lastLook(world)).toEqual([late])
  })

  test('shows 25 a page', async () => {
    const world = await makeWorld()
    const letters = 'abdefgiklmnoprstuvz'
    for (let at = 0; at < 27; at += 1) {
      const syllable = `${letters[at % 19]}a${letters[(at * 7) % 19]}o`
      await registered(world, { child: { givenNames: syllable, familyName: `${syllable}ni` } })
    }
    const first = await pageFor(world, COUNSELLOR)
    const second = await pageFor(world, COUNSELLOR, '?seite=2')

    const shown = (page: WorkListPage) => page.groups.flatMap(({ rows }) => rows)
    expect([first.total, shown(first).length, shown(second).length]).toEqual([27, 25, 2])
    expect(new Set([...shown(first), ...shown(second)].map(({ caseId }) => caseId)).size).toBe(27)
  })

  test('the other centre sees none of it; nothing is sent when the look cannot be written down', async () => {
    const { world } = await withThree()
    expect((await pageFor(world, 'counsellor-bor@beispiel.example', '?fuer=alle')).total).toBe(0)

    const visitor = await signedIn(world, COUNSELLOR)
    await world.database.write((tx) =>
      tx.schema.alterTable('audit_entry').renameTo('audit_gone').execute(),
    )
    await expect(visitor.open(loader, '/arbeitsliste')).rejects.toThrow('audit_entry')
  })

  test('asks a stranger to sign in and turns a school away', async () => {
    const world = await makeWorld()
    const anybody = await stranger(world).open(loader, '/arbeitsliste')
    const school = await signedIn(world, 'school-180101@beispiel.example')

    expect([anybody.status, anybody.headers.get('Location')]).toEqual([
      303,
      '/anmelden?zurueck=%2Farbeitsliste',
    ])
    expect((await school.open(loader, '/arbeitsliste')).status).toBe(403)

    const search = { word: 'Kovalenko' }
    const unknown = await stranger(world).send(action, '/arbeitsliste', search)
    expect([unknown.status, unknown.headers.get('Location')]).toEqual([303, '/anmelden'])
    expect((await school.send(action, '/arbeitsliste', search)).status).toBe(403)
  })
})
