import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { today } from '#app/domain/time.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { tidyUp } from '#app/services/jobs/tidy-up.server.ts'
import { runRetention } from '#app/services/privacy/run-retention.server.ts'
import { noteToldRecipient } from '#app/services/privacy/tell-recipient.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { canary } from '#tests/promises/canaries.ts'
import {
  ASKING,
  type Asking,
  FIELD_TABLE,
  FIELDS,
  FIELDS_AFTER_END,
  FIELDS_AFTER_ERASURE,
  type Field,
  type FieldRule,
  NO_FIELD,
  SEEN_BY_NOBODY,
} from '#tests/promises/field-table.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { type Facts, factsIn, NOTHING, shows, together } from '#tests/promises/p6-shown.ts'
import {
  NOT_OF_CHILDREN,
  sealedTables,
  storedFields,
  subjectOf,
} from '#tests/promises/p6-stored.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { done } from '#tests/promises/steps.ts'
import {
  approvePeriods,
  DUE,
  END,
  FACTS,
  grundschuleOfTwin,
  MARKS,
  type Mark,
  registerTwins,
  SOON_DUE,
  type Twin,
  WAY,
} from '#tests/promises/twins.ts'
import { addressOf, type ManifestRoute } from '#tests/setup/manifest.ts'
import {
  type Browser,
  type Fields,
  openBrowser,
  type Reply,
  signIn,
  signInFamily,
} from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { CENTRES, type CentreCode, WORLD_PASSWORD } from '#tests/setup/world.ts'

const LONG = guard(600_000)

/** `routes/case × school` → the fields that were seen there. */
type Seen = Map<string, Set<Field>>
type Stored = Awaited<ReturnType<typeof storedFields>>

let world: SharedWorld
let served: Served
let twins: readonly [Twin, Twin]
let slips: Readonly<Record<CentreCode, { readonly code: string; readonly pin: string }>>
/** At whatever stage, as long as the child is there. */
const seen: Seen = new Map()
/** Once its case has ended. */
const seenEnded: Seen = new Map()
/** Once it is erased; and once those who knew of it have been told. */
const seenErased: Seen = new Map()
const seenTold: Seen = new Map()
/** By another counsellor of the centre, on the pages with drafts. */
const seenByColleague: Seen = new Map()
/** What pages say before there is a child, and what else when looked at in every way. */
const before = new Map<string, { readonly pages: Facts; readonly whole: Facts }>()
let looks = 0
let sealed: readonly string[]
let stored: Stored
let storedErased: Stored
/** What the school is answered while the children are there, to plant something in. */
let planting: { readonly own: Reply; readonly like: Reply }
/** What is answered to the case number and to the family's slip. */
let doors: Readonly<Record<'open' | 'shut', readonly number[]>>
let ofSibling: string

beforeAll(async () => {
  world = await makeSharedWorld()
  served = await serve(world)
  await grundschuleOfTwin(world)
  await lookBefore()
  twins = await registerTwins(world)
  slips = await slipsOfBoth()
  for (const [stage, ...steps] of WAY) {
    for (const step of steps) for (const twin of twins) await step(world, twin)
    for (const look of LOOKS[stage] ?? [OF_CHILDREN]) await lookAround(look)
  }
  planting = await answersToSchools()
  await lookAtSlips()
  await lookAtEnd()
  await lookAfterErasure()
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

describe('P6: each role sees its fields, no more and no less', () => {
  test('every route of the build has its line, and no line is without a route', () => {
    expect(Object.keys(FIELD_TABLE).sort()).toEqual(served.routes.map(({ id }) => id).sort())
  })

  test('every field that is stored of a child, a family or a case is looked for', () => {
    const listed = Object.values(FIELDS).flatMap(({ stored: place }) => place ?? [])
    expect([...Object.values(stored).flat(), NUMBER_LEFT].sort()).toEqual(
      [...listed, ...Object.keys(NO_FIELD)].sort(),
    )
    // every table of the database with an envelope holds something of this child
    const walked = sealed.filter((table) => (stored[table] ?? []).length > 0)
    expect([...walked, ...Object.keys(NOT_OF_CHILDREN)].sort()).toEqual(sealed)
  })

  test('what was seen on every page at every stage is what the table says', () => {
    expectSeen(seen, FIELD_TABLE)
    expect(looks).toBeGreaterThan(2_500)
  })

  test('every field is seen by somebody: no mark is looked for in vain', () => {
    const all = new Set([...seen.values()].flatMap((fields) => [...fields]))
    const nowhere = (Object.keys(FIELDS) as Field[]).filter((field) => !all.has(field))
    expect(nowhere.sort()).toEqual(Object.keys(SEEN_BY_NOBODY).sort())
  })

  test('a draft comes back to whoever typed it, and not to a colleague', () => {
    const drafts = (Object.keys(FIELDS) as Field[]).filter((field) => field.startsWith('draft'))
    const [typist, colleague] = [seen, seenByColleague].map((by) =>
      WITH_DRAFTS.flatMap((id) => [...(by.get(`${id} × counsellor`) ?? [])]),
    )
    expect(drafts.filter((field) => !typist?.includes(field))).toEqual([])
    expect(drafts.filter((field) => colleague?.includes(field))).toEqual([])
    expect(colleague).toContain('given')
  })
})

describe('P6: once the case has ended', () => {
  test('what is seen on the pages of the child, and by whom, is what the table says', () => {
    expectSeen(seenEnded, FIELDS_AFTER_END)
  })
})

describe('P6: once the child is erased', () => {
  test('nothing of it is on any page of anybody, but its number for those who must be told', () => {
    expectSeen(seenErased, FIELDS_AFTER_ERASURE)
    expectSeen(seenTold, {})
  })

  test('nothing is stored of it but that number', () => {
    expect(Object.values(storedErased).flat()).toEqual([NUMBER_LEFT])
  })

  test('its number and its family’s slip open nothing any more', () => {
    expect(doors).toEqual({ open: [303, 303], shut: [404, 422] })
  })

  test('the pages of its brother or sister do not name it', () => {
    const { serial } = twins[0]
    const own = (['given', 'family', 'originalGiven', 'wishNote', 'advice', 'sentence'] as const)
      .map((field) => canary(serial, field))
      .filter((mark) => ofSibling.includes(mark))
    expect(own).toEqual([])
    expect(ofSibling).toContain(canary(FACTS.DN.siblingSerial, 'given'))
    expect(ofSibling).toContain(canary(serial, 'guardian'))
  })
})

describe('P6: control', () => {
  test('one field more in an answer is noticed, whether in its data or on its page', () => {
    const { own, like } = planting
    const route = routeNamed('routes/case.admission')
    const fieldsOf = (body: string) => fieldsIn(route, factsIn({ ...own, body }), [factsIn(like)])
    const known = fieldsOf(own.body)
    expect(known).toContain('guardian')
    const planted = (facts: object) => JSON.stringify({ ...JSON.parse(own.body), ...facts })
    const more = (body: string) => fieldsOf(body).filter((field) => !known.includes(field))

    expect(more(planted({ germanLevel: 'A1/A2' }))).toEqual(['german'])
    expect(more(planted({ schooling: [{ years: 4 }] }))).toEqual(['years'])
    expect(more(planted({ note: canary(twins[0].serial, 'wishNote') }))).toEqual(['wishNote'])
    const headers = { 'content-type': 'text/html' }
    const page = factsIn({ headers, body: `<p>${canary(twins[0].serial, 'advice')}</p>` })
    expect(fieldsIn(route, page, [NOTHING])).toEqual(['advice'])
  })
})

/** What an erasure leaves of the child, until school and authority have been told of it. */
const NUMBER_LEFT = 'erasure_recipient.case_number'

function expectSeen(found: Seen, table: Readonly<Record<string, FieldRule>>): void {
  const cells = (fieldsOf: (id: string, role: Asking) => Iterable<Field>) =>
    Object.fromEntries(
      served.routes.flatMap(({ id }) =>
        ASKING.map((role) => [`${id} × ${role}`, sorted(fieldsOf(id, role))]),
      ),
    )
  expect(cells((id, role) => found.get(`${id} × ${role}`) ?? [])).toEqual(
    cells((id, role) => table[id]?.[role] ?? []),
  )
}

function sorted(fields: Iterable<Field>): readonly Field[] {
  return [...fields].sort()
}

// ---- looking ----

const SEEING: readonly Asking[] = [
  ...(['counsellor', 'lead', 'authority', 'school', 'owner', 'family'] as const),
]
const WITH_DRAFTS: readonly string[] = ['routes/cases.new', 'routes/case.interview']

/** Who looks at which pages, and where that is noted; `isWhole`: in every way, and sends their forms. */
type Look = {
  readonly roles: readonly Asking[]
  readonly routes: (route: ManifestRoute) => boolean
  readonly isWhole?: true
  readonly into: readonly Seen[]
  /** Another account in the place of the role's. */
  readonly as?: string
}

const EVERYTHING: Look = { roles: ASKING, routes: () => true, isWhole: true, into: [seen] }
const OF_CHILDREN: Look = { roles: SEEING, routes: isOfChildren, into: [seen] }
const BY_COLLEAGUE: Look = {
  roles: ['counsellor'],
  routes: ({ id }) => WITH_DRAFTS.includes(id),
  into: [seenByColleague],
  as: 'colleague',
}
const OF_ENDED: Look = {
  roles: [...SEEING, 'auditor'],
  routes: isOfChildren,
  into: [seen, seenEnded],
}
const OF_DUE: Look = {
  roles: ASKING,
  routes: ({ id }) => /^routes\/administration\.(retention|erasures|trail)$/.test(id),
  into: [seen, seenEnded],
}
const AFTER_ERASURE: Look = { roles: ASKING, routes: () => true, into: [seenErased] }
const AFTER_TOLD: Look = {
  roles: ['lead', 'auditor'],
  routes: ({ id }) => id === 'routes/administration.erasures',
  into: [seenTold],
}

/** What is looked at at a stage; at the others, those who see children look at the pages of children. */
const LOOKS: Readonly<Record<string, readonly Look[]>> = {
  appointed: [OF_CHILDREN, BY_COLLEAGUE],
  attending: [EVERYTHING],
}

function isOfChildren({ id }: ManifestRoute): boolean {
  const { opens = [] } = ROUTES[id] ?? {}
  return id === 'routes/family' || opens.some((action) => /^(case|desk)\./.test(action))
}

async function lookBefore(): Promise<void> {
  for (const [role, browser] of await signInAll('DN', null)) {
    for (const route of served.routes.filter(({ path }) => !path.includes(':id'))) {
      const pages = await lookAtPages(browser, route, null)
      const whole = together(pages, await lookCloser(browser, route, null))
      before.set(`${route.id} × ${role}`, { pages, whole })
    }
  }
}

/** People look at pages about the marked child, and their like in the other centre at those about the other. */
async function lookAround(look: Look, families?: Readonly<Record<CentreCode, Browser>>) {
  const [marked, other] = twins
  const here = await signInAll('DN', marked, look, families?.DN)
  const there = await signInAll('BOR', other, look, families?.BOR)
  for (const [role, browser] of here) {
    const like = there.get(role) ?? browser
    for (const route of served.routes.filter(look.routes)) {
      await compare(look, role, route, { browser, like })
    }
  }
}

async function compare(
  { isWhole, into }: Look,
  role: Asking,
  route: ManifestRoute,
  { browser, like }: { readonly browser: Browser; readonly like: Browser },
): Promise<void> {
  const [marked, other] = twins
  const key = `${route.id} × ${role}`
  const facts = await lookAt(browser, route, marked, isWhole === true)
  const empty = before.get(key)?.[isWhole ? 'whole' : 'pages'] ?? NOTHING
  const compared = [await lookAt(like, route, other, isWhole === true), empty]
  for (const seenBy of into) note(seenBy, key, route, facts, compared)
}

/** The case ends, is held, and is due within days; what is stored by then is all that ever is. */
async function lookAtEnd(): Promise<void> {
  for (const step of END) for (const twin of twins) await step(world, twin)
  await lookAround(OF_ENDED)
  const [marked] = twins
  sealed = await sealedTables(world)
  stored = await storedFields(world, await subjectOf(world, marked))
  await approvePeriods(world)
  world.clock.moveTo(SOON_DUE)
  await lookAround(OF_DUE)
}

/** The rule takes both; the families were signed in when it did. */
async function lookAfterErasure(): Promise<void> {
  const [marked] = twins
  const subject = await subjectOf(world, marked)
  // the first run of all notes the time, the next ones erase
  await runRetention(world)
  world.clock.moveTo(DUE)
  const families = { DN: await signInAs('family', 'DN'), BOR: await signInAs('family', 'BOR') }
  const open = await answersAtDoors()
  await runRetention(world)
  doors = { open, shut: await answersAtDoors() }
  await tidyUp(world)
  storedErased = await storedFields(world, { ...subject, familyId: null })
  await lookAround(AFTER_ERASURE, families)
  ofSibling = await pagesOfSibling()
  await tellEverybody()
  await lookAround(AFTER_TOLD)
}

/** A slip is the answer to its form, and ends what was signed in with the one before. */
async function lookAtSlips(): Promise<void> {
  const [marked, other] = twins
  const [here, there] = [await signInAll('DN', marked), await signInAll('BOR', other)]
  const route = routeNamed('routes/case.slip')
  for (const [role, browser] of here) {
    const like = there.get(role) ?? browser
    const print = async (by: Browser, { caseId }: Twin) =>
      factsIn(await by.post(addressOf(route.path, { id: caseId }), {}))
    const key = `${route.id} × ${role}`
    note(seen, key, route, await print(browser, marked), [await print(like, other)])
  }
  slips = await slipsOfBoth()
}

async function answersToSchools() {
  const answerTo = async ({ centre, caseId }: Twin) =>
    (await signInAs('school', centre)).get(
      `/faelle/${caseId}/aufnahme${dataOf('routes/case.admission')}`,
    )
  return { own: await answerTo(twins[0]), like: await answerTo(twins[1]) }
}

/** What the search for the case number says, and the door of families to the slip. */
async function answersAtDoors(): Promise<readonly number[]> {
  const auditor = await signInAs('auditor', 'DN')
  const found = await auditor.post('/verwaltung/protokoll', { caseNumber: 'DN-2026-0001' })
  const entered = await openBrowser(served.door).post('/familie', slips.DN)
  return [found.status, entered.status]
}

/** Every page of the case of the brother or sister, as the counsellor sees it. */
async function pagesOfSibling(): Promise<string> {
  const [{ siblingId }] = twins
  const counsellor = await signInAs('counsellor', 'DN')
  const pages: string[] = []
  for (const { id, path } of served.routes.filter(isOfChildren)) {
    const views = await Promise.all((VIEWS[id] ?? []).map((view) => view(twins[0])))
    for (const view of ['', ...views]) {
      const { body } = await counsellor.get(`${addressOf(path, { id: siblingId })}${view}`)
      pages.push(body)
    }
  }
  return pages.join('\n')
}

/** The leads note of every recipient of both that they know. */
async function tellEverybody(): Promise<void> {
  for (const { centre } of twins) {
    const centreId = CENTRES[centre].id
    const recipients = await world.database.db
      .selectFrom('erasure_recipient')
      .select(['id', 'erasure_id'])
      .where('centre_id', '=', centreId)
      .execute()
    for (const { id: recipientId, erasure_id: erasureId } of recipients) {
      const command = { centreId, erasureId, recipientId }
      done(await noteToldRecipient(world.as('lead', centre), command))
    }
  }
}

function note(
  into: Seen,
  key: string,
  route: ManifestRoute,
  facts: Facts,
  compared: readonly Facts[],
): void {
  const fields = into.get(key) ?? new Set()
  for (const field of fieldsIn(route, facts, compared)) fields.add(field)
  into.set(key, fields)
}

function routeNamed(name: string): ManifestRoute {
  return served.routes.find(({ id }) => id === name) as ManifestRoute
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

async function lookAt(
  browser: Browser,
  route: ManifestRoute,
  twin: Twin | null,
  isWhole: boolean,
): Promise<Facts> {
  const pages = await lookAtPages(browser, route, twin)
  return isWhole ? together(pages, await lookCloser(browser, route, twin)) : pages
}

/** The page of a route with its further views; a page with scripts carries its data in it. */
async function lookAtPages(
  browser: Browser,
  route: ManifestRoute,
  twin: Twin | null,
): Promise<Facts> {
  const further = await Promise.all((VIEWS[route.id] ?? []).map((view) => view(twin)))
  let facts = NOTHING
  for (const view of ['', ...further]) {
    looks += 1
    facts = together(facts, factsIn(await browser.get(`${pathOf(route, twin)}${view}`)))
  }
  return facts
}

/** Its data alone, and its forms sent back. */
async function lookCloser(
  browser: Browser,
  route: ManifestRoute,
  twin: Twin | null,
): Promise<Facts> {
  const address = pathOf(route, twin)
  let facts = factsIn(await browser.get(`${address}${dataOf(route.id)}`))
  for (const { path, fields } of formsOf(route, address, twin)) {
    looks += 1
    facts = together(facts, factsIn(await browser.post(path, fields)))
  }
  looks += 1
  return facts
}

function pathOf({ path }: ManifestRoute, twin: Twin | null): string {
  const number = twin?.school ?? CENTRES.DN.schools[0][0]
  return addressOf(path, { id: twin?.caseId ?? '', number })
}

function dataOf(id: string): string {
  return `?_data=${encodeURIComponent(id)}`
}

type View = (twin: Twin | null) => string | Promise<string>
const always =
  (view: string): View =>
  () =>
    view

/** Further views of a page. */
const VIEWS: Readonly<Record<string, readonly View[]>> = {
  'routes/work-list': [always('?fuer=alle')],
  'routes/cases': [always('?stand=registered'), always('?stand=closed')],
  'routes/administration.erasures': [certificate],
  'routes/case': [always('?verlauf=alle')],
  'routes/cases.new': [(twin) => `?geschwister=${twin?.caseId ?? ''}`],
  'routes/case.trail': [firstEntries, heldEntries],
  'routes/family': [always(dataOf('routes/family'))],
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

/** The page of a case's trail that begins where it was held. */
async function heldEntries(twin: Twin | null): Promise<string> {
  if (twin === null) return ''
  const rows = await world.database.db
    .selectFrom('audit_case')
    .innerJoin('audit_entry', 'audit_entry.id', 'audit_case.entry_id')
    .select(['entry_id', 'event'])
    .where('case_id', '=', twin.caseId)
    .orderBy('entry_id')
    .execute()
  const held = rows.findIndex(({ event }) => event === 'hold_set')
  return held < 0 ? '' : `?vor=${rows[held + 1]?.entry_id ?? ''}`
}

/** The newest erasure of the child's centre; before there is one, none. */
async function certificate(twin: Twin | null): Promise<string> {
  const row = await world.database.db
    .selectFrom('erasure')
    .select('id')
    .where('centre_id', '=', CENTRES[twin?.centre ?? 'DN'].id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? '' : `?loeschung=${row.id}`
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
  { roles, as }: Pick<Look, 'roles' | 'as'> = { roles: ASKING },
  family?: Browser,
): Promise<ReadonlyMap<Asking, Browser>> {
  const browsers = new Map<Asking, Browser>()
  for (const role of roles) {
    if (role === 'family' && twin === null) continue
    const isIn = role === 'family' ? family : undefined
    browsers.set(role, isIn ?? (await signInAs(role, centre, as)))
  }
  return browsers
}

async function signInAs(role: Asking, centre: CentreCode, as: string = role): Promise<Browser> {
  const { door } = served
  if (role === 'nobody') return openBrowser(door)
  if (role === 'family') return signInFamily(door, slips[centre].code, slips[centre].pin)
  const key = `${as}${KEYS[role]?.(centre) ?? `-${centre.toLowerCase()}`}`
  return signIn(door, `${key}@beispiel.example`, WORLD_PASSWORD)
}

const KEYS: Readonly<Partial<Record<Asking, (centre: CentreCode) => string>>> = {
  school: (centre) => `-${CENTRES[centre].schools[0][0]}`,
  state: () => '',
  operator: () => '',
}

async function slipsOfBoth() {
  return { DN: await slipOf(twins[0]), BOR: await slipOf(twins[1]) }
}

async function slipOf({ centre, caseId }: Twin) {
  return done(await printSlip(world.as('counsellor', centre), caseId))
}
