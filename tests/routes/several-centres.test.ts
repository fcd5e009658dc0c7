import { describe, expect, test } from 'vitest'
import type { CaseId, CentreId, MunicipalityKey } from '#app/domain/ids.ts'
import type { AccountsPage } from '#app/presenters/accounts.server.ts'
import type { CasesListPage } from '#app/presenters/cases-list.server.ts'
import type { CentreSettingsPage } from '#app/presenters/centre-settings.server.ts'
import type { RegisterPage } from '#app/presenters/register-page.server.ts'
import type { WorkListPage } from '#app/presenters/work-list.server.ts'
import { loader as accounts } from '#app/routes/administration.accounts.tsx'
import { loader as settings } from '#app/routes/administration.centre.tsx'
import { loader as caseFile } from '#app/routes/case.tsx'
import { action as register, loader as registration } from '#app/routes/cases.new.tsx'
import { loader as cases, action as searchCases } from '#app/routes/cases.tsx'
import { action as searchWork, loader as workList } from '#app/routes/work-list.tsx'
import { registerChild } from '#app/services/case/register-child.server.ts'
import {
  alsoIn,
  CENTRES,
  makeWorld,
  registered,
  registration as registrationOf,
  type World,
} from '#tests/setup/world.ts'
import { addressOfSearch } from './search.ts'
import { signedIn, type Visitor } from './visitor.ts'

const DN = CENTRES.DN.id
const BOR = CENTRES.BOR.id
const BOTH = [
  { id: BOR, name: CENTRES.BOR.name },
  { id: DN, name: CENTRES.DN.name },
]
const EMAIL = 'counsellor-dn@beispiel.example'

type Ground = {
  readonly world: World
  readonly visitor: Visitor
  readonly dn: readonly CaseId[]
  readonly bor: readonly CaseId[]
}

/** A counsellor of both centres: two children called Kovalenko in Düren, one in Borken. */
async function inBoth(): Promise<Ground> {
  const world = await makeWorld()
  const dn = [
    await registered(world),
    await registered(world, { child: { givenNames: 'Maksym', familyName: 'Kovalenko' } }),
  ]
  const inBorken = registrationOf({
    child: { givenNames: 'Oksana', familyName: 'Kovalenko' },
    municipality: '05554012' as MunicipalityKey,
  })
  const done = await registerChild(world.as('counsellor', 'BOR'), inBorken)
  if (!done.ok) throw new Error(done.error.code)
  await alsoIn(world, 'counsellor-dn', 'counsellor', 'BOR')
  return { world, visitor: await signedIn(world, EMAIL), dn, bor: [done.value.caseId] }
}

/** Every look at a list so far: at which centre, at which cases. */
async function looks({ database }: World) {
  const entries = await database.db
    .selectFrom('audit_entry')
    .leftJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
    .select(['audit_entry.id', 'audit_entry.centre_id', 'audit_case.case_id'])
    .where('event', '=', 'list_viewed')
    .orderBy('audit_entry.id')
    .execute()
  const seen = new Map<string, { readonly centre: CentreId | null; readonly cases: string[] }>()
  for (const { id, centre_id, case_id } of entries) {
    const look = seen.get(id) ?? { centre: centre_id, cases: [] }
    if (case_id !== null) look.cases.push(case_id)
    seen.set(id, look)
  }
  return [...seen.values()].map(({ centre, cases }) => [centre, cases.sort()])
}

type Shown = {
  readonly ids: readonly string[]
  readonly all: number
  readonly total: number
  readonly centre: string | null
  readonly centres: readonly { readonly id: string; readonly name: string }[]
}

/** What both lists say in the same words. */
const LISTS = {
  '/arbeitsliste': {
    ...{ loader: workList, action: searchWork, query: 'fuer=alle' },
    shown: (page: WorkListPage): Shown => ({
      ids: page.groups.flatMap(({ rows }) => rows.map(({ caseId }) => caseId)),
      all: page.counts.all,
      ...{ total: page.total, centre: page.view.centre, centres: page.centres },
    }),
  },
  '/faelle': {
    ...{ loader: cases, action: searchCases, query: 'sortierung=nummer' },
    shown: (page: CasesListPage): Shown => ({
      ids: page.rows.map(({ caseId }) => caseId),
      ...{ all: page.all, total: page.total, centre: page.view.centre, centres: page.centres },
    }),
  },
} as const

async function opened(visitor: Visitor, path: keyof typeof LISTS, address: string) {
  const { loader, shown } = LISTS[path]
  const answer = await visitor.open(loader, address)
  expect(answer.status).toBe(200)
  return shown((await answer.json()) as never)
}

describe.each(Object.keys(LISTS) as (keyof typeof LISTS)[])('%s of two centres', (path) => {
  const { action, query } = LISTS[path]

  test('shows, counts and writes down the chosen centre alone', async () => {
    const { world, visitor, dn, bor } = await inBoth()
    const ofDn = await opened(visitor, path, `${path}?zentrum=${DN}&${query}`)
    const ofBor = await opened(visitor, path, `${path}?zentrum=${BOR}&${query}`)

    expect(ofDn).toMatchObject({ all: 2, total: 2, centre: DN, centres: BOTH })
    expect([...ofDn.ids].sort()).toEqual([...dn].sort())
    expect(ofBor).toEqual({ ids: bor, all: 1, total: 1, centre: BOR, centres: BOTH })
    expect(await looks(world)).toEqual([
      [DN, [...dn].sort()],
      [BOR, bor],
    ])
  })

  test('a search stays in the centre, keeps it in the address, and looks nowhere else', async () => {
    const { world, visitor, dn, bor } = await inBoth()
    const search = (centre: CentreId, word: string) =>
      addressOfSearch(visitor, { action }, `${path}?zentrum=${centre}&${query}&seite=2`, word)
    const address = await search(BOR, 'Kovalenko')
    const found = await opened(visitor, path, address)

    expect(address.startsWith(`${path}?zentrum=${BOR}&${query}&suche=`)).toBe(true)
    expect([found.ids, found.centre]).toEqual([bor, BOR])
    expect((await opened(visitor, path, await search(BOR, 'DN-2026-0001'))).ids).toEqual([])
    expect(await search(BOR, '')).toBe(`${path}?zentrum=${BOR}&${query}`)

    // the same sealed word, taken along to the other centre
    const there = await opened(visitor, path, address.replace(BOR, DN))
    expect([...there.ids].sort()).toEqual([...dn].sort())
    expect(await looks(world)).toEqual([
      [BOR, bor],
      [BOR, []],
      [DN, [...dn].sort()],
    ])
  })

  test('without a choice, or with that of a centre not the own, the first by name is shown', async () => {
    const { world, visitor } = await inBoth()
    for (const asked of ['', 'zentrum=', 'zentrum=centre-xx', `zentrum=${BOR}`]) {
      expect((await opened(visitor, path, `${path}?${asked}`)).centre).toBe(BOR)
    }
    expect((await looks(world)).map(([centre]) => centre)).toEqual([BOR, BOR, BOR, BOR])
  })

  test('who works in one centre changes nothing by naming another', async () => {
    const { world, dn } = await inBoth()
    const colleague = await signedIn(world, 'colleague-dn@beispiel.example')
    const page = await opened(colleague, path, `${path}?zentrum=${BOR}&${query}`)

    expect([...page.ids].sort()).toEqual([...dn].sort())
    expect(page).toMatchObject({ all: 2, total: 2, centre: null, centres: [] })
    expect(await looks(world)).toEqual([[DN, [...dn].sort()]])
  })

  test('a role in the other centre that has no lists opens none of them', async () => {
    const { world, dn } = await inBoth()
    await alsoIn(world, 'colleague-dn', 'auditor', 'BOR')
    const colleague = await signedIn(world, 'colleague-dn@beispiel.example')
    const page = await opened(colleague, path, `${path}?zentrum=${BOR}&${query}`)

    expect([...page.ids].sort()).toEqual([...dn].sort())
    expect(page).toMatchObject({ centre: null, centres: [] })
  })
})

test('the work list begins with the own cases where one counsels, with all where one leads', async () => {
  const { world } = await inBoth()
  await alsoIn(world, 'lead-dn', 'counsellor', 'BOR')
  const lead = await signedIn(world, 'lead-dn@beispiel.example')
  const scopeIn = async (centre: CentreId) => {
    const answer = await lead.open(workList, `/arbeitsliste?zentrum=${centre}`)
    return ((await answer.json()) as WorkListPage).view.scope
  }

  expect([await scopeIn(DN), await scopeIn(BOR)]).toEqual(['all', 'mine'])
})

describe('a Meldung of somebody in two centres', () => {
  async function formFor(visitor: Visitor, query = ''): Promise<RegisterPage> {
    const answer = await visitor.open(registration, `/faelle/neu${query}`)
    return (await answer.json()) as RegisterPage
  }

  test('offers the Gemeinden of both by name, and lands where the Gemeinde belongs', async () => {
    const { world, visitor } = await inBoth()
    const { municipalities } = await formFor(visitor)
    const names = municipalities.map(({ name }) => name)

    expect(municipalities).toHaveLength(15 + 17)
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'de')))

    const answer = await visitor.send(register, '/faelle/neu', {
      ...{ givenNames: 'Selam', familyName: 'Tesfay', sex: 'w', language: 'ti' },
      ...{ birthYear: '2014', birthPrecision: 'year', phone: '02861 1045' },
      ...{ guardian1Name: 'Almaz Tesfay', guardian1Role: 'mother', channel: 'phone' },
      ...{ registeredOn: '2026-11-19' },
      municipality: '05554008',
    })
    const { case_number } = await world.database.db
      .selectFrom('pupil_case')
      .select('case_number')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect([answer.status, case_number]).toEqual([303, 'BOR-2026-0002'])
  })

  test('beside a sister offers those of her centre: a family lives in one', async () => {
    const { visitor, dn, bor } = await inBoth()
    for (const [caseId, area] of [
      [dn[0], '05358'],
      [bor[0], '05554'],
    ]) {
      const { municipalities } = await formFor(visitor, `?geschwister=${caseId}`)
      expect(municipalities.every(({ key }) => key.startsWith(area ?? ''))).toBe(true)
      expect(municipalities.length).toBeGreaterThan(10)
    }
  })
})

test('the file of a case leads back to the list of its centre', async () => {
  const { world, visitor, dn } = await inBoth()
  const listOf = async (who: Visitor) => {
    const visit = { path: `/faelle/${dn[0]}`, params: { id: dn[0] ?? '' } }
    return (await (await who.open(caseFile, visit)).json()).listOf
  }

  expect(await listOf(visitor)).toBe(DN)
  expect(await listOf(await signedIn(world, 'colleague-dn@beispiel.example'))).toBeNull()
})

test('accounts and settings are chosen in the same way', async () => {
  const world = await makeWorld()
  await alsoIn(world, 'lead-dn', 'lead', 'BOR')
  const lead = await signedIn(world, 'lead-dn@beispiel.example')
  for (const [asked, centre] of [
    ['', BOR],
    [DN, DN],
    ['centre-xx', BOR],
  ]) {
    const list = await lead.open(accounts, `/verwaltung/konten?zentrum=${asked}`)
    const form = await lead.open(settings, `/verwaltung/zentrum?zentrum=${asked}`)
    const listed = (await list.json()) as AccountsPage
    const set = (await form.json()) as CentreSettingsPage
    expect([listed.centre?.id, listed.centres]).toEqual([centre, BOTH])
    expect([set.id, set.centres]).toEqual([centre, BOTH])
  }
})
