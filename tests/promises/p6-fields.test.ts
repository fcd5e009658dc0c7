import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { today } from '#app/domain/time.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { canary } from '#tests/promises/canaries.ts'
import {
  ASKING,
  type Asking,
  FIELD_TABLE,
  FIELDS,
  type Field,
  NO_FIELD,
  SEEN_BY_NOBODY,
} from '#tests/promises/field-table.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { type Facts, factsIn, NOTHING, shows, together } from '#tests/promises/p6-shown.ts'
import { storedFields } from '#tests/promises/p6-stored.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { done } from '#tests/promises/steps.ts'
import { FACTS, MARKS, type Mark, registerTwins, type Twin, WAY } from '#tests/promises/twins.ts'
import { addressOf, type ManifestRoute } from '#tests/setup/manifest.ts'
import {
  type Browser,
  type Fields,
  openBrowser,
  signIn,
  signInFamily,
} from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { CENTRES, type CentreCode, WORLD_PASSWORD } from '#tests/setup/world.ts'

const LONG = guard(600_000)

let world: SharedWorld
let served: Served
let twins: readonly [Twin, Twin]
let slips: Readonly<Record<CentreCode, { readonly code: string; readonly pin: string }>>
/** `routes/case × school` → the fields that were seen there, at whatever stage. */
const seen = new Map<string, Set<Field>>()
/** What pages say before there is a child. */
const before = new Map<string, Facts>()
let looks = 0

beforeAll(async () => {
  world = await makeSharedWorld()
  served = await serve(world)
  const empty = await signInAll('DN', null)
  for (const [role, browser] of empty) {
    for (const route of served.routes.filter(({ path }) => !path.includes(':id'))) {
      before.set(`${route.id} × ${role}`, await lookAt(browser, route, null, true))
    }
  }
  twins = await registerTwins(world)
  slips = { DN: await slipOf(twins[0]), BOR: await slipOf(twins[1]) }
  for (const [stage, ...steps] of WAY) {
    for (const step of steps) for (const twin of twins) await step(world, twin)
    await lookAround(WHOLE.includes(stage))
  }
  await lookAtSlips()
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

describe('P6: each role sees its fields, no more and no less', () => {
  test('every route of the build has its line, and no line is without a route', () => {
    expect(Object.keys(FIELD_TABLE).sort()).toEqual(served.routes.map(({ id }) => id).sort())
  })

  test('every field that is stored of a child, a family or a case is looked for', async () => {
    const stored = Object.values(FIELDS).flatMap(({ stored: place }) => place ?? [])
    const expected = [...stored, ...Object.keys(NO_FIELD)].sort()
    expect(await storedFields(world, twins[0])).toEqual(expected)
  })

  test('what was seen on every page at every stage is what the table says', () => {
    const found = served.routes.flatMap(({ id }) =>
      ASKING.map((role) => [`${id} × ${role}`, sorted(seen.get(`${id} × ${role}`) ?? [])]),
    )
    const expected = served.routes.flatMap(({ id }) =>
      ASKING.map((role) => [`${id} × ${role}`, sorted(FIELD_TABLE[id]?.[role] ?? [])]),
    )
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
    expect(looks).toBeGreaterThan(1_500)
  })

  test('every field is seen by somebody: no mark is looked for in vain', () => {
    const all = new Set([...seen.values()].flatMap((fields) => [...fields]))
    const nowhere = (Object.keys(FIELDS) as Field[]).filter((field) => !all.has(field))
    expect(nowhere.sort()).toEqual(Object.keys(SEEN_BY_NOBODY).sort())
  })
})

describe('P6: control', () => {
  test('one field more in an answer is noticed, whether in its data or on its page', async () => {
    const [{ caseId }] = twins
    const school = await signInAs('school', 'DN')
    const route = served.routes.find(({ id }) => id === 'routes/case.admission') as ManifestRoute
    const reply = await school.get(`/faelle/${caseId}/aufnahme?_data=${route.id}`)
    const like = await signInAs('school', 'BOR')
    const other = await like.get(`/faelle/${twins[1].caseId}/aufnahme?_data=${route.id}`)
    const fieldsOf = (body: string) =>
      fieldsIn(route, factsIn({ ...reply, body }), [factsIn(other)])
    const known = fieldsOf(reply.body)
    expect(known).toContain('guardian')
    const planted = (facts: object) => JSON.stringify({ ...JSON.parse(reply.body), ...facts })
    const more = (body: string) => fieldsOf(body).filter((field) => !known.includes(field))

    expect(more(planted({ germanLevel: 'A1/A2' }))).toEqual(['german'])
    expect(more(planted({ schooling: [{ years: 4 }] }))).toEqual(['years'])
    expect(more(planted({ note: canary(twins[0].serial, 'wishNote') }))).toEqual(['wishNote'])
    const headers = { 'content-type': 'text/html' }
    const page = factsIn({ headers, body: `<p>${canary(twins[0].serial, 'advice')}</p>` })
    expect(fieldsIn(route, page, [NOTHING])).toEqual(['advice'])
  })
})

function sorted(fields: Iterable<Field>): readonly Field[] {
  return [...fields].sort()
}

// ---- looking ----

/** Where everybody looks at everything; before, those who see children look at the pages of children. */
const WHOLE: readonly string[] = ['attending']
const SEEING: readonly Asking[] = ['counsellor', 'lead', 'authority', 'school', 'family']

function isOfChildren({ id }: ManifestRoute): boolean {
  const { opens = [] } = ROUTES[id] ?? {}
  return id === 'routes/family' || opens.some((action) => /^(case|desk)\./.test(action))
}

/** People look at pages about the marked child, and their like in the other centre at those about the other. */
async function lookAround(isWhole: boolean): Promise<void> {
  const [marked, other] = twins
  const [here, there] = [await signInAll('DN', marked), await signInAll('BOR', other)]
  const routes = isWhole ? served.routes : served.routes.filter(isOfChildren)
  for (const [role, browser] of here) {
    if (!isWhole && !SEEING.includes(role)) continue
    const like = there.get(role) ?? browser
    for (const route of routes) {
      const key = `${route.id} × ${role}`
      const facts = await lookAt(browser, route, marked, isWhole)
      const compared = [await lookAt(like, route, other, isWhole), before.get(key) ?? NOTHING]
      note(key, route, facts, compared)
    }
  }
}

/** A slip is the answer to its form, and ends what was signed in with the one before. */
async function lookAtSlips(): Promise<void> {
  const [marked, other] = twins
  const [here, there] = [await signInAll('DN', marked), await signInAll('BOR', other)]
  const route = served.routes.find(({ id }) => id === 'routes/case.slip') as ManifestRoute
  for (const [role, browser] of here) {
    const like = there.get(role) ?? browser
    const print = async (by: Browser, { caseId }: Twin) =>
      factsIn(await by.post(addressOf(route.path, { id: caseId }), {}))
    note(`${route.id} × ${role}`, route, await print(browser, marked), [await print(like, other)])
  }
}

function note(key: string, route: ManifestRoute, facts: Facts, compared: readonly Facts[]): void {
  const fields = seen.get(key) ?? new Set()
  for (const field of fieldsIn(route, facts, compared)) fields.add(field)
  seen.set(key, fields)
}

function fieldsIn(
  { path }: ManifestRoute,
  facts: Facts,
  compared: readonly Facts[],
): readonly Field[] {
  const isOfOne = path.includes(':id')
  return (Object.keys(FIELDS) as Field[]).filter(
    // in lists a brother or sister is a child of its own
    (field) => (isOfOne || !field.startsWith('sibling')) && shows(facts, marksOf(field), compared),
  )
}

function marksOf(field: Field): readonly Mark[] {
  if (field !== 'code') return MARKS[field]
  const { code } = slips.DN
  return [code, `${code.slice(0, 5)}-${code.slice(5)}`]
}

/** The page of a route with its further views; as a whole also as data alone, and its forms sent back. */
async function lookAt(
  browser: Browser,
  route: ManifestRoute,
  twin: Twin | null,
  isWhole: boolean,
): Promise<Facts> {
  const number = twin?.school ?? CENTRES.DN.schools[0][0]
  const address = addressOf(route.path, { id: twin?.caseId ?? '', number })
  const data = `?_data=${encodeURIComponent(route.id)}`
  const further = await Promise.all((VIEWS[route.id] ?? []).map((view) => view(twin)))
  // a page with scripts carries its data in it
  const views = isWhole || route.id === 'routes/family' ? ['', data, ...further] : ['', ...further]
  let facts = NOTHING
  for (const view of views) {
    looks += 1
    facts = together(facts, factsIn(await browser.get(`${address}${view}`)))
  }
  const forms = isWhole ? formsOf(route, address, twin) : []
  for (const { path, fields } of forms) {
    looks += 1
    facts = together(facts, factsIn(await browser.post(path, fields)))
  }
  return facts
}

type View = (twin: Twin | null) => string | Promise<string>
const always =
  (view: string): View =>
  () =>
    view

/** Further views of a page. */
const VIEWS: Readonly<Record<string, readonly View[]>> = {
  'routes/work-list': [always('?fuer=alle')],
  'routes/cases': [always('?stand=registered')],
  'routes/case': [always('?verlauf=alle')],
  'routes/cases.new': [(twin) => `?geschwister=${twin?.caseId ?? ''}`],
  'routes/case.trail': [firstEntries],
  'routes/case.interview': [
    ...['sprachen', 'schulbesuch', 'geschwister', 'wunsch', 'empfehlung', 'pruefen'].map((topic) =>
      always(`?thema=${topic}`),
    ),
  ],
}

/** The oldest page of a case's trail. */
async function firstEntries(twin: Twin | null): Promise<string> {
  if (twin === null) return ''
  const rows = await world.database.db
    .selectFrom('audit_case')
    .select('entry_id')
    .where('case_id', '=', twin.caseId)
    .orderBy('entry_id')
    .limit(20)
    .execute()
  return `?vor=${rows.at(-1)?.entry_id ?? ''}`
}

/** Forms without their facts, so that none takes effect: the page comes back, or a refusal. */
function formsOf({ id }: ManifestRoute, address: string, twin: Twin | null) {
  if (id === 'routes/cases.new' && twin !== null) return [{ path: address, fields: nearly(twin) }]
  if (id === 'routes/case.slip') return []
  const sent = (ROUTES[id]?.forms ?? []).map(({ fields, search = '' }) => {
    const { intent } = fields({ ...NO_TARGET, caseId: '', today: today(world.clock) })
    return { path: `${address}${search}`, fields: intent === undefined ? {} : { intent } }
  })
  // forms that differ in their facts alone are the same without them
  return [...new Map(sent.map((form) => [JSON.stringify(form), form])).values()]
}

const NO_TARGET = { version: '', schoolNumber: '', centreId: '' }

/** A Meldung like the child's, each name a letter off: the answer names the child that is there. */
function nearly({ serial, centre }: Twin): Fields {
  const [year = '', month = '', day = ''] = FACTS[centre].born.split('-')
  const off = (name: string) => `${name.slice(0, -1)}x`
  return {
    givenNames: off(`Kanari ${canary(serial, 'given')}`),
    familyName: off(canary(serial, 'family')),
    ...{ birthDay: day, birthMonth: month, birthYear: year, birthPrecision: 'day', sex: 'x' },
    ...{ language: 'ar', free: 'o. f. W.', channel: 'letter', registeredOn: today(world.clock) },
    municipality: centre === 'DN' ? '05358008' : '05554012',
  }
}

// ---- who looks ----

async function signInAll(
  centre: CentreCode,
  twin: Twin | null,
): Promise<ReadonlyMap<Asking, Browser>> {
  const browsers = new Map<Asking, Browser>()
  for (const role of ASKING) {
    if (role !== 'family' || twin !== null) browsers.set(role, await signInAs(role, centre))
  }
  return browsers
}

async function signInAs(role: Asking, centre: CentreCode): Promise<Browser> {
  const { door } = served
  if (role === 'nobody') return openBrowser(door)
  if (role === 'family') return signInFamily(door, slips[centre].code, slips[centre].pin)
  const key = `${role}${KEYS[role]?.(centre) ?? `-${centre.toLowerCase()}`}`
  return signIn(door, `${key}@beispiel.example`, WORLD_PASSWORD)
}

const KEYS: Readonly<Partial<Record<Asking, (centre: CentreCode) => string>>> = {
  school: (centre) => `-${CENTRES[centre].schools[0][0]}`,
  state: () => '',
  operator: () => '',
}

async function slipOf({ centre, caseId }: Twin) {
  return done(await printSlip(world.as('counsellor', centre), caseId))
}
