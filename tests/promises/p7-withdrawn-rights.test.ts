import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountId, CaseId, SchoolNumber, SeatPoolId } from '#app/domain/ids.ts'
import { schoolYearOf, today } from '#app/domain/time.ts'
import { type AccountChange, changeAccount } from '#app/services/account/change-account.server.ts'
import { endOwnSession, signOutEverywhere } from '#app/services/account/end-own-sessions.server.ts'
import { sessionName } from '#app/services/account/session-name.server.ts'
import { signIn as openSession } from '#app/services/account/sign-in.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { decideSeats } from '#app/services/seat/decide-seats.server.ts'
import { insertAssignment } from '#db/queries/account.server.ts'
import { SCHOOLS } from '#tests/promises/neighbours.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { appoint, counsel, done, propose, seatsAt, withdraw } from '#tests/promises/steps.ts'
import { type Browser, type Fields, openBrowser } from '#tests/setup/session.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, makeWorld, registered, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

const ROUNDS = sized(20)
const LONG = guard(300_000)
const EMAIL = 'counsellor-dn@beispiel.example'
const ME = 'account-counsellor-dn' as AccountId
const COMMAND = { centreId: CENTRES.DN.id, accountId: ME }
const SCHOOL = SCHOOLS.a as SchoolNumber
const SCHOOL_ACCOUNT = `account-school-${SCHOOL}` as AccountId
const AUTHORITY = 'account-authority-dn' as AccountId
const OWNER_ACCOUNT = 'account-owner-dn' as AccountId

let world: World
let served: Served
let bystander: Held
let proposed: CaseId
/** The regular places of the school, on which its owner decides. */
let regular: SeatPoolId

beforeAll(async () => {
  world = await makeWorld()
  served = await serve(world)
  bystander = await staff('colleague-dn@beispiel.example')
  await seatsAt(world, SCHOOL, 5)
  regular = await regularPlaces(5)
  proposed = await registered(world)
  const walker = { caseId: proposed, centre: 'DN' } as const
  await appoint(world, walker)
  await counsel(world, walker)
  await propose(world, walker, SCHOOL)
})
afterAll(async () => {
  await served.close()
  await world.close()
})

async function regularPlaces(seats: number): Promise<SeatPoolId> {
  const grades = { gradeFrom: 5, gradeTo: 10 } as const
  const pool = { poolId: null, schoolYear: schoolYearOf(today(world.clock)), ...grades, seats }
  const pools = [{ ...pool, kind: 'regular' }] as const
  const command = { schoolNumber: SCHOOL, reason: 'rooms', pools } as const
  const [poolId] = done(await decideSeats(world.as('owner'), command)).poolIds
  return poolId as SeatPoolId
}

/** A browser that holds the mark of a session, and the token that its forms carry. */
type Held = { readonly browser: Browser; readonly token: string; readonly csrf: string }

async function holding(token: string, cookie: 'sid' | 'fam'): Promise<Held> {
  const browser = openBrowser(served.door)
  ;(browser.cookies as Map<string, string>).set(cookie, token)
  return { browser, token, csrf: await browser.csrf() }
}

/** Signed in by the service: so many sign-ins from one address are more than the door allows. */
async function staff(email: string): Promise<Held> {
  const proof = { email, password: WORLD_PASSWORD, address: '192.0.2.7', replaces: null }
  const done = await openSession(world.asSystem(), proof)
  if (!done.ok) throw new Error(`${email}: ${done.error.code}`)
  return holding(done.value.token, 'sid')
}

type Question = {
  readonly path: string
  readonly fields?: Fields
  /** What the answer shows, where its status is the same in any case. */
  readonly shows?: (body: string) => string
}

async function ask({ browser, csrf }: Held, questions: readonly Question[]) {
  const answers: string[] = []
  for (const { path, fields, shows } of questions) {
    const reply =
      fields === undefined
        ? await browser.get(path)
        : await browser.send({ method: 'POST', path, form: { _csrf: csrf, ...fields } })
    const seen = shows?.(reply.body) ?? reply.headers.location ?? ''
    answers.push(`${reply.status} ${seen}`.trim())
  }
  return answers
}

/** At a page of cases, at its data, at the own account, and when a form is sent. */
const AT_THE_DESK: readonly Question[] = [
  { path: '/faelle' },
  { path: '/faelle?_data=routes%2Fcases' },
  { path: '/konto' },
  { path: '/konto', fields: { intent: 'acknowledge' } },
]
const WORKS = ['200', '200', '200', '303 /konto?fertig=gelesen']
const TO_SIGN_IN = '303 /anmelden?zurueck=%2Ffaelle'
const SIGNED_OUT = [TO_SIGN_IN, '204', '303 /anmelden?zurueck=%2Fkonto', '303 /anmelden']
const WITHOUT_ROLE = ['403', '403', ...WORKS.slice(2)]

type Withdrawal = {
  /** Somebody with a session of their own. */
  readonly hold: () => Promise<Held>
  readonly questions: () => readonly Question[]
  readonly works: readonly string[]
  readonly withdraw: (held: readonly Held[]) => Promise<unknown>
  readonly restore: () => Promise<unknown>
  readonly answers: readonly string[]
  /** Only the first of the held sessions is meant. */
  readonly isOfOne?: true
  /** With the right everything comes back, since the session was never in question. */
  readonly comesBack?: true
}

const desk = { hold: () => staff(EMAIL), questions: () => AT_THE_DESK, works: WORKS }

async function asLead(wanted: Pick<AccountChange, 'intent'>): Promise<void> {
  const done = await changeAccount(world.as('lead'), { ...COMMAND, ...wanted } as AccountChange)
  if (!done.ok) throw new Error(done.error.code)
}

function rolesOf(accountId: AccountId) {
  return world.database.db
    .selectFrom('role_assignment')
    .selectAll()
    .where('account_id', '=', accountId)
}

async function endRole(accountId: AccountId): Promise<void> {
  const roles = rolesOf(accountId).where('ended_at', 'is', null)
  const { id: assignmentId } = await roles.executeTakeFirstOrThrow()
  const ended = { ...COMMAND, accountId, intent: 'end_role', assignmentId } as const
  const done = await changeAccount(world.as('lead'), ended)
  if (!done.ok) throw new Error(done.error.code)
}

/** The same role again, as a lead's invitation gives it. */
async function giveRole(accountId: AccountId): Promise<void> {
  const ended = await rolesOf(accountId).executeTakeFirstOrThrow()
  const row = { ...ended, id: world.newId(), ended_at: null }
  await world.database.write((tx) => insertAssignment(tx, row))
}

async function endFirst([first]: readonly Held[]): Promise<void> {
  const idHash = world.keyed('session', first?.token ?? '')
  const name = sessionName(world, idHash)
  const done = await endOwnSession(world.as('counsellor'), name, idHash)
  if (!done.ok) throw new Error(done.error.code)
}

async function newPassword(): Promise<void> {
  const password_hash = await world.hasher.hash(WORLD_PASSWORD)
  await world.database.write((tx) =>
    tx
      .updateTable('account')
      .set({ password_hash, state: 'active' })
      .where('id', '=', ME)
      .execute(),
  )
}

/** A family by the slip that is valid now; the first of a round prints it. */
let slip: { readonly code: string; readonly pin: string } | null = null
let families = 0
async function family(): Promise<Held> {
  slip ??= await print()
  families += 1
  // each from a telephone of its own: the tries of an address are limited
  const address = `198.51.${families >> 8}.${families & 255}`
  const done = await signInFamily(world.asSystem(), { ...slip, address })
  if (!done.ok) throw new Error(done.error.code)
  return holding(done.value.token, 'fam')
}

async function print() {
  const printed = await printSlip(world.as('counsellor'), proposed)
  if (!printed.ok) throw new Error(printed.error.code)
  return printed.value
}

function doorOrPage(body: string): string {
  return body.includes('"family":null') ? 'the door' : 'the page'
}

const nothing = async () => undefined

function childOrNone(body: string): string {
  return body.includes('Kovalenko') ? 'the child' : 'no child'
}

/** The code of a refused form, or of the first child of several that were decided about. */
function refusalIn(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? ''
}

/**
 * The pages of a school's desk, its list of children, and what it sends about a child: forms over a
 * version that never was, so that nothing comes of them while the right is there.
 */
const atSchool = {
  hold: () => staff(`school-${SCHOOLS.a}@beispiel.example`),
  questions: (): readonly Question[] => {
    const admission = `/faelle/${proposed}/aufnahme`
    const send = (intent: string, fields: Fields) => ({
      path: `${admission}?_data=routes%2Fcase.admission`,
      fields: { intent, version: '0', ...fields },
      shows: refusalIn,
    })
    return [
      { path: '/schultisch', shows: childOrNone },
      { path: '/schultisch?_data=routes%2Fschool-desk', shows: childOrNone },
      { path: '/schultisch/kinder', shows: childOrNone },
      { path: '/schultisch/kinder?_data=routes%2Fschool-children', shows: childOrNone },
      { path: admission },
      { path: `${admission}?_data=routes%2Fcase.admission` },
      send('can_admit', {}),
      send('class', { plannedFirstDay: '', className: '7b', classKind: 'DF', courseKind: '' }),
      {
        path: '/schultisch/kinder?_data=routes%2Fschool-children',
        fields: {
          ...{ 'answers.0.caseId': proposed, 'answers.0.version': '0' },
          'answers.0.isHere': 'ja',
        },
        shows: refusalIn,
      },
    ]
  },
  works: [
    ...['200 the child', '200 the child', '200 no child', '200 no child', '200', '200'],
    ...['409 stale_case', '403 forbidden', '403 forbidden'],
  ],
}

/**
 * What an owner sees of its schools and of children without a place, and what it decides: forms over a
 * version that never was.
 */
const atOwner = {
  hold: () => staff('owner-dn@beispiel.example'),
  questions: (): readonly Question[] => {
    const school = `/schulen/${SCHOOL}`
    const year = `${school}/schuljahr?_data=routes%2Fschool.year`
    return [
      { path: '/schulen/eigene' },
      { path: '/schulen/eigene?_data=routes%2Fowner-seats' },
      { path: '/schulen/ohne-platz', shows: childOrNone },
      { path: '/schulen/ohne-platz?_data=routes%2Fwithout-place', shows: childOrNone },
      { path: '/schulen' },
      { path: school },
      { path: `${school}?_data=routes%2Fschool` },
      { path: `${school}/schuljahr` },
      { path: year },
      {
        path: `${school}?_data=routes%2Fschool`,
        fields: {
          ...{ intent: 'change', schoolNumber: SCHOOL, changeReason: 'rooms' },
          ...{ 'pools.0.poolId': regular, 'pools.0.version': '0' },
          ...{ 'pools.0.was': '5', 'pools.0.seats': '6' },
        },
        shows: refusalIn,
      },
      {
        path: year,
        fields: {
          ...{ schoolNumber: SCHOOL, schoolYear: '2027' },
          ...{ 'existing.0.poolId': regular, 'existing.0.version': '0' },
        },
        shows: refusalIn,
      },
    ]
  },
  works: [
    ...['200', '200', '200 the child', '200 the child', '200', '200', '200', '200', '200'],
    ...['409 stale_pool', '409 stale_pool'],
  ],
}

const WITHDRAWALS: Readonly<Record<string, Withdrawal>> = {
  'the account is disabled': {
    ...desk,
    withdraw: () => asLead({ intent: 'disable' }),
    restore: () => asLead({ intent: 'enable' }),
    answers: SIGNED_OUT,
  },
  'the account is reset': {
    ...desk,
    withdraw: () => asLead({ intent: 'reset' }),
    restore: newPassword,
    answers: SIGNED_OUT,
  },
  'the role is ended': {
    ...desk,
    withdraw: () => endRole(ME),
    restore: () => giveRole(ME),
    answers: WITHOUT_ROLE,
    comesBack: true,
  },
  'the role of a school is ended': {
    ...atSchool,
    withdraw: () => endRole(SCHOOL_ACCOUNT),
    restore: () => giveRole(SCHOOL_ACCOUNT),
    // whose role is over does not even learn whether there is such a case
    answers: [
      ...['403 no child', '403 no child', '403 no child', '403 no child', '404', '404'],
      ...['404 case_not_found', '404 case_not_found', '404 case_not_found'],
    ],
    comesBack: true,
  },
  'the role of an authority is ended': {
    hold: () => staff('authority-dn@beispiel.example'),
    questions: () => [
      { path: '/schulamt', shows: childOrNone },
      { path: '/schulamt?_data=routes%2Fauthority-desk', shows: childOrNone },
      { path: '/schulamt/plaetze' },
      { path: `/faelle/${proposed}/zuweisung` },
      {
        path: '/schulamt?_data=routes%2Fauthority-desk',
        fields: { intent: 'assign', chosen: `${proposed}:0` },
        shows: refusalIn,
      },
    ],
    works: ['200 the child', '200 the child', '200', '200', '409 stale_case'],
    withdraw: () => endRole(AUTHORITY),
    restore: () => giveRole(AUTHORITY),
    // who is not at the desk is told so, whatever was ticked there
    answers: ['403 no child', '403 no child', '403', '404', '403 forbidden'],
    comesBack: true,
  },
  'the role of an owner is ended': {
    ...atOwner,
    withdraw: () => endRole(OWNER_ACCOUNT),
    restore: () => giveRole(OWNER_ACCOUNT),
    answers: [
      ...['403', '403', '403 no child', '403 no child', '403'],
      ...['404', '404', '404', '404', '403 forbidden', '403 forbidden'],
    ],
    comesBack: true,
  },
  'one session is ended': {
    ...desk,
    withdraw: endFirst,
    restore: nothing,
    answers: SIGNED_OUT,
    isOfOne: true,
  },
  'the person signs out everywhere': {
    ...desk,
    withdraw: () => signOutEverywhere(world.as('counsellor')),
    restore: nothing,
    answers: SIGNED_OUT,
  },
  'a proposal is withdrawn from a school': {
    ...atSchool,
    withdraw: () => withdraw(world, { caseId: proposed, centre: 'DN' }),
    restore: () => propose(world, { caseId: proposed, centre: 'DN' }, SCHOOL),
    answers: [
      ...['200 no child', '200 no child', '200 no child', '200 no child'],
      ...['404', '404', '404 case_not_found', '404 case_not_found', '404 case_not_found'],
    ],
    comesBack: true,
  },
  'a family’s slip is replaced by another': {
    hold: family,
    questions: () => [{ path: '/familie?_data=routes%2Ffamily', shows: doorOrPage }],
    works: ['200 the page'],
    withdraw: async () => {
      slip = await print()
    },
    restore: nothing,
    answers: ['200 the door'],
  },
}

/** What went wrong in one round: two browsers hold a session, the right goes, both come back. */
async function round(withdrawal: Withdrawal): Promise<string | null> {
  const { hold, questions, works, answers, isOfOne, comesBack } = withdrawal
  const held = [await hold(), await hold()] as const
  const all = async () => [await ask(held[0], questions()), await ask(held[1], questions())]
  const before = await all()
  await withdrawal.withdraw(held)
  const after = await all()
  await withdrawal.restore()
  const [later] = await all()
  const expected = [
    [works, works],
    isOfOne ? [answers, works] : [answers, answers],
    // what was withdrawn does not come back with the right, unless it was the right alone
    comesBack ? works : answers,
  ]
  const seen = [before, after, later]
  return JSON.stringify(seen) === JSON.stringify(expected) ? null : JSON.stringify(seen)
}

describe(`P7: a withdrawn right stops at the next request, ${ROUNDS} times each`, () => {
  test.each(Object.entries(WITHDRAWALS))('%s', { timeout: LONG }, async (_what, withdrawal) => {
    const wrong: string[] = []
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      const problem = await round(withdrawal)
      if (problem !== null) wrong.push(`round ${turn}: ${problem}`)
    }
    expect(wrong).toEqual([])
    // nobody else is put out by it
    expect(await ask(bystander, AT_THE_DESK)).toEqual(WORKS)
  })
})

test('P7, control: a right that was not withdrawn is found to be there', async () => {
  const without = { ...desk, withdraw: nothing, restore: nothing, answers: SIGNED_OUT }
  expect(await round(without)).toContain('"200"')
})

test('P7: what is stored at the end breaks no rule', async () => {
  expect(await violations(world)).toEqual([])
})
