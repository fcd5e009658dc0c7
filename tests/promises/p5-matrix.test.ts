import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, CentreId, SchoolNumber } from '#app/domain/ids.ts'
import { instant, today } from '#app/domain/time.ts'
import { openProvider } from '#app/gateways/provider.server.ts'
import { type CaseFacts, policyTable } from '#app/policy/policy.ts'
import { ROLES } from '#app/policy/roles.ts'
import { insertAssignment } from '#db/queries/account.server.ts'
import {
  allows,
  type FormRule,
  type FormTarget,
  type Outcome,
  outcomeOf,
  ROUTES,
  type Target,
} from '#tests/promises/access.ts'
import { mayKnow, mayRead, NAMED } from '#tests/promises/acquaintance.ts'
import { COMMON_NAME, canaryFinder } from '#tests/promises/canaries.ts'
import { comparable } from '#tests/promises/comparable.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import {
  eraseLast,
  factsOfAll,
  find,
  type Neighbour,
  type Person,
  SCHOOLS,
  settle,
  signInAll,
} from '#tests/promises/neighbours.ts'
import { sealedForAll } from '#tests/promises/search.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { type IdentityProvider, startIdentityProvider } from '#tests/setup/identity-provider.ts'
import { addressOf, type ManifestRoute } from '#tests/setup/manifest.ts'
import { seeded } from '#tests/setup/random.ts'
import { type Browser, openBrowser, type Reply } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, OWNER, WORLD_PASSWORD } from '#tests/setup/world.ts'

const LONG = guard(1_200_000)
const RANDOM_REQUESTS = sized(2_000)
const MISSING = { case: '019effff-ffff-7fff-8fff-ffffffffffff', school: '999999' } as const

let world: SharedWorld
let served: Served
let neighbours: readonly Neighbour[]
let people: readonly Person[]
let facts: ReadonlyMap<CaseId, CaseFacts>
let owners: (text: string) => ReadonlySet<CaseId>
/** A search for every child, sealed for whoever may search, by the person's name. */
let searches: ReadonlyMap<string, string>

beforeAll(async () => {
  world = await makeSharedWorld()
  neighbours = await settle(world)
  served = await serve(world)
  people = await signInAll(world, served.door, neighbours)
  await eraseLast(world, neighbours)
  facts = await factsOfAll(world)
  owners = canaryFinder(neighbours)
  searches = await sealedForAll(people, COMMON_NAME)
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

describe('P5: the matrix has no unknown cell', () => {
  test('every route of the build has its rule, and no rule is without a route', () => {
    expect(Object.keys(ROUTES).sort()).toEqual(served.routes.map(({ id }) => id).sort())
    const parameters = { case: 'id', school: 'number' } as Readonly<Record<string, string>>
    for (const { id, path } of served.routes) {
      const parameter = /:(\w+)/.exec(path)?.[1]
      expect(`${id} ${parameter}`).toBe(`${id} ${parameters[ROUTES[id]?.about ?? '']}`)
    }
  })

  test('every role asks, in both centres', () => {
    const asking = new Set(people.map(({ role }) => role))
    expect([...asking].sort()).toEqual([...ROLES, 'family', 'nobody'].sort())
  })

  test('whom everybody may know is said by name, for every child', () => {
    expect(people.map(({ name }) => name).sort()).toEqual([...NAMED.people].sort())
    expect(neighbours.map(({ name }) => name).sort()).toEqual([...NAMED.children].sort())
  })

  test('every action of the policy is behind a page or a form, or has no address at all', () => {
    const used = Object.values(ROUTES).flatMap(({ opens, forms }) => [
      ...opens,
      ...forms.flatMap(({ does }) => does),
    ])
    const withoutAddress = [
      ...[
        'case.view_as_family',
        'centre.add',
        'family.sign_in',
        'job.run',
        'installation.maintain',
      ],
    ]
    const actions = policyTable().map(({ action }) => action)
    const unused = actions.filter((action) => !used.includes(action))
    expect(unused.sort()).toEqual([...withoutAddress, 'operator.add'].sort())
  })
})

describe('P5: every page × person × relation', () => {
  test('answers as the policy says, "not yours" as "not there", and nothing of anybody else', {
    timeout: LONG,
  }, async () => {
    const all = crossings(served, people)
    const { wrong, differing, hidden } = await walk(all)
    expect(wrong).toEqual([])
    expect(differing).toEqual([])
    expect(hidden).toBeGreaterThan(300)
    expect(all.length).toBeGreaterThan(4_000)
  })

  test('control: a page of the person’s own differs, and holds the canaries that are looked for', async () => {
    const school = personNamed(`school-${SCHOOLS.a}`)
    const own = find(neighbours, 'proposed to a')
    const other = find(neighbours, 'proposed to b')
    const shown = await school.browser.get(`/faelle/${own.caseId}/aufnahme`)
    const hidden = await school.browser.get(`/faelle/${other.caseId}/aufnahme`)
    expect([...owners(shown.body)]).toEqual([own.caseId])
    expect(leakOf(personNamed(`school-${SCHOOLS.b}`), shown, null)).toContain('canary')
    expect(comparable(shown, own.caseId)).not.toBe(comparable(hidden, other.caseId))
  })
})

describe('P5: every form × person × relation', () => {
  test('what is not allowed is refused, the same as if it were not there, and changes nothing', {
    timeout: LONG,
  }, async () => {
    const [before, trailBefore] = [await fingerprint(world, TRAIL), await trailIds()]
    const wrong: string[] = []
    const all = formCrossings()
    const answered = severalAtOnce(all, async ({ person, csrf, form, path, one }) => {
      const typed = form.fields(one.form)
      const sent = { _csrf: await csrf, ...typed }
      return { typed, reply: await person.browser.send({ method: 'POST', path, form: sent }) }
    })
    for await (const [{ person, form, path, one }, { typed, reply }] of answered) {
      const isExpected = expectedForForm(person, form, one.target).includes(reply.status)
      // what was typed may stand in the form that comes back
      const asked = [one.asked, ...Object.values(typed)]
      const problem = isExpected ? leakOf(person, reply, ...asked) : reply.status
      if (problem !== null) {
        wrong.push(`${person.name} × POST ${path} (${form.does}, ${one.name}): ${problem}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await fingerprint(world, TRAIL)).toEqual(before)
    // who may not assign a child that is on their desk is told so, with its name: a look, and no more
    expect(await notLooks(trailBefore)).toEqual([])
    expect(all.length).toBeGreaterThan(2_000)
  })
})

describe('P5: whatever somebody who is signed in asks for', () => {
  test(`${RANDOM_REQUESTS} random requests: no canary, id or number of anybody else`, {
    timeout: LONG,
  }, async () => {
    const random = seeded(20261119)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
    const wrong: string[] = []
    let withCanary = 0
    const signedIn = people.filter(({ actor }) => actor !== null)
    for (let n = 0; n < RANDOM_REQUESTS; n += 1) {
      const person = pick(signedIn)
      const { path, asked } = randomRequest(pick, searches.get(person.name) ?? COMMON_NAME)
      const reply = await person.browser.get(path)
      const problem = reply.status >= 500 ? reply.status : leakOf(person, reply, ...asked)
      if (problem !== null) wrong.push(`${person.name} × ${path}: ${problem}`)
      withCanary += Math.min(1, owners(reply.body).size)
    }
    expect(wrong).toEqual([])
    // the requests did reach pages with children on them
    expect(withCanary).toBeGreaterThan(RANDOM_REQUESTS / 50)
  })
})

describe('P5: with a single sign-on', () => {
  let idp: IdentityProvider
  let joined: Served

  beforeAll(async () => {
    idp = await startIdentityProvider()
    const { issuer, clientId, clientSecret } = idp
    joined = await serve({ ...world, provider: openProvider({ issuer, clientId, clientSecret }) })
  }, LONG)

  afterAll(async () => {
    await joined.close()
    await idp.close()
  })

  /** The same people with the same sessions, at the program that knows the provider. */
  function atJoined(): readonly Person[] {
    return people.map((person) => ({
      ...person,
      browser: openBrowser(joined.door, person.browser.cookies),
      hasProvider: true,
    }))
  }

  const SIGN_IN_FIRST = '303 /anmelden?zurueck=%2Fkonto%2Fdienststelle'
  const PROVE_FIRST = '303 /konto/bestaetigen?zurueck=%2Fkonto%2Fdienststelle'
  const ofProvider = ({ route }: Crossing) => route.id.endsWith('.provider')

  test('its addresses answer everybody as they should, whoever merely opens them', async () => {
    const all = crossings(joined, atJoined()).filter(ofProvider)
    const { wrong } = await walk(all)
    expect(wrong).toEqual([])
    expect(all.length).toBe(people.length * 10)
  })

  test('from a page of ours they lead to the provider; what comes back unasked signs nobody in', async () => {
    const found: string[] = []
    const expected: string[] = []
    for (const person of atJoined()) {
      const isStaff = person.actor?.kind === 'staff'
      const answers = [
        await fromOurPage(person.browser, '/anmelden/dienststelle'),
        await fromOurPage(person.browser, '/konto/dienststelle'),
        await fromOurPage(person.browser, '/anmelden/dienststelle?state=a.b.c&code=d'),
        await fromOurPage(person.browser, '/konto/dienststelle?state=a.b.c&code=d'),
      ]
      found.push(`${person.name}: ${answers.map((reply) => leakOf(person, reply) ?? wayOf(reply))}`)
      const linking = isStaff ? PROVE_FIRST : SIGN_IN_FIRST
      const ways = ['303 provider', linking, '422', linking]
      expected.push(`${person.name}: ${ways}`)
    }
    expect(found).toEqual(expected)
  })

  test('who comes in by it is answered as the role, no more and no less', {
    timeout: LONG,
  }, async () => {
    const school = atJoined().find(({ name }) => name === `school-${SCHOOLS.a}`) as Person
    const browser = await signInByProvider(school.browser)
    const all = crossings(joined, [{ ...school, browser }])
    const { wrong, differing, hidden } = await walk(all)
    expect(wrong).toEqual([])
    expect(differing).toEqual([])
    expect(hidden).toBeGreaterThan(10)
    const own = find(neighbours, 'proposed to a')
    const page = await browser.get(`/faelle/${own.caseId}/aufnahme`)
    expect([...owners(page.body)]).toEqual([own.caseId])
  })

  /** Links the account in its own browser, then signs in with a new one. */
  async function signInByProvider(own: Browser): Promise<Browser> {
    const proof = { way: 'password', proof: WORLD_PASSWORD }
    expect((await own.post('/konto/bestaetigen', proof)).status).toBe(303)
    await comeBack(own, '/konto/dienststelle')
    const browser = openBrowser(joined.door)
    await comeBack(browser, '/anmelden/dienststelle')
    return browser
  }

  async function comeBack(browser: Browser, from: string): Promise<void> {
    const away = String((await fromOurPage(browser, from)).headers['location'])
    const back = new URL(await idp.comeBack(away))
    const reply = await browser.get(`${back.pathname}${back.search}`)
    expect(`${reply.status} ${wayOf(reply)}`).not.toContain('/anmelden')
    expect(reply.status).toBe(303)
  }

  function fromOurPage(browser: Browser, path: string): Promise<Reply> {
    return browser.send({ path, headers: { 'sec-fetch-site': 'same-origin' } })
  }

  function wayOf({ status, headers }: Reply): string {
    const to = headers['location']
    if (to === undefined) return String(status)
    return `${status} ${to.startsWith(`${idp.issuer}/authorize?`) ? 'provider' : to}`
  }
})

describe('P5: control', () => {
  test('a right that the matrix does not expect is noticed', async () => {
    const auditor = personNamed('auditor-bor')
    const { caseId } = find(neighbours, 'attending b')
    const one = caseTargets().find(({ asked }) => asked === caseId) as Asked
    const route = served.routes.find(({ id }) => id === 'routes/case') as ManifestRoute
    const [cell] = waysTo(route, one) as [Cell]
    const problems = async () => {
      const reply = await auditor.browser.get(cell.path)
      const expected = expectedFor(route, auditor, one, cell.way)
      return [problemOf(reply, cell, expected), leakOf(auditor, reply, caseId)]
    }
    expect(await problems()).toEqual([null, null])
    await grantCounsellor('account-auditor-bor' as AccountId, CENTRES.DN.id)
    expect(await problems()).toEqual(['200, not 404 (not_there)', 'canary of attending b'])
  })
})

/** Where looks are written down as well. */
const TRAIL = ['audit_entry', 'audit_case']

async function trailIds(): Promise<ReadonlySet<string>> {
  const rows = await world.database.db.selectFrom('audit_entry').select('id').execute()
  return new Set(rows.map(({ id }) => id))
}

/** What the trail says since then but that somebody looked at children whom they may know. */
async function notLooks(before: ReadonlySet<string>): Promise<readonly string[]> {
  const rows = await world.database.db
    .selectFrom('audit_entry')
    .leftJoin('audit_case', 'audit_case.entry_id', 'audit_entry.id')
    .select(['audit_entry.id', 'event', 'account_id', 'case_id'])
    .execute()
  return rows
    .filter(({ id }) => !before.has(id))
    .filter(({ event, account_id, case_id }) => {
      const person = people.find(
        ({ actor }) => actor?.kind === 'staff' && actor.accountId === account_id,
      )
      const isKnown = person !== undefined && mayKnow(person, nameOf(case_id as CaseId))
      return event !== 'list_viewed' || !isKnown
    })
    .map(({ event, account_id, case_id }) => `${account_id}: ${event} ${case_id}`)
}

async function grantCounsellor(accountId: AccountId, centreId: CentreId): Promise<void> {
  const created_at = instant(world.clock)
  const nowhere = { school_number: null, owner_number: null, area: null, forms: null }
  await world.database.write((tx) =>
    insertAssignment(tx, {
      id: randomUUID(),
      account_id: accountId,
      role: 'counsellor',
      scope_centre_id: centreId,
      created_at,
      ended_at: null,
      ...nowhere,
    }),
  )
}

// ---- what is asked ----

type Asked = {
  readonly name: string
  readonly target: Target
  readonly params: Readonly<Record<string, string>>
  /** The id that stands in the address; an answer may repeat it. */
  readonly asked: string | null
}

function targetsOf({ id }: ManifestRoute): readonly Asked[] {
  const about = ROUTES[id]?.about
  if (about === 'case')
    return [...caseTargets(), missing('id', MISSING.case), missing('id', "x'--")]
  if (about === 'school') return [...schoolTargets(), missing('number', MISSING.school)]
  return [{ name: 'no one', target: { of: 'nothing' }, params: {}, asked: null }]
}

function caseTargets(): readonly Asked[] {
  return neighbours.map(({ name, caseId }) => ({
    name,
    target: caseTarget(name, caseId),
    params: { id: caseId },
    asked: caseId,
  }))
}

/** An erased case is none. */
function caseTarget(name: string, caseId: CaseId): Target {
  const found = facts.get(caseId)
  return found === undefined ? { of: 'nothing' } : { of: 'case', name, facts: found }
}

function schoolTargets(): readonly Asked[] {
  const all = Object.values(CENTRES).flatMap(({ id, schools }) =>
    schools.map(([number]) => ({ centreId: id, schoolNumber: number as SchoolNumber })),
  )
  return all.map((school) => ({
    name: `school ${school.schoolNumber}`,
    target: { of: 'school', ...school, ownerNumber: OWNER, decidedBy: 'school' },
    params: { number: school.schoolNumber },
    asked: school.schoolNumber,
  }))
}

function missing(parameter: string, value: string): Asked {
  const params = { [parameter]: encodeURIComponent(value) }
  return { name: 'nothing', target: { of: 'nothing' }, params, asked: value }
}

type Way = 'document' | 'data' | 'head' | 'single_fetch' | 'other_address'
type Cell = { readonly way: Way; readonly method: string; readonly path: string }

/** A page as document and as `?_data=`; once also as HEAD, `.data`, and by another page's address. */
function waysTo({ id, path }: ManifestRoute, { name, params }: Asked): readonly Cell[] {
  const address = addressOf(path, params)
  const cells: Cell[] = [
    { way: 'document', method: 'GET', path: address },
    { way: 'data', method: 'GET', path: `${address}?_data=${encodeURIComponent(id)}` },
  ]
  if (!SAMPLED.includes(name)) return cells
  const elsewhere = id === 'routes/family' ? '/anmelden' : '/familie'
  return [
    ...cells,
    { way: 'head', method: 'HEAD', path: address },
    { way: 'single_fetch', method: 'GET', path: `${address}.data?_routes=${id}` },
    { way: 'other_address', method: 'GET', path: `${elsewhere}?_data=${encodeURIComponent(id)}` },
  ]
}

/** Ways in which "not yours" must be "not there" byte for byte. */
const COMPARED: readonly Way[] = ['document', 'data']

const SAMPLED = [
  'no one',
  'nothing',
  'proposed to a',
  'proposed in the other centre',
  `school ${SCHOOLS.a}`,
]

const AT_ONCE = 4

/** Asks for each, {@link AT_ONCE} under way at a time: a page that is not there keeps one waiting. */
async function* severalAtOnce<T, R>(
  all: readonly T[],
  ask: (one: T) => Promise<R>,
): AsyncGenerator<readonly [T, R]> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE)
    yield* await Promise.all(some.map(async (one) => [one, await ask(one)] as const))
  }
}

type Crossing = {
  readonly person: Person
  readonly route: ManifestRoute
  readonly one: Asked
  readonly cell: Cell
}

/** Every person × page × target × way to ask. */
function crossings({ routes }: Served, asking: readonly Person[]): readonly Crossing[] {
  const pages = routes.flatMap((route) =>
    targetsOf(route).flatMap((one) => waysTo(route, one).map((cell) => ({ route, one, cell }))),
  )
  return asking.flatMap((person) => pages.map((page) => ({ person, ...page })))
}

/**
 * Asks all of them. `differing`: whoever was answered "not there" in more than one way; `hidden`: in
 * how many pages somebody was.
 */
async function walk(all: readonly Crossing[]) {
  const wrong: string[] = []
  const hidden = new Map<string, Map<string, string>>()
  const answered = severalAtOnce(all, ({ person, cell: { method, path } }) =>
    person.browser.send({ method, path }),
  )
  for await (const [{ person, route, one, cell }, reply] of answered) {
    const expected = expectedFor(route, person, one, cell.way)
    const where = `${person.name} × ${cell.method} ${cell.path} (${one.name})`
    const problems = [problemOf(reply, cell, expected), leakOf(person, reply, one.asked)]
    wrong.push(...problems.filter((found) => found !== null).map((found) => `${where}: ${found}`))
    if (expected === 'not_there' && COMPARED.includes(cell.way)) {
      const same = `${person.name} × ${route.id} × ${cell.way}`
      const texts = hidden.get(same) ?? new Map()
      hidden.set(same, texts.set(comparable(reply, one.asked), one.name))
    }
  }
  const differing = [...hidden]
    .filter(([, texts]) => texts.size > 1)
    .map(([same, texts]) => `${same}: ${[...texts.values()]}`)
  return { wrong, differing, hidden: hidden.size }
}

function expectedFor(route: ManifestRoute, person: Person, one: Asked, way: Way): Outcome | null {
  if (way === 'other_address') return null
  const rule = ROUTES[route.id]
  if (rule === undefined) throw new Error(`Unknown route ${route.id}`)
  if (way === 'single_fetch') {
    // `.data` is nothing here: it becomes part of the last parameter, or of an unknown address
    return hasParameterLast(route.path) && person.actor?.kind !== 'staff' ? 'sign_in' : 'not_there'
  }
  return outcomeOf(route.id, rule, person, one.target, centreIds())
}

/** Whether the address ends in a parameter, or in a word where else one stands: `/faelle/neu`. */
function hasParameterLast(path: string): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'))
  return served.routes.some(
    (route) =>
      route.path.startsWith(`${parent}/:`) && !route.path.slice(parent.length + 2).includes('/'),
  )
}

const STATUS: Readonly<Record<Outcome, number>> = {
  shown: 200,
  led_on: 303,
  sign_in: 303,
  forbidden: 403,
  not_there: 404,
}

/** What is wrong with the answer, or null. Remix tells scripts of a way on by 204 and a header. */
function problemOf(reply: Reply, cell: Cell, expected: Outcome | null): string | null {
  if (cell.method === 'HEAD' && reply.body !== '') return 'HEAD has a body'
  if (expected !== null) return outcomeProblem(reply, cell, expected)
  return reply.status === 403 ? null : `${reply.status}, not refused`
}

function outcomeProblem(reply: Reply, { way }: Cell, expected: Outcome): string | null {
  const isWayOn = STATUS[expected] === 303
  const status = way === 'data' && isWayOn ? 204 : STATUS[expected]
  if (reply.status !== status) return `${reply.status}, not ${status} (${expected})`
  const to = String(reply.headers['location'] ?? reply.headers['x-remix-redirect'] ?? '')
  if (isWayOn && (expected === 'sign_in') !== to.startsWith('/anmelden')) return `leads to ${to}`
  return null
}

// ---- forms ----

/** Every person × form × target that the policy does not allow; asked for the action's own answer. */
function formCrossings() {
  const forms = served.routes.flatMap((route) =>
    (ROUTES[route.id]?.forms ?? []).flatMap((form) =>
      formTargets(route, form).map((one) => {
        const search = new URLSearchParams(form.search)
        search.set('_data', route.id)
        return { form, one, path: `${addressOf(route.path, one.params)}?${search}` }
      }),
    ),
  )
  return people.flatMap((person) => {
    const csrf = person.browser.csrf()
    return forms
      .filter(({ form, one }) => !isAllowed(person, form, one.target))
      .map((crossing) => ({ person, csrf, ...crossing }))
  })
}

type AskedForm = Asked & { readonly form: FormTarget }

function formTargets(route: ManifestRoute, rule: FormRule): readonly AskedForm[] {
  const [does = ''] = rule.does
  const form: FormTarget = {
    caseId: MISSING.case,
    version: '1',
    schoolNumber: SCHOOLS.a,
    centreId: '',
    today: today(world.clock),
  }
  if (does.startsWith('seat.')) {
    const decidedBy = rule.decidedBy ?? 'school'
    return schoolTargets().map((one) => ({
      ...one,
      target: one.target.of === 'school' ? { ...one.target, decidedBy } : one.target,
      form: { ...form, schoolNumber: one.params['number'] ?? '' },
    }))
  }
  if (does.startsWith('case.') && !['case.register', 'case.list'].includes(does)) {
    return [...caseTargets(), missing('id', MISSING.case)].map((one) => ({
      ...one,
      form: { ...form, caseId: one.params['id'] ?? '' },
    }))
  }
  const isOfOne = does === 'case.register' || rule.inOwnCentre === true
  return (isOfOne ? [CENTRES.DN.id] : centreIds()).map((centreId) => ({
    name: `${route.id} in ${centreId}`,
    target: { of: 'centre', centreId },
    params: {},
    asked: null,
    form: { ...form, centreId },
  }))
}

function isAllowed(person: Person, { does, inOwnCentre }: FormRule, target: Target): boolean {
  const targets: readonly Target[] = inOwnCentre
    ? centreIds().map((centreId) => ({ of: 'centre', centreId }))
    : [target]
  return targets.some((one) => does.some((action) => allows(person, action, one)))
}

/** A case one may not know of is not there; what one may know of and not do is forbidden. */
function expectedForForm(person: Person, { atDesk }: FormRule, target: Target): readonly number[] {
  if (person.actor?.kind !== 'staff') return [204]
  if (atDesk !== undefined && !worksAt(person, atDesk)) return [403]
  if (target.of === 'nothing') return [404]
  if (target.of === 'case') return [mayKnow(person, target.name) ? 403 : 404]
  return [403, 404, 422]
}

function worksAt(person: Person, desk: NonNullable<FormRule['atDesk']>): boolean {
  return centreIds().some((centreId) => allows(person, desk, { of: 'centre', centreId }))
}

// ---- what must not be there ----

/** A canary, case id or case number of a child the person may not know of; null: nothing. */
function leakOf(
  person: Person,
  { body, headers }: Reply,
  ...asked: readonly (string | null)[]
): string | null {
  const text = `${body}\n${JSON.stringify(headers)}`
  for (const caseId of owners(text)) {
    if (!mayRead(person, nameOf(caseId))) return `canary of ${nameOf(caseId)}`
  }
  for (const { caseId, caseNumber, name } of neighbours) {
    if (mayKnow(person, name)) continue
    const isThere = (told: string) => !asked.includes(told) && text.includes(told)
    if (isThere(caseId)) return `id of ${name}`
    if (isThere(caseNumber)) return `number of ${name}`
  }
  return null
}

function nameOf(caseId: CaseId): string {
  return neighbours.find((one) => one.caseId === caseId)?.name ?? caseId
}

// ---- random requests ----

type Pick = <T>(items: readonly T[]) => T

function randomRequest(
  pick: Pick,
  search: string,
): { readonly path: string; readonly asked: readonly string[] } {
  // every second one by an address of a child: the more pages there are, the rarer else a child's
  const route = pick(
    pick([served.routes, served.routes.filter(({ path }) => path.includes(':id'))]),
  )
  const one = pick(targetsOf(route))
  const query = new URLSearchParams()
  for (const name of QUERY_NAMES) if (pick([true, false, false])) query.set(name, pick(values()))
  if (pick([true, false, false])) query.set('suche', pick([search, search, ...values()]))
  if (pick([true, false])) query.set('_data', pick([route.id, pick(served.routes).id, 'root']))
  const asked = [one.asked ?? '', ...query.values()]
  return { path: `${addressOf(route.path, one.params)}?${query}`, asked }
}

const QUERY_NAMES = [
  ...['q', 'seite', 'fuer', 'nur', 'stand', 'sortierung', 'form', 'zentrum', 'schule'],
  ...['geschwister', 'verlauf', 'thema', 'zurueck', 'sprache', 'rolle'],
]

function values(): readonly string[] {
  return [
    ...[COMMON_NAME, COMMON_NAME.toLowerCase(), '%', '_', "' or 1=1 --", '', '1', '2', '999999'],
    ...['alle', 'ich', 'uns', 'schule', 'familie', 'name', 'nummer', 'proposed', 'attending', '15'],
    ...['DN-2026-0001', 'BOR-2026-0001', ...Object.values(SCHOOLS), ...centreIds()],
    ...neighbours.slice(0, 4).map(({ caseId }) => caseId),
    ...[randomUUID(), 'ar', 'en', 'wunsch', '/faelle'],
  ]
}

function centreIds(): readonly CentreId[] {
  return Object.values(CENTRES).map(({ id }) => id)
}

function personNamed(name: string): Person {
  const found = people.find((one) => one.name === name)
  if (found === undefined) throw new Error(`Nobody is ${name}`)
  return found
}
