import { describe, expect, test } from 'vitest'
import type { CasesListPage } from '#app/presenters/cases-list.server.ts'
import { action, loader } from '#app/routes/cases.tsx'
import { action as searchWorkList } from '#app/routes/work-list.tsx'
import { makeWorld, registered, type World } from '#tests/setup/world.ts'
import { addressOfSearch, searchedFor } from './search.ts'
import { signedIn, stranger, type Visitor } from './visitor.ts'

const COUNSELLOR = 'counsellor-dn@beispiel.example'
const NAMES = ['Selam Tesfay', 'Ömer Öztürk', 'Wahid Noori', 'Zahra Rahimi']

async function withFour() {
  const world = await makeWorld()
  for (const name of NAMES) {
    const [givenNames = '', familyName = ''] = name.split(' ')
    await registered(world, { child: { givenNames, familyName } })
  }
  return world
}

async function pageFor(world: World, query = '', email = COUNSELLOR): Promise<CasesListPage> {
  const visitor = await signedIn(world, email)
  const answer = await visitor.open(loader, `/faelle${query}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as CasesListPage
}

/** What a search on a view of the cases leads to. */
function search(visitor: Visitor, word: string, query = ''): Promise<CasesListPage> {
  return searchedFor(visitor, { loader, action }, `/faelle${query}`, word)
}

const namesOf = ({ rows }: CasesListPage) => rows.map(({ name }) => name)

describe('all cases', () => {
  test('stand in German order of names, or by number, the newest first', async () => {
    const world = await withFour()

    expect(namesOf(await pageFor(world))).toEqual([
      'Wahid Noori',
      'Ömer Öztürk',
      'Zahra Rahimi',
      'Selam Tesfay',
    ])
    expect(namesOf(await pageFor(world, '?sortierung=nummer'))).toEqual([...NAMES].reverse())
  })

  test('ended ones too; the stage narrows them', async () => {
    const world = await withFour()
    await world.database.write((tx) =>
      tx
        .updateTable('pupil_case')
        .set({ stage: 'closed', ended_on: '2026-11-10', close_reason: 'moved_away', due_on: null })
        .where('case_number', '=', 'DN-2026-0002')
        .execute(),
    )
    const page = await pageFor(world)

    expect(page.stages).toEqual([
      { stage: 'registered', count: 3 },
      { stage: 'closed', count: 1 },
    ])
    expect(page.total).toBe(4)
    expect(namesOf(await pageFor(world, '?stand=closed'))).toEqual(['Ömer Öztürk'])
    expect(namesOf(await pageFor(world, '?stand=closed&sortierung=nummer'))).toEqual([
      'Ömer Öztürk',
    ])
  })

  test('are found by name and number, in the stage that is chosen', async () => {
    const world = await withFour()

    const visitor = await signedIn(world, COUNSELLOR)
    expect(namesOf(await search(visitor, 'rahimi'))).toEqual(['Zahra Rahimi'])
    expect(namesOf(await search(visitor, 'DN-2026-0001'))).toEqual(['Selam Tesfay'])
    const narrowed = await search(visitor, 'rahimi', '?stand=waiting&sortierung=nummer')
    expect(namesOf(narrowed)).toEqual([])
    expect(narrowed.view).toMatchObject({ stage: 'waiting', order: 'number', word: 'rahimi' })
    const neighbour = await signedIn(world, 'counsellor-bor@beispiel.example')
    const elsewhere = await search(neighbour, 'rahimi')
    expect([elsewhere.total, elsewhere.all]).toEqual([0, 0])
  })

  test('a search of the work list goes on here, with its sealed word', async () => {
    const world = await withFour()
    const visitor = await signedIn(world, COUNSELLOR)
    const searched = { action: searchWorkList }
    const address = await addressOfSearch(visitor, searched, '/arbeitsliste', 'rahimi')
    const { search: query } = new URL(address, 'http://127.0.0.1')
    const page = (await (await visitor.open(loader, `/faelle${query}`)).json()) as CasesListPage

    expect([namesOf(page), page.view.word]).toEqual([['Zahra Rahimi'], 'rahimi'])
  })

  test('a look names the cases on the page', async () => {
    const world = await withFour()
    const page = await search(await signedIn(world, COUNSELLOR), 'tesfay')
    const looks = await world.database.db
      .selectFrom('audit_case')
      .innerJoin('audit_entry', 'audit_entry.id', 'audit_case.entry_id')
      .select(['audit_case.case_id', 'audit_entry.event', 'audit_entry.facts'])
      .where('audit_entry.event', '=', 'list_viewed')
      .execute()

    expect(looks).toEqual([
      {
        case_id: page.rows[0]?.caseId,
        event: 'list_viewed',
        facts: '{"list":"cases","count":1}',
      },
    ])
  })

  test('a stranger signs in first, the authority is turned away', async () => {
    const world = await makeWorld()
    const authority = await signedIn(world, 'authority-dn@beispiel.example')

    expect((await stranger(world).open(loader, '/faelle')).status).toBe(303)
    expect((await authority.open(loader, '/faelle')).status).toBe(403)
    expect((await authority.send(action, '/faelle', { word: 'rahimi' })).status).toBe(403)
  })
})
