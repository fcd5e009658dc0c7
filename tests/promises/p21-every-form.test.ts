import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import {
  newChild,
  type Ready,
  readied,
  seatsChanged,
  sendFormsTo,
  settleForms,
  WRITES,
} from '#tests/promises/every-form.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { fingerprint } from '#tests/promises/fingerprint.ts'
import { SCHOOLS } from '#tests/promises/neighbours.ts'
import {
  type Attack,
  attacksOn,
  fieldsOf,
  sendAs,
  type Tokens,
} from '#tests/promises/p21-attacks.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { counsel, done } from '#tests/promises/steps.ts'
import { waysToWrite } from '#tests/promises/ways-to-write.ts'
import { giveTotp, letIn } from '#tests/setup/second-factor.ts'
import { type Browser, type Reply, signIn, signInFamily } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { WORLD_PASSWORD } from '#tests/setup/world.ts'

const ORIGIN = 'https://einstieg.example'
const ATTACKS = attacksOn(ORIGIN)
const SENT = ATTACKS.filter(({ method }) => method !== 'GET')
const READ = ATTACKS.filter(({ method }) => method === 'GET')
const LONG = guard(120_000)

let world: SharedWorld
let served: Served
let stranger: Browser

beforeAll(async () => {
  world = await makeSharedWorld()
  await settleForms(world)
  served = await serve(world, { origin: ORIGIN })
  sendFormsTo(served)
  stranger = await come('state')
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

/** A form, by whom, and what becomes of it where it comes from our own page. */
type Sent = {
  /** The account; null: a family. */
  readonly by: string | null
  readonly ready: () => Promise<Ready>
  /** What a form without the right token gets; 403 unless told. */
  readonly strangerStatus?: number
  /** Stores nothing, or nothing here: what our own page gets for it. */
  readonly answer?: number
}

/** Of every route that takes forms, what stores nothing, or is not sent twenty times (P4). */
const FURTHER: Readonly<Record<string, Sent>> = {
  'routes/school review': numbersOf('routes/school', 'counsellor-dn', '180105', 'review'),
  'routes/school edit': numbersOf('routes/school', 'counsellor-dn', '180105', 'edit'),
  'routes/school-desk review': numbersOf(
    'routes/school-desk',
    `school-${SCHOOLS.a}`,
    SCHOOLS.a,
    'review',
  ),
  'routes/school-desk edit': numbersOf(
    'routes/school-desk',
    `school-${SCHOOLS.a}`,
    SCHOOLS.a,
    'edit',
  ),
  'routes/own-account.passkeys ask': intentOf('routes/own-account.passkeys', 'auditor-bor', 'ask'),
  'routes/own-account.confirm ask': intentOf('routes/own-account.confirm', 'lead-bor', 'ask'),
  // shows that no file came along
  'routes/administration.schools upload': {
    ...intentOf('routes/administration.schools', 'operator', 'upload'),
    answer: 422,
  },
  'routes/family sign_out': { by: null, ready: familySignedIn, strangerStatus: 303 },
}

/** Intents whose form is sent in `p21-foreign-sites.test.ts`, and why not here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'routes/family sign_in': 'nobody is signed in yet',
  'routes/sign-in.confirm ask': 'between the two steps of signing in: sent there with a code',
}

const FORMS: Readonly<Record<string, Sent>> = {
  ...Object.fromEntries(
    Object.entries(WRITES).map(([what, write]) => [
      what,
      {
        by: write.by(0),
        ready: () => readied(write, 0, (browser) => letIn(world, browser)),
      },
    ]),
  ),
  ...FURTHER,
}

/** In an installation nobody gives up the only second factor they have: here they have another. */
async function withAnotherFactor(what: string, { ready, by }: Sent): Promise<Ready> {
  const form = await ready()
  if (what === 'a second factor is removed') await giveTotp(world, `account-${by}`)
  return form
}

const wasSent = new Set<string>()
const oldTokens = new Map<string, string>()
let forms = 0

describe('P21: every form of every page, when it does not come from our own page', () => {
  test.each(Object.entries(FORMS))(
    '%s: refused without effect; the page’s own form passes',
    { timeout: LONG },
    async (what, sent) => {
      const attacked = await attackedForm(what, sent)
      const before = await fingerprint(world)
      const wrong = await wrongAnswers(attacked, SENT)
      expect([wrong, changed(before, await fingerprint(world))]).toEqual([[], []])

      expect(await wrongAnswers(attacked, READ)).toEqual([])
      const read = await fingerprint(world)
      // whoever opens a page is written into the trail; besides that nothing may differ
      expect(changed(before, read).filter((table) => !TRAIL.includes(table))).toEqual([])

      const { status } = await attacked.send({ name: '' })
      wasSent.add(`${attacked.route} ${attacked.intent}`)
      expect(sent.answer === undefined ? [200, 303] : [sent.answer]).toContain(status)
      const written = changed(read, await fingerprint(world))
      if (sent.answer === undefined) expect(written).not.toEqual([])
    },
  )
})

type Attacked = Pick<Sent, 'strangerStatus'> & {
  readonly route: string
  readonly intent: string | undefined
  readonly send: (attack: Attack) => Promise<Reply>
}

async function attackedForm(what: string, sent: Sent): Promise<Attacked> {
  const { route, browser, path, fields } = await withAnotherFactor(what, sent)
  const tokens = await tokensOf(sent, browser)
  forms += 1
  const _idem = `own-form-${forms}`
  return {
    ...{ route, intent: fields['intent'], strangerStatus: sent.strangerStatus ?? 403 },
    send: (attack) => sendAs(browser, path, attack, { ...fieldsOf(attack, fields, tokens), _idem }),
  }
}

/** Reading a page is allowed with any address; everything else must be refused. */
async function wrongAnswers(
  { send, strangerStatus = 403 }: Attacked,
  attacks: readonly Attack[],
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const attack of attacks) {
    const { status } = await send(attack)
    const expected = attack.csrf === undefined ? 403 : strangerStatus
    const isRight = attack.method === 'GET' ? status < 500 : status === expected
    if (!isRight) wrong.push(`${attack.name}: ${status}`)
  }
  return wrong
}

test('P21: what was sent is every form of every route', () => {
  const { intents } = waysToWrite()
  expect(intents.length).toBeGreaterThan(40)
  const known = [...wasSent, ...Object.keys(ELSEWHERE)]
  expect(intents.filter((line) => !known.includes(line))).toEqual([])
  // an exception that is sent after all is none
  expect(Object.keys(ELSEWHERE).filter((line) => wasSent.has(line))).toEqual([])
  for (const [route, { forms: rules }] of Object.entries(ROUTES)) {
    const here = Object.values(WRITES).filter((write) => write.route === route)
    const missing = rules.filter(
      ({ looksOnly }, at) => !looksOnly && !here.some(({ form }) => form === at),
    )
    if (!OF_ROUTE.includes(route)) expect([route, missing]).toEqual([route, []])
  }
})

test('P21, control: a form that would be taken from elsewhere is noticed, and what it did', async () => {
  const attacked = await attackedForm('', FORMS['a case is held'] as Sent)
  const before = await fingerprint(world)
  const asOurPage: Attack = { name: 'taken', csrf: ({ own }) => own }
  expect(await wrongAnswers(attacked, [asOurPage])).toEqual(['taken: 303'])
  expect(changed(before, await fingerprint(world))).toContain('legal_hold')
})

/**
 * Routes whose one form has no effect, or another one each time: `p21-foreign-sites.test.ts` sends the
 * form of every route.
 */
const OF_ROUTE = [
  'routes/work-list',
  'routes/cases',
  'routes/administration.trail',
  'routes/case.slip',
]

const TRAIL: readonly string[] = ['audit_entry', 'audit_case', 'audit_seal']

type Rows = Readonly<Record<string, string>>

function changed(before: Rows, after: Rows): readonly string[] {
  return Object.keys(after).filter((table) => after[table] !== before[table])
}

async function come(key: string): Promise<Browser> {
  return letIn(world, await signIn(served.door, `${key}@beispiel.example`, WORLD_PASSWORD))
}

async function tokensOf({ by }: Sent, browser: Browser): Promise<Tokens> {
  const [own, foreign] = [await browser.csrf(), await stranger.csrf()]
  return { own, foreign, old: by === null ? foreign : await oldToken(by) }
}

/** The token of a session of the person that is over. */
async function oldToken(by: string): Promise<string> {
  const known = oldTokens.get(by)
  if (known !== undefined) return known
  const earlier = await come(by)
  const token = await earlier.csrf()
  await earlier.post('/abmelden', {})
  oldTokens.set(by, token)
  return token
}

function intentOf(route: string, by: string, intent: string): Sent {
  const write = { route, form: null, by: () => by, fields: () => ({ intent }) }
  return { by, ready: () => readied(write, 0, (browser) => letIn(world, browser)) }
}

/** The table of a school's seats, looked at or gone on with before it is stored. */
function numbersOf(route: string, by: string, number: string, intent: string): Sent {
  const write = {
    ...{ route, form: null, by: () => by, params: { number } },
    fields: async () => ({ ...(await seatsChanged(number)), intent }),
  }
  const ready = () => readied(write, 0, (browser) => letIn(world, browser))
  return { by, ready, answer: 200 }
}

async function familySignedIn(): Promise<Ready> {
  const caseId = await newChild((walker) => counsel(world, walker))
  const { code, pin } = done(await printSlip(world.as('counsellor'), caseId))
  const browser = await signInFamily(served.door, code, pin)
  return { route: 'routes/family', browser, path: '/familie', fields: { intent: 'sign_out' } }
}
