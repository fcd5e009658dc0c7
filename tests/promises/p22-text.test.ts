import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { addDays, today } from '#app/domain/time.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { setHold } from '#app/services/privacy/hold.server.ts'
import { readChild, readFamily } from '#db/sealing/records.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { makeFileWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { PAYLOADS, pack, REFUSED } from '#tests/promises/p22-payloads.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import {
  admit,
  appoint,
  assign,
  counsel,
  done,
  end,
  propose,
  seatsAt,
  start,
  type Walker,
} from '#tests/promises/steps.ts'
import { launchBrowser, type TestBrowser } from '#tests/setup/chromium.ts'
import { addressOf, type ManifestRoute } from '#tests/setup/manifest.ts'
import { chromiumPresent } from '#tests/setup/paths.ts'
import { giveTotp } from '#tests/setup/second-factor.ts'
import {
  type Browser,
  type Fields,
  openBrowser,
  signIn,
  signInFamily,
} from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, WORLD_PASSWORD } from '#tests/setup/world.ts'

const LONG = guard(900_000)
const SCHOOL = '180101' as SchoolNumber
const NONCES = sized(300, 10_000)
const STAFF = [
  ...['counsellor-dn', 'lead-dn', 'authority-dn', 'owner-dn', 'coordinator-dn', 'auditor-dn'],
  ...[`school-${SCHOOL}`, 'state', 'operator'],
]

let world: SharedWorld
let served: Served
let chromium: TestBrowser
let children: readonly Registered[]
let gone: Gone

describe.skipIf(!chromiumPresent)('P22: text stays text (needs Chromium)', () => {
  beforeAll(async () => {
    world = await makeFileWorld()
    await seatsAt(world, SCHOOL, 60)
    served = await serve(world)
    chromium = await launchBrowser()
    children = await registerAll()
    for (const [at, { walker }] of children.entries()) await READY[at % READY.length]?.(walker)
    gone = await bringToTheEnd()
    await writeElsewhere()
  }, LONG)

  afterAll(async () => {
    await chromium?.close()
    await served?.close()
    await world?.close()
  })

  test(`${PAYLOADS.length} payloads: every one is accepted, and stored as it was sent`, async () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(500)
    const said = (text: string) => text.normalize('NFC').trim()
    for (const { fields, walker } of children) {
      const { child, family } = await storedOf(walker.caseId)
      const { givenNames, familyName, originalScript } = child
      const { street, town, free } = family.address
      const [one, other] = family.guardians
      expect({
        ...{ givenNames, familyName, street, town, free, phone: family.contact.phone },
        ...{ originalGiven: originalScript?.given, originalFamily: originalScript?.family },
        ...{ guardian1Name: one?.name, guardian2Name: other?.name },
      }).toEqual(
        Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, said(text)])),
      )
    }
  })

  test.each(REFUSED)('refused as a name: %j', async (text) => {
    const browser = await signIn(served.door, 'counsellor-dn@beispiel.example', WORLD_PASSWORD)
    const reply = await browser.post('/faelle/neu', { ...REST, givenNames: text })
    expect(reply.status).toBe(422)
    expect(reply.headers['set-cookie'] ?? []).toEqual([])
  })

  test('every page as each role: nothing runs, the browser has nothing to object to', {
    timeout: LONG,
  }, async () => {
    const troubles: string[] = []
    const pages: Looked[] = []
    for (const [name, browser] of [...(await everybody()), await halfSignedIn()]) {
      const seen = await lookAs(name, browser)
      troubles.push(...seen.troubles)
      pages.push(...seen.pages)
    }
    expect(troubles).toEqual([])
    expect(pages.length).toBeGreaterThan(90)
    // they did stand on the pages, as text
    const shown = PAYLOADS.filter((payload) => pages.some(({ text }) => text.includes(payload)))
    expect(shown.length).toBeGreaterThan(500)
    const textsAt = (address: string) => pages.filter((page) => page.address === address)
    for (const { address, sentence } of gone.sentences) {
      expect(textsAt(address).length, address).toBeGreaterThan(0)
      for (const { text } of textsAt(address)) expect(text, address).toContain(sentence)
    }

    const routes = [...new Set(pages.map(({ route }) => route))]
    const all = served.routes.map(({ id }) => id)
    expect([...routes, ...Object.keys(NOT_LOOKED_AT)].sort()).toEqual(all.sort())
  })

  test('a form that comes back with what was typed, and the slip', { timeout: LONG }, async () => {
    const taking = served.routes.filter(({ hasAction }) => hasAction).map(({ id }) => id)
    const sent = new Set(FORMS.map(({ route }) => route))
    expect([...sent, ...Object.keys(NO_ECHO)].sort()).toEqual(taking.sort())

    const troubles: string[] = []
    const echoes = new Set<string>()
    const people = new Map(await everybody())
    for (const { route, by, path, fields } of FORMS) {
      const watched = await watch(people.get(by) as Browser)
      await watched.page.goto(by === 'nobody' ? '/anmelden' : '/konto')
      const csrf = await (people.get(by) as Browser).csrf()
      await submit(watched.page, path(), { _csrf: csrf, _idem: randomUUID(), ...fields() })
      troubles.push(...(await watched.troubles(`${by} POST ${path()}`)))
      const html = await watched.page.content()
      if (html.includes('ran()')) echoes.add(route)
      await watched.close()
    }
    expect(troubles).toEqual([])
    expect(echoes.size).toBeGreaterThan(8)
  })

  test(`${NONCES} responses: each has a nonce of its own, none allows inline scripts`, async () => {
    const browser = openBrowser(served.door)
    const nonces = new Set<string>()
    for (let n = 0; n < NONCES; n += 1) {
      const policy = String((await browser.get('/anmelden')).headers['content-security-policy'])
      nonces.add(/'nonce-([^']{22,})'/.exec(policy)?.[1] ?? '')
      expect(policy).not.toMatch(/unsafe|\*/)
    }
    nonces.delete('')
    expect(nonces.size).toBe(NONCES)
  })

  test('control: the same payloads written raw run, and under our rule they are objected to', async () => {
    const watched = await watch(openBrowser(served.door))
    const policy = "default-src 'none'; script-src 'self' 'nonce-x'"
    const html = `<!doctype html><title>x</title>${PAYLOADS.slice(0, 12).join('\n')}`
    const answer = (headers: Fields) => ({ contentType: 'text/html', body: html, headers })
    await watched.page.route('**/roh', (route) => route.fulfill(answer({})))
    await watched.page.route('**/roh-streng', (route) =>
      route.fulfill(answer({ 'content-security-policy': policy })),
    )
    await watched.page.goto('/roh')
    expect(await watched.troubles('raw')).toContain('raw: a payload ran')
    await watched.page.goto('/roh-streng')
    const strict = await watched.troubles('strict')
    expect(strict).not.toContain('strict: a payload ran')
    expect(strict).toContainEqual(expect.stringMatching(/^strict: objected to script-src/))
    await watched.close()
  })
})

/** Routes without a page that somebody could open, and why. */
const NOT_LOOKED_AT: Readonly<Record<string, string>> = {
  'routes/home': 'leads on to the page of the role',
  'routes/sign-out': 'leads home',
  'routes/notices': 'leads home',
  'routes/sign-in.provider': 'leads on; its page is never shown',
  'routes/own-account.provider': 'leads on; its page is never shown',
  'routes/case.slip': 'the answer to its form, which is looked at with the other forms',
}

// ---- children whose every text is payloads ----

type Registered = { readonly fields: Fields; readonly walker: Walker }

const LENGTHS = {
  ...{ givenNames: 120, familyName: 120, originalGiven: 120, originalFamily: 120 },
  ...{ guardian1Name: 320, guardian2Name: 320, street: 320, town: 320, free: 320, phone: 320 },
} as const

const REST: Fields = {
  ...{ birthDay: '3', birthMonth: '4', birthYear: '2014', birthPrecision: 'day', sex: 'w' },
  ...{ language: 'uk', channel: 'phone', municipality: '05358008', registeredOn: '2026-11-12' },
  ...{ guardian1Role: 'mother', guardian2Role: 'father', familyName: 'x', postcode: '52349' },
  phone: '1',
}

async function registerAll(): Promise<readonly Registered[]> {
  const browser = await signIn(served.door, 'counsellor-dn@beispiel.example', WORLD_PASSWORD)
  const registered: Registered[] = []
  for (let from = 0; from < PAYLOADS.length; ) {
    const texts: Record<string, string> = {}
    for (const [field, longest] of Object.entries(LENGTHS)) {
      const packed = pack(from, longest)
      texts[field] = packed.text
      from = packed.next
    }
    const caseId = await register(browser, texts)
    registered.push({ fields: texts, walker: { caseId, centre: 'DN', texts: notes(from) } })
  }
  return registered
}

/** Whoever is registered already may be a likely duplicate: it is another child. */
async function register(browser: Browser, texts: Fields): Promise<CaseId> {
  const others = await world.database.db.selectFrom('pupil_case').select('id').execute()
  const confirmed = others.map(({ id }) => id).join(' ')
  const reply = await browser.post('/faelle/neu', { ...REST, ...texts, confirmed })
  const [, caseId] = /^\/faelle\/([^/?]+)/.exec(String(reply.headers.location)) ?? []
  if (caseId === undefined) throw new Error(`Not registered: ${reply.status}`)
  return caseId as CaseId
}

/** Three more children, and the family of the first: one case has ended, one is on hold, one erased. */
type Gone = {
  readonly ended: CaseId
  readonly held: CaseId
  readonly erased: CaseId
  /** Where the certificate of the erasure is read. */
  readonly certificate: string
  readonly slip: { readonly code: string; readonly pin: string }
  /** What is written at the end, and on which page it is to be read. */
  readonly sentences: readonly { readonly address: string; readonly sentence: string }[]
}

async function bringToTheEnd(): Promise<Gone> {
  const browser = await signIn(served.door, 'counsellor-dn@beispiel.example', WORLD_PASSWORD)
  const come = async (from: number, ready: Ready) => {
    const texts = { ...children[from]?.fields, street: pack(from * 40, 320).text }
    const caseId = await register(browser, texts)
    const walker: Walker = { caseId, centre: 'DN', texts: notes(from * 40) }
    await ready(walker)
    return walker
  }
  const ended = await come(0, attending)
  const slip = done(await printSlip(world.as('counsellor'), ended.caseId))
  await end(world, ended, 'moved_away')
  const held = await come(1, proposed)
  const sentence = pack(200, 400).text
  const until = addDays(today(world.clock), 30)
  done(await setHold(world.as('lead'), { caseId: held.caseId, until, sentence }))
  const { caseId: erased } = await come(2, attending)
  const { erasureId } = done(await eraseNow(world.as('lead'), { caseId: erased, ground: 'art_17' }))
  return {
    ...{ ended: ended.caseId, held: held.caseId, erased, slip },
    certificate: `/verwaltung/loeschungen?zentrum=${CENTRES.DN.id}&loeschung=${erasureId}`,
    sentences: [
      { address: `/faelle/${ended.caseId}`, sentence: ended.texts?.sentence ?? '' },
      { address: `/faelle/${held.caseId}/ende`, sentence },
    ],
  }
}

function notes(from: number) {
  const of = (at: number, longest: number) => pack((from + at * 40) % PAYLOADS.length, longest).text
  return {
    ...{ place: of(0, 300), wishNote: of(1, 400), advice: of(2, 400), sentence: of(3, 400) },
    className: of(4, 100),
  }
}

type Ready = (walker: Walker) => Promise<unknown>

const waiting: Ready = (walker) => counsel(world, walker)
const proposed: Ready = async (walker) => {
  await waiting(walker)
  await propose(world, walker, SCHOOL)
}
const assigned: Ready = async (walker) => {
  await proposed(walker)
  await assign(world, walker)
}
const attending: Ready = async (walker) => {
  await assigned(walker)
  await admit(world, walker, SCHOOL)
  await start(world, walker, SCHOOL)
}
/** Where the children stand, in turn. */
const READY: readonly Ready[] = [
  attending,
  proposed,
  (walker) => appoint(world, walker),
  waiting,
  assigned,
  proposed,
]

function caseAt(stage: Ready): CaseId {
  const found = children[READY.indexOf(stage)]
  if (found === undefined) throw new Error('No child stands there')
  return found.walker.caseId
}

async function storedOf(caseId: CaseId) {
  const { db } = world.database
  const row = await db
    .selectFrom('pupil_case')
    .selectAll()
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const child = await readChild(db, world.keys, row.centre_id, row.child_id)
  return { child, family: await readFamily(db, world.keys, row.centre_id, row.family_id) }
}

/** Texts about no child: an account's name, the centre's address. */
async function writeElsewhere(): Promise<void> {
  const lead = await signIn(served.door, 'lead-dn@beispiel.example', WORLD_PASSWORD)
  const invited = await lead.post('/verwaltung/konten', {
    ...{ intent: 'invite', centre: CENTRES.DN.id, role: 'counsellor' },
    ...{ email: 'neu@beispiel.example', name: pack(0, 190).text },
  })
  const settings = { counselling: '28', assignment: '14', first_day: '7', hold: '7' }
  const rules = {
    ...{ second_seat: 'warn', assigned_by: 'authority' },
    ...{ support_decided_by: 'school', regular_decided_by: 'owner' },
  }
  const configured = await lead.post('/verwaltung/zentrum', {
    ...{ centre: CENTRES.DN.id, version: '1', phone: '02421 2', ...settings, ...rules },
    address: pack(20, 290).text,
  })
  expect([invited.status, configured.status]).toEqual([200, 303])
}

// ---- looking ----

type Watched = {
  readonly page: Page
  /** What went wrong since it was last asked. */
  readonly troubles: (where: string) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** A window with the cookies of somebody, which notes every payload that runs and every objection. */
async function watch(browser: Browser): Promise<Watched> {
  const { door } = browser
  const context: BrowserContext = await chromium.newContext({ baseURL: door.origin })
  const cookies = [...browser.cookies].map(([name, value]) => ({ name, value, url: door.origin }))
  await context.addCookies(cookies)
  const found = new Set<string>()
  await context.exposeFunction('ran', () => void found.add('a payload ran'))
  await context.exposeFunction('objected', (to: string) => void found.add(`objected to ${to}`))
  await context.addInitScript(() => {
    const { objected } = globalThis as unknown as { readonly objected: (to: string) => void }
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      objected(`${violatedDirective} ${blockedURI}`),
    )
  })
  const page = await context.newPage()
  page.on('dialog', (dialog) => {
    found.add(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', ({ message }) => found.add(`a script broke: ${message}`))
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(door.origin) || request.url().startsWith('data:image')
    if (!isOurs) found.add(`asks for ${request.url().slice(0, 60)}`)
  })
  return {
    page,
    troubles: async (where) => {
      await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => next(null))))
      for (const foreign of await page.evaluate(foreignMarkup)) found.add(foreign)
      const troubles = [...found].map((one) => `${where}: ${one}`)
      found.clear()
      return troubles
    },
    close: () => context.close(),
  }
}

/** Markup that none of our pages holds. Runs in the page. */
function foreignMarkup(): readonly string[] {
  const elements = [...document.querySelectorAll('*')]
  const handlers = elements.flatMap((element) =>
    [...element.attributes].filter(({ name }) => name.startsWith('on')).map(({ name }) => name),
  )
  const strange = 'iframe, object, embed, base, marquee, math, details[ontoggle], body style'
  const names = [...document.querySelectorAll(strange)].map(({ localName }) => localName)
  const addresses = [...document.querySelectorAll('[href^="javascript" i], [src^="javascript" i]')]
  return [...handlers, ...names, ...addresses.map(({ localName }) => `${localName} to a script`)]
}

type Address = { readonly route: string; readonly address: string }
type Looked = Address & { readonly text: string }

/** Opens every page the person is shown. */
async function lookAs(name: string, browser: Browser) {
  const watched = await watch(browser)
  const troubles: string[] = []
  const pages: Looked[] = []
  for (const { route, address } of await addressesFor(browser)) {
    await watched.page.goto(address)
    troubles.push(...(await watched.troubles(`${name} ${address}`)))
    const text = await watched.page.evaluate(() => document.body.textContent ?? '')
    pages.push({ route, address, text })
  }
  await watched.close()
  return { troubles, pages }
}

async function everybody(): Promise<readonly (readonly [string, Browser])[]> {
  const { door } = served
  const staff = await Promise.all(
    STAFF.map(async (key) => {
      const browser = await signIn(door, `${key}@beispiel.example`, WORLD_PASSWORD)
      return [key, browser] as const
    }),
  )
  const families = await Promise.all(
    [attending, READY[2] as Ready].map(async (stage, at) => {
      const slip = done(await printSlip(world.as('counsellor'), caseAt(stage)))
      return [`family ${at}`, await signInFamily(door, slip.code, slip.pin)] as const
    }),
  )
  const { code, pin } = gone.slip
  const last = ['family of the one that has ended', await signInFamily(door, code, pin)] as const
  return [...staff, ...families, last, ['nobody', openBrowser(door)]]
}

/** Somebody of whom the second step is still asked. */
async function halfSignedIn(): Promise<readonly [string, Browser]> {
  await giveTotp(world, 'account-colleague-dn')
  const email = 'colleague-dn@beispiel.example'
  return ['half signed in', await signIn(served.door, email, WORLD_PASSWORD)]
}

/** Every page the person is shown: of the first child of each stage all parts, of the others some. */
async function addressesFor(browser: Browser): Promise<readonly Address[]> {
  const shown: Address[] = []
  for (const { route, address } of served.routes.flatMap(addressesOf)) {
    const { status } = await browser.get(address)
    // what is not there any more, and never was, has a page too
    const isNotThere = status === 404 && (route === 'routes/not-found' || isErased(address))
    if (status === 200 || isNotThere) shown.push({ route, address })
  }
  return shown
}

function isErased(address: string): boolean {
  return address === `/faelle/${gone.erased}`
}

const FURTHER: Readonly<Record<string, () => readonly string[]>> = {
  'routes/cases': () => ['/faelle?sortierung=nummer', '/faelle?stand=proposed'],
  'routes/family': () => ['/familie?sprache=ar'],
  'routes/administration.erasures': () => [gone.certificate],
}

function addressesOf({ id: route, path }: ManifestRoute): readonly Address[] {
  const own = casesOn(path).map((id) => addressOf(path, { id, number: SCHOOL }))
  const further = FURTHER[route]?.() ?? []
  return [...own, ...further].map((address) => ({ route, address }))
}

/** Whose page of that pattern is opened; for a page about no case, nobody's once. */
function casesOn(path: string): readonly string[] {
  if (!path.includes(':id')) return ['']
  const ids = children.map(({ walker }) => walker.caseId)
  const { ended, held, erased } = gone
  const last = /:id(?:\/ende)?$/.test(path) ? [ended, held] : []
  const first = /:id(?:\/aufnahme)?$/.test(path) ? ids : ids.slice(0, READY.length - 1)
  return [...first, ...last, ...(/:id$/.test(path) ? [erased] : [])]
}

// ---- forms ----

type Form = {
  readonly route: string
  readonly by: string
  readonly path: () => string
  readonly fields: () => Fields
}

/** Routes whose forms take no text that could come back, and why. */
const NO_ECHO: Readonly<Record<string, string>> = {
  'routes/sign-out': 'takes no fields',
  'routes/own-account.provider': 'takes no fields',
}

/** Who sends the forms of a route, about a child at which stage. */
const SENDERS: Readonly<Record<string, readonly [by: string, stage?: Ready]>> = {
  'routes/case': ['counsellor-dn', proposed],
  'routes/case.appointment': ['counsellor-dn', READY[2] as Ready],
  'routes/case.interview': ['counsellor-dn', READY[2] as Ready],
  'routes/case.suggestions': ['counsellor-dn', waiting],
  'routes/case.assignment': ['authority-dn', proposed],
  'routes/case.admission': [`school-${SCHOOL}`, proposed],
  'routes/case.slip': ['counsellor-dn', waiting],
  'routes/case.end': ['counsellor-dn', READY[2] as Ready],
  'routes/case.follow-up': ['counsellor-dn', attending],
  'routes/school-desk': [`school-${SCHOOL}`],
  'routes/school-children': [`school-${SCHOOL}`, attending],
  'routes/authority-desk': ['authority-dn', proposed],
  'routes/administration.accounts': ['lead-dn'],
  'routes/administration.centre': ['lead-dn'],
  'routes/administration.retention': ['lead-dn'],
  'routes/administration.erasures': ['lead-dn'],
  'routes/administration.schools': ['operator'],
  'routes/administration.trail': ['auditor-dn'],
}

/** Forms that are not about access, and stand in no table. */
const OPEN_FORMS: Readonly<Record<string, readonly [by: string, names: readonly string[]]>> = {
  'routes/sign-in': ['nobody', ['email', 'password']],
  'routes/family': ['nobody', ['code', 'pin']],
  'routes/invitation': ['nobody', ['code', 'password', 'again']],
  'routes/notices': ['counsellor-dn', ['desk', 'ids']],
  'routes/own-account': ['counsellor-dn', ['present', 'password', 'again']],
  'routes/sign-in.confirm': ['counsellor-dn', ['way', 'proof', 'back']],
  'routes/own-account.confirm': ['counsellor-dn', ['way', 'proof', 'back']],
  'routes/own-account.factors': ['counsellor-dn', ['intent', 'id', 'proof']],
  'routes/own-account.passkeys': ['counsellor-dn', ['intent', 'label', 'proof']],
}

const KEPT = /^(intent|centre|account|role|version|_.*)$/
let at = 0

function payloads(names: readonly string[]): Fields {
  return Object.fromEntries(
    names.map((name) => {
      at = (at + 7) % 400
      return [name, pack(at, 190).text]
    }),
  )
}

function routeOf(id: string): ManifestRoute {
  return served.routes.find((route) => route.id === id) as ManifestRoute
}

const FORMS: readonly Form[] = [
  ...Object.entries(OPEN_FORMS).map(([route, [by, names]]) => ({
    route,
    by,
    path: () => routeOf(route).path,
    fields: () => payloads(names),
  })),
  ...Object.entries(ROUTES).flatMap(([route, { forms }]) =>
    forms.map(({ fields, search = '' }) => {
      const [by, stage] = SENDERS[route] ?? ['counsellor-dn']
      const target = () => ({
        ...{ caseId: stage === undefined ? '' : caseAt(stage), version: '1' },
        ...{ schoolNumber: SCHOOL, centreId: CENTRES.DN.id, today: today(world.clock) },
      })
      return {
        route,
        by,
        path: () =>
          `${addressOf(routeOf(route).path, { id: target().caseId, number: SCHOOL })}${search}`,
        fields: () => {
          const usual = fields(target())
          const typed = Object.keys(usual).filter((name) => !KEPT.test(name))
          return { ...usual, ...payloads(typed) }
        },
      }
    }),
  ),
]

/** Sends a form past the page's own checks, as a browser without scripts does. */
async function submit(page: Page, path: string, fields: Fields): Promise<void> {
  const send = page.evaluate(
    ([action, entries]) => {
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', action })
      for (const [name, value] of entries) {
        const input = document.createElement('textarea')
        Object.assign(input, { name, value })
        form.append(input)
      }
      document.body.append(form)
      form.submit()
    },
    [path, Object.entries(fields)] as const,
  )
  await Promise.all([page.waitForEvent('load'), send])
}
