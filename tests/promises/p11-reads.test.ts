import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import type { CaseFacts } from '#app/policy/policy.ts'
import type { Tx } from '#db/schema.ts'
import { outcomeOf, ROUTES, type Target } from '#tests/promises/access.ts'
import { COMMON_NAME, canary, canaryBirthDate, canaryFinder } from '#tests/promises/canaries.ts'
import { type CommittedTrail, committedTrail } from '#tests/promises/committed-trail.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import {
  factsOfAll,
  find,
  type Neighbour,
  type Person,
  SCHOOLS,
  settle,
  signInAll,
} from '#tests/promises/neighbours.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { sealedForAll } from '#tests/promises/search.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { addressOf, type ManifestRoute } from '#tests/setup/manifest.ts'
import { type Asked, openBrowser, type Reply } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, OWNER } from '#tests/setup/world.ts'

const REQUESTS = sized(500)
const LONG = guard(600_000)

let world: SharedWorld
let served: Served
let trail: CommittedTrail
let neighbours: readonly Neighbour[]
let people: readonly Person[]
let facts: ReadonlyMap<CaseId, CaseFacts>
let owners: (text: string) => ReadonlySet<CaseId>
/** By request: the cases the committed trail named when the first byte of the answer left. */
const written = new Map<string, ReadonlySet<string>>()
/** A search for every child, sealed for whoever may search, by the person's name. */
let searches: ReadonlyMap<string, string>

beforeAll(async () => {
  world = await makeSharedWorld()
  neighbours = await settle(world)
  trail = await committedTrail(world)
  served = await serve(world, {
    beforeSending: (requestId) => written.set(requestId, new Set(trail.named(requestId))),
  })
  people = await signInAll(world, served.door, neighbours)
  facts = await factsOfAll(world)
  owners = canaryFinder(neighbours)
  searches = await sealedForAll(people, COMMON_NAME)
}, LONG)

afterAll(async () => {
  await served.close()
  await trail.close()
  await world.close()
})

describe('P11: whoever reads of a child is written down before anything is sent', () => {
  test(`${REQUESTS} requests of everybody: each answer with a canary has its entry, committed earlier`, {
    timeout: LONG,
  }, async () => {
    const missing: string[] = []
    const shown: string[] = []
    for (const { person, asked } of requests()) {
      const reply = await person.browser.send(asked)
      const unwritten = unwrittenIn(reply)
      if (unwritten.length > 0) missing.push(`${person.name} × ${asked.path}: ${unwritten}`)
      if (owners(reply.body).size > 0) shown.push(person.role)
    }
    expect(missing).toEqual([])
    expect(shown.length).toBeGreaterThan(REQUESTS / 2)
    expect([...new Set(shown)].sort()).toEqual([
      ...['authority', 'counsellor', 'family', 'lead', 'owner', 'school'],
    ])
  })

  test('every page that shows a child, opened by one person of each role that it is shown to', {
    timeout: LONG,
  }, async () => {
    const missing: string[] = []
    const opened = { withAChild: [] as string[], withNone: [] as string[], never: [] as string[] }
    for (const route of served.routes.filter(({ hasLoader }) => hasLoader)) {
      const looked = await lookAt(route)
      missing.push(...looked.missing)
      opened[looked.as].push(route.id)
    }
    expect(missing).toEqual([])
    // whatever stands in neither list has shown a child to somebody
    expect(opened.withNone.sort()).toEqual(Object.keys(WITH_NO_CHILD).sort())
    expect(opened.never.sort()).toEqual(Object.keys(NEVER_OPENED).sort())
    expect(opened.withAChild.length).toBeGreaterThan(10)
  })

  test('the same for brothers and sisters: who opens one case leaves a trace in the other', async () => {
    const [sister, brother] = [find(neighbours, 'sister'), find(neighbours, 'brother')]
    const { browser } = personOf('counsellor-dn')
    for (const { caseId } of [sister, brother]) {
      for (const page of ['', '/termin']) {
        const reply = await browser.get(`/faelle/${caseId}${page}`)
        expect([...owners(reply.body)].sort()).toEqual([sister.caseId, brother.caseId].sort())
        expect(unwrittenIn(reply), page).toEqual([])
      }
    }
    const form = await browser.get(`/faelle/neu?geschwister=${brother.caseId}`)
    expect([...owners(form.body)]).toEqual([brother.caseId])
    expect(unwrittenIn(form)).toEqual([])
  })

  test('the same for what a form shows: the slip, a likely duplicate, a form sent back', async () => {
    const counsellor = personOf('counsellor-dn')
    for (const { path, fields, about } of showingForms()) {
      const reply = await counsellor.browser.post(path, fields)
      expect([...owners(reply.body)], `${path}: ${reply.status}`).toContain(about)
      expect(unwrittenIn(reply)).toEqual([])
    }
  })
})

test('P11, control: a look that leaves no entry is noticed', async () => {
  const forgetful = await serve(
    { ...world, database: { ...world.database, write: forgotten } },
    { beforeSending: (requestId) => written.set(requestId, new Set(trail.named(requestId))) },
  )
  const { browser } = personOf('counsellor-dn')
  const stranger = openBrowser(forgetful.door)
  for (const [name, value] of browser.cookies) {
    ;(stranger.cookies as Map<string, string>).set(name, value)
  }
  const { caseId } = find(neighbours, 'registered')
  const reply = await stranger.get(`/faelle/${caseId}`)
  await forgetful.close()
  expect([...owners(reply.body)]).toContain(caseId)
  expect(unwrittenIn(reply)).toContain('registered')
})

describe('P11: when the trail cannot be written', () => {
  test.each(['audit_entry', 'audit_case'])(
    '%s refuses: 5xx and nothing of any child',
    {
      timeout: LONG,
    },
    async (table) => {
      const asking = await requestsThatShow()
      expect(asking.length).toBeGreaterThan(REQUESTS / 2)
      const forms = showingForms()
      await onEngine(BREAK[testEngine](table))
      try {
        for (const { person, asked } of asking) {
          expectNothing(await person.browser.send(asked), `${person.name} × ${asked.path}`)
        }
        const { browser } = personOf('counsellor-dn')
        for (const { path, fields } of forms) {
          expectNothing(await browser.post(path, fields), path)
        }
      } finally {
        await onEngine(MEND[testEngine](table))
      }
      const [first] = asking
      const mended = await first?.person.browser.send(first.asked)
      expect(owners(mended?.body ?? '').size).toBeGreaterThan(0)
    },
  )
})

/** A transaction whose work is done, answered and taken back. */
async function forgotten<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const answers: T[] = []
  const takenBack = new Error('taken back')
  await world.database
    .write(async (tx) => {
      answers.push(await work(tx))
      throw takenBack
    })
    .catch((thrown) => {
      if (thrown !== takenBack) throw thrown
    })
  return answers[0] as T
}

/** Children in an answer that the trail did not name when the answer left. */
function unwrittenIn({ body, headers }: Reply): readonly string[] {
  const entry = written.get(String(headers['x-request-id'])) ?? new Set()
  return [...owners(body)].filter((caseId) => !entry.has(caseId)).map(nameOf)
}

/** The case whose page was shown although the trail does not name it; for pages that name no child too. */
function unwrittenCase({ status, headers }: Reply, target: Target): readonly string[] {
  if (target.of !== 'case' || status !== 200) return []
  const entry = written.get(String(headers['x-request-id'])) ?? new Set()
  return entry.has(target.facts.caseId) ? [] : [target.name]
}

type Request = { readonly person: Person; readonly asked: Asked }

/** Pages of every route × child, lists and searches: most where the policy opens them, some anywhere. */
function requests(): readonly Request[] {
  const pages = served.routes.flatMap(({ id, path }) =>
    subjectsOf(path).flatMap(({ address, target }) => [
      { id, target, asked: { path: address } },
      { id, target, asked: { path: dataOf(id, address) } },
    ]),
  )
  const all = people.flatMap((person) =>
    pages.map(({ asked, ...page }) => ({ person, ...page, asked: searchedBy(person, asked) })),
  )
  return [...evenly(all.filter(isOpen), REQUESTS - 100), ...evenly(all, 100)]
}

/** A search is sealed for one session: each person brings their own. */
function searchedBy({ name }: Person, { path }: Asked): Asked {
  return { path: path.replace(SEARCH, `?suche=${searches.get(name) ?? COMMON_NAME}`) }
}

type Page = { readonly person: Person; readonly id: string; readonly target: Target }

/** Whether the page is about children, and the policy shows it to the person. */
function isOpen({ person, id, target }: Page): boolean {
  const rule = ROUTES[id]
  if (rule === undefined) throw new Error(`Unknown route ${id}`)
  if (id === 'routes/family') return person.role === 'family'
  const isOfChildren = rule.opens.some((action) => /^(case|desk)\./.test(action))
  const centres = Object.values(CENTRES).map((centre) => centre.id)
  return isOfChildren && outcomeOf(id, rule, person, target, centres) === 'shown'
}

/** Where the data of a page are read without it. */
function dataOf(id: string, address: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}_data=${encodeURIComponent(id)}`
}

type Subject = { readonly address: string; readonly target: Target }

function subjectsOf(path: string): readonly Subject[] {
  if (path.includes(':id')) {
    return neighbours.map(({ name, caseId }) => ({
      address: addressOf(path, { id: caseId }),
      target: { of: 'case', name, facts: facts.get(caseId) as CaseFacts },
    }))
  }
  const schoolNumber = SCHOOLS.a as SchoolNumber
  return SEARCHES.map((search) => ({
    address: `${addressOf(path, { number: schoolNumber })}${search}`,
    target: path.includes(':number')
      ? {
          ...{ of: 'school', centreId: CENTRES.DN.id, schoolNumber },
          ...{ ownerNumber: OWNER, decidedBy: 'school' },
        }
      : { of: 'nothing' },
  }))
}

/** Addresses of a route that each person opens. */
const VISITS = 2

type Visit = Request & { readonly target: Target }

/** Of each role one person, with the first addresses of the route that the policy shows them. */
function visitsTo(route: ManifestRoute): readonly Visit[] {
  const { id } = route
  const rule = ROUTES[id]
  if (rule === undefined) throw new Error(`Unknown route ${id}`)
  const centres = Object.values(CENTRES).map((centre) => centre.id)
  const firstOfRole = new Map(people.toReversed().map((person) => [person.role, person]))
  return [...firstOfRole.values()].flatMap((person) =>
    addressesOf(route)
      .filter(({ target }) => outcomeOf(id, rule, person, target, centres) === 'shown')
      .slice(0, VISITS)
      .flatMap(({ address, target }) =>
        [address, dataOf(id, address)].map((asked) => ({
          ...{ person, target },
          asked: searchedBy(person, { path: asked }),
        })),
      ),
  )
}

/** The Meldung shows a child only when it is for a brother or sister. */
function addressesOf({ id, path }: ManifestRoute): readonly Subject[] {
  if (id !== 'routes/cases.new') return subjectsOf(path)
  const { name, caseId } = find(neighbours, 'brother')
  const target: Target = { of: 'case', name, facts: facts.get(caseId) as CaseFacts }
  return [{ address: `${path}?geschwister=${caseId}`, target }]
}

/** How a page shows itself to those it is for, and whom the trail should have named and does not. */
async function lookAt(route: ManifestRoute) {
  const missing: string[] = []
  let as: 'withAChild' | 'withNone' | 'never' = 'never'
  for (const { person, asked, target } of visitsTo(route)) {
    const reply = await person.browser.send(asked)
    const unwritten = new Set([...unwrittenIn(reply), ...unwrittenCase(reply, target)])
    if (unwritten.size > 0) missing.push(`${person.name} × ${asked.path}: ${[...unwritten]}`)
    if (owners(reply.body).size > 0) as = 'withAChild'
    else if (reply.status === 200 && as === 'never') as = 'withNone'
  }
  return { missing, as }
}

const OWN = 'of the person who is signed in, and nobody else'
const FIGURES = 'figures and settings of the centre'
const SCHOOL_FACTS = 'facts and seats of schools, without a child'
const UNBUILT = 'says what is to come'

/** Pages on which nothing of a child stands, whoever opens them, and why. */
const WITH_NO_CHILD: Readonly<Record<string, string>> = {
  'routes/administration': FIGURES,
  'routes/administration.accounts': 'people who work with the program',
  'routes/administration.centre': FIGURES,
  'routes/administration.erasures': 'who is erased has no name any more',
  'routes/administration.operation': 'figures of the installation',
  'routes/administration.retention': 'periods; who is due stands there by the number of the case',
  'routes/administration.schools': SCHOOL_FACTS,
  'routes/administration.trail': 'asks for the number of a case; how the centre worked when',
  'routes/appointments': UNBUILT,
  'routes/authority-seats': SCHOOL_FACTS,
  'routes/invitation': 'before anybody is signed in',
  'routes/own-account': OWN,
  'routes/own-account.confirm': OWN,
  'routes/own-account.factors': OWN,
  'routes/own-account.passkeys': OWN,
  'routes/owner-seats': 'seats, and numbers of children from five on',
  'routes/plan': UNBUILT,
  'routes/reports': UNBUILT,
  'routes/school': SCHOOL_FACTS,
  'routes/school.year': SCHOOL_FACTS,
  'routes/schools': SCHOOL_FACTS,
  'routes/sign-in': 'before anybody is signed in',
}

/** Addresses that answer with no page of their own to whoever reads them, and why. */
const NEVER_OPENED: Readonly<Record<string, string>> = {
  'routes/case.slip': 'leads to the case; the slip is the answer to its form, below',
  'routes/home': 'leads to the page of the role',
  'routes/not-found': 'says that there is nothing',
  'routes/own-account.provider': 'leads on',
  'routes/sign-in.confirm': 'leads on whoever is signed in wholly',
  'routes/sign-in.provider': 'leads on',
  'routes/sign-out': 'leads home',
  'routes/notices': 'leads home',
}

function evenly<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, n) => items[Math.floor((n * items.length) / count)] as T)
}

const SEARCH = '?suche=…'
const SEARCHES = ['', SEARCH, '?fuer=alle', '?seite=2', '?sortierung=nummer']

let showing: Promise<readonly Request[]> | undefined

/** Those that show a child when all is well; asked once. */
function requestsThatShow(): Promise<readonly Request[]> {
  showing ??= findShowing()
  return showing
}

async function findShowing(): Promise<readonly Request[]> {
  const showing: Request[] = []
  for (const request of requests()) {
    const reply = await request.person.browser.send(request.asked)
    if (owners(reply.body).size > 0) showing.push(request)
  }
  return showing
}

/** Forms whose answer shows a child, and which one. */
function showingForms() {
  const registered = find(neighbours, 'registered')
  const attending = find(neighbours, 'attending b')
  const [year = '', month = '', day = ''] = canaryBirthDate(registered.serial).split('-')
  const again = {
    givenNames: `${COMMON_NAME} ${canary(registered.serial, 'given')}`,
    familyName: canary(registered.serial, 'family'),
    birthDay: day,
    birthMonth: month,
    birthYear: year,
    birthPrecision: 'day',
    sex: 'w',
    language: 'uk',
    free: 'o. f. W.',
    channel: 'letter',
    municipality: '05358008',
    registeredOn: '2026-11-19',
  }
  const twin = { ...again, givenNames: `${COMMON_NAME} Zweitgeborene` }
  return [
    { path: `/faelle/${attending.caseId}/zettel`, fields: {}, about: attending.caseId },
    { path: '/faelle/neu', fields: twin, about: registered.caseId },
    // the action refuses with 422 before anything breaks: the page around its answer does
    { path: `/faelle/${registered.caseId}/termin`, fields: {}, about: registered.caseId },
  ]
}

function expectNothing({ status, body, headers }: Reply, where: string): void {
  const text = `${body}${JSON.stringify(headers)}`
  expect({ where, isRefused: status >= 500, leaks: owners(text).size }).toEqual({
    where,
    isRefused: true,
    leaks: 0,
  })
}

const BREAK = {
  sqlite: (table: string) => [
    `create trigger broken before insert on ${table}
     begin select raise(abort, 'the trail is full'); end`,
  ],
  postgres: (table: string) => [
    `create function broken() returns trigger language plpgsql
     as $$ begin raise exception 'the trail is full'; end $$`,
    `create trigger broken before insert on ${table} execute function broken()`,
  ],
}
const MEND = {
  sqlite: () => ['drop trigger broken'],
  postgres: (table: string) => [`drop trigger broken on ${table}`, 'drop function broken'],
}

async function onEngine(statements: readonly string[]): Promise<void> {
  await world.database.write(async (tx) => {
    for (const statement of statements) await sql.raw(statement).execute(tx)
  })
}

function nameOf(caseId: CaseId): string {
  return neighbours.find((one) => one.caseId === caseId)?.name ?? caseId
}

function personOf(name: string): Person {
  const found = people.find((one) => one.name === name)
  if (found === undefined) throw new Error(`Nobody is ${name}`)
  return found
}

test('P11: what is stored at the end breaks no rule', async () => {
  expect(await violations(world)).toEqual([])
})
