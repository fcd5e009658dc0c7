import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { schoolWith } from '#tests/domain/school/factories.ts'
import { type FormTarget, ROUTES } from '#tests/promises/access.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { find, type Neighbour, SCHOOLS, settle } from '#tests/promises/neighbours.ts'
import {
  type Attack,
  attacksOn,
  fieldsOf,
  sendAs,
  type Tokens,
} from '#tests/promises/p21-attacks.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { done, erasedAndToTell, linkToProvider, versionOf } from '#tests/promises/steps.ts'
import { uploadList } from '#tests/promises/upload.ts'
import { formOfYearBefore, TURNING_ACCOUNT, TURNING_SCHOOL } from '#tests/promises/year-before.ts'
import { addressOf } from '#tests/setup/manifest.ts'
import { giveTotp, letIn } from '#tests/setup/second-factor.ts'
import { type Browser, type Fields, openBrowser, type Reply, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { CENTRES, WORLD_PASSWORD } from '#tests/setup/world.ts'

const ORIGIN = 'https://einstieg.example'
const ATTACKS = attacksOn(ORIGIN)
const LONG = guard(300_000)

let world: SharedWorld
let served: Served
let neighbours: readonly Neighbour[]

beforeAll(async () => {
  world = await makeSharedWorld()
  neighbours = await settle(world)
  served = await serve(world, { origin: ORIGIN })
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

/** Who sends a form that would pass, where to, and what stands in it. */
type Mutation = {
  /** Key of an account; null: before anybody is signed in. */
  readonly by: string | null
  /** The child it is about, by its relation. */
  readonly on?: string
  readonly params?: Readonly<Record<string, string>>
  /** The filled-in form of the page (`ROUTES`), or fields of its own. */
  readonly form: number | ((browser: Browser) => Promise<Fields>)
  /** What a form without the right token gets; 403 unless told. */
  readonly strangerStatus?: number
  /** Of a form that writes nothing: where it leads shows that it had an effect. */
  readonly leadsTo?: RegExp
}

/** One mutation for every route of the build that takes forms; a new route must be added. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'routes/sign-in': {
    by: null,
    form: async () => ({ email: 'lead-bor@beispiel.example', password: WORLD_PASSWORD }),
  },
  'routes/invitation': { by: null, form: invitationFields },
  'routes/family': { by: null, form: familyFields, strangerStatus: 303 },
  'routes/sign-out': { by: 'owner-dn', form: async () => ({}) },
  'routes/notices': { by: 'authority-dn', form: newsFields },
  'routes/own-account': { by: 'coordinator-dn', form: async () => passwordFields() },
  'routes/sign-in.confirm': { by: 'auditor-dn', form: secondStepFields },
  'routes/own-account.confirm': {
    by: 'owner-bor',
    form: async () => ({ way: 'password', proof: WORLD_PASSWORD }),
  },
  'routes/own-account.factors': { by: 'auditor-bor', form: async () => ({ intent: 'begin' }) },
  'routes/own-account.provider': {
    by: 'auditor-bor',
    form: () => linkToProvider(world, 'auditor-bor').then(() => ({})),
  },
  'routes/own-account.passkeys': { by: 'auditor-bor', form: async () => ({ intent: 'ask' }) },
  'routes/work-list': { by: 'lead-bor', form: 0, leadsTo: /^\/arbeitsliste\?suche=[\w-]+$/ },
  'routes/cases': { by: 'lead-bor', form: 0, leadsTo: /^\/faelle\?suche=[\w-]+$/ },
  'routes/cases.new': { by: 'counsellor-dn', form: 0 },
  'routes/case': { by: 'counsellor-dn', on: 'proposed to a', form: 0 },
  'routes/case.appointment': { by: 'counsellor-dn', on: 'registered', form: 0 },
  'routes/case.interview': { by: 'counsellor-dn', on: 'appointed', form: 0 },
  'routes/case.suggestions': { by: 'counsellor-dn', on: 'waiting', form: 0 },
  'routes/authority-desk': { by: 'authority-dn', on: 'waiting', form: 0 },
  'routes/case.assignment': { by: 'authority-dn', on: 'proposed to b', form: 0 },
  'routes/case.admission': { by: `school-${SCHOOLS.a}`, on: 'assigned to a', form: 2 },
  'routes/case.slip': { by: 'counsellor-dn', on: 'attending b', form: 0 },
  'routes/case.follow-up': { by: 'counsellor-dn', on: 'attending a', form: 0 },
  'routes/case.end': { by: 'counsellor-dn', on: 'admitted at a', form: 0 },
  'routes/school': { by: 'counsellor-dn', params: { number: '180105' }, form: 0 },
  'routes/school.year': {
    by: TURNING_ACCOUNT,
    params: { number: TURNING_SCHOOL },
    form: () => formOfYearBefore(world, 1),
  },
  'routes/school-desk': { by: `school-${SCHOOLS.a}`, form: 0 },
  'routes/school-children': { by: `school-${SCHOOLS.a}`, on: 'attending a', form: 0 },
  'routes/administration.accounts': { by: 'lead-dn', form: 0 },
  'routes/administration.centre': { by: 'lead-dn', form: 0 },
  'routes/administration.schools': { by: 'operator', form: schoolListFields },
  'routes/administration.retention': { by: 'lead-dn', form: 0 },
  'routes/administration.erasures': { by: 'lead-dn', form: erasedFields },
  'routes/administration.trail': {
    by: 'auditor-dn',
    form: 0,
    leadsTo: /^\/faelle\/[^/]+\/verlauf$/,
  },
}

test('P21: every route that takes forms is attacked', () => {
  const taking = served.routes.filter(({ hasAction }) => hasAction).map(({ id }) => id)
  expect(Object.keys(MUTATIONS).sort()).toEqual(taking.sort())
})

describe('P21: a form that does not come from our own page', () => {
  test.each(Object.entries(MUTATIONS))(
    '%s: refused without effect; the page’s own form passes',
    {
      timeout: LONG,
    },
    async (id, mutation) => {
      const { browser, tokens } = await openSession(mutation.by)
      const path = await pathOf(id, mutation)
      const fields = await formOf(id, mutation, browser)
      const before = await fingerprint(world)
      const wrong: string[] = []
      for (const attack of ATTACKS) {
        const reply = await sendAs(browser, path, attack, fieldsOf(attack, fields, tokens))
        const problem = problemOf(reply, attack, mutation)
        if (problem !== null) wrong.push(`${attack.name}: ${problem}`)
        const after = await fingerprint(world)
        for (const table of changedTables(before, after, attack)) {
          wrong.push(`${attack.name}: ${table} has changed`)
        }
      }
      expect(wrong).toEqual([])

      const legitimate = await sendAs(
        browser,
        path,
        { name: 'our page' },
        fieldsOf({ name: '' }, fields, tokens),
      )
      await expectEffect(legitimate, mutation, before)
    },
  )
})

describe('P21: a session that has run out', () => {
  test('no foreign site leaves a draft with it; the page’s own form does', {
    timeout: LONG,
  }, async () => {
    const { browser, tokens } = await openSession('counsellor-dn')
    world.clock.passHours(0.6)
    const fields = { givenNames: 'Entwurf' }
    const drafts = () => world.database.db.selectFrom('draft').selectAll().execute()
    const before = await drafts()
    for (const attack of ATTACKS) {
      const reply = await sendAs(browser, '/faelle/neu', attack, {
        ...fieldsOf(attack, fields, tokens),
        _idem: 'another-form',
      })
      expect([303, 403], attack.name).toContain(reply.status)
      expect(await drafts(), attack.name).toEqual(before)
    }
    // a form of its own: the one above has been saved
    const own = { ...fieldsOf({ name: '' }, fields, tokens), _idem: 'another-form' }
    const kept = await sendAs(browser, '/faelle/neu', { name: 'our page' }, own)
    expect(kept.headers.location).toBe('/anmelden?zurueck=%2Ffaelle%2Fneu&entwurf=ja')
    expect(await drafts()).toHaveLength(before.length + 1)
  })
})

// ---- sessions and tokens ----

async function openSession(by: string | null): Promise<{ browser: Browser; tokens: Tokens }> {
  const stranger = openBrowser(served.door)
  if (by === null) {
    const browser = openBrowser(served.door)
    const own = await browser.csrf()
    const staff = await come('state@beispiel.example')
    return { browser, tokens: { own, foreign: await stranger.csrf(), old: await staff.csrf() } }
  }
  const email = `${by}@beispiel.example`
  const earlier = await come(email)
  const old = await earlier.csrf()
  await earlier.post('/abmelden', {})
  const browser = await come(email)
  const other = await come('counsellor-bor@beispiel.example')
  return { browser, tokens: { own: await browser.csrf(), foreign: await other.csrf(), old } }
}

async function come(email: string): Promise<Browser> {
  return letIn(world, await signIn(served.door, email, WORLD_PASSWORD))
}

// ---- the requests ----

/** The page's own form did what it is for: it wrote something, or led to where it should. */
async function expectEffect(
  { status, headers }: Reply,
  { leadsTo }: Mutation,
  before: Readonly<Record<string, string>>,
): Promise<void> {
  expect([200, 303]).toContain(status)
  if (leadsTo === undefined) expect(await fingerprint(world)).not.toEqual(before)
  else expect(headers.location).toMatch(leadsTo)
}

/** Reading a page is allowed with any address; everything else must be refused. */
function problemOf({ status }: Reply, attack: Attack, mutation: Mutation): string | null {
  if (attack.method === 'GET') return status < 500 ? null : String(status)
  const expected = attack.csrf === undefined ? 403 : (mutation.strangerStatus ?? 403)
  return status === expected ? null : `${status}, not ${expected}`
}

/** Whoever opens a page is written into the trail; besides that nothing may differ. */
function changedTables(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  { method }: Attack,
): readonly string[] {
  const trail = method === 'GET' ? ['audit_entry', 'audit_case', 'audit_seal'] : []
  return Object.keys(after).filter(
    (table) => after[table] !== before[table] && !trail.includes(table),
  )
}

// ---- forms that pass ----

async function pathOf(id: string, { on, params = {} }: Mutation): Promise<string> {
  const route = served.routes.find((one) => one.id === id)
  const caseId = on === undefined ? '' : find(neighbours, on).caseId
  const address = addressOf(route?.path ?? '', { id: caseId, ...params })
  return `${address}${ROUTES[id]?.forms[0]?.search ?? ''}`
}

async function formOf(id: string, mutation: Mutation, browser: Browser): Promise<Fields> {
  const { form, on, params } = mutation
  if (typeof form === 'function') return form(browser)
  const child = on === undefined ? null : find(neighbours, on)
  const target: FormTarget = {
    caseId: child?.caseId ?? '',
    version: String(child === null ? 1 : await versionOf(world, child.caseId)),
    schoolNumber: params?.['number'] ?? SCHOOLS.a,
    centreId: CENTRES.DN.id,
    today: today(world.clock),
  }
  return ROUTES[id]?.forms[form]?.fields(target) ?? {}
}

/** Makes the browser's session one that still lacks its second step; the code would let it in. */
async function secondStepFields(): Promise<Fields> {
  const app = await giveTotp(world, 'account-auditor-dn')
  await world.database.write((tx) =>
    tx
      .updateTable('session')
      .set({ factor: null, factor_at: null, step_up_until: null })
      .where('account_id', '=', 'account-auditor-dn' as AccountId)
      .execute(),
  )
  return { way: 'totp', proof: app.code() }
}

/** What waits for the authority of Düren since the proposals of the neighbours. */
async function newsFields(): Promise<Fields> {
  const { id } = await world.database.db
    .selectFrom('desk_notice')
    .select('id')
    .where('account_id', '=', 'account-authority-dn' as AccountId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { desk: 'authority', ids: id }
}

async function erasedFields(): Promise<Fields> {
  const { caseId } = find(neighbours, 'declined by a')
  return { centre: CENTRES.DN.id, ...(await erasedAndToTell(world, caseId)) }
}

function passwordFields(): Fields {
  const password = 'ein anderes langes Passwort'
  return { present: WORLD_PASSWORD, password, again: password }
}

async function invitationFields(): Promise<Fields> {
  const issued = done(
    await inviteAccount(world.as('lead'), {
      email: 'eingeladen@beispiel.example',
      name: 'Eingeladene Person',
      centreId: CENTRES.DN.id,
      invited: { role: 'counsellor' },
    }),
  )
  if (issued.kind !== 'fresh') throw new Error('No link was made')
  const password = 'ein neues langes Passwort'
  return { code: issued.link.split('#')[1] ?? '', password, again: password }
}

async function familyFields(): Promise<Fields> {
  const { caseId } = find(neighbours, 'attending a')
  const { code, pin } = done(await printSlip(world.as('counsellor'), caseId))
  return { code, pin }
}

/** The file is looked at first, which stores nothing; taking it over is what must be protected. */
async function schoolListFields(browser: Browser): Promise<Fields> {
  const token = await uploadList(browser, [schoolWith({ number: '180999' })])
  return { intent: 'import', token, accept: 'ja' }
}
