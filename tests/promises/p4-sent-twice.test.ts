import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tx } from '#db/schema.ts'
import { sourceOf, sourcesUnder } from '#tests/architecture/source.ts'
import { ROUTES } from '#tests/promises/access.ts'
import {
  type Ready,
  readied,
  sendFormsTo,
  settleForms,
  WRITES,
  type Write,
} from '#tests/promises/every-form.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { rowsOf } from '#tests/promises/fingerprint.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import { waysToWrite } from '#tests/promises/ways-to-write.ts'
import { testEngine } from '#tests/setup/engine.ts'
import type { Reply } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'

const SENDS = 20
/** What a database says that somebody else holds. */
const HELD = testEngine === 'postgres' ? '55P03' : 'SQLITE_BUSY'
const TO_THE_DOOR = '303 /anmelden'
const LONG = guard(120_000)

let world: SharedWorld
let served: Served
const program = waysToWrite()

beforeAll(async () => {
  world = await makeSharedWorld()
  await settleForms(world)
  served = await serve({ ...world, database: { ...world.database, write: noted } })
  sendFormsTo(served)
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

const ONE_PROOF = 'a proof counts once, and each sending is another one'
const NOBODY_YET = 'nobody is signed in yet; tries are limited'
const LOOKS_FIRST = 'shows what would come of new numbers, and stores nothing'
const WAY_BACK = 'a GET on the way back from the provider, whose answer counts once'

/** Ways to write that are not sent twenty times, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'routes/case.slip printSlip':
    'a slip printed again is a new slip: its PIN is not kept to be shown twice',
  'routes/sign-in signIn': NOBODY_YET,
  'routes/family signInFamily': NOBODY_YET,
  'routes/family sign_in': NOBODY_YET,
  'routes/family signOutFamily': 'a family that is signed out is nobody',
  'routes/family sign_out': 'a family that is signed out is nobody',
  'routes/invitation acceptInvitation': 'the link itself opens once; nobody is signed in before',
  'routes/sign-in.confirm signInByFactor': ONE_PROOF,
  'routes/sign-in.confirm askForPasskey': 'every question to a passkey is a new one',
  'routes/sign-in.confirm ask': 'every question to a passkey is a new one',
  'routes/own-account.confirm askForPasskey': 'every question to a passkey is a new one',
  'routes/own-account.confirm ask': 'every question to a passkey is a new one',
  'routes/own-account.passkeys registerPasskey': ONE_PROOF,
  'routes/own-account.passkeys askForNewPasskey': 'every question to a passkey is a new one',
  'routes/own-account.passkeys ask': 'every question to a passkey is a new one',
  'routes/own-account.provider linkProvider': WAY_BACK,
  'routes/sign-in.provider signInByProvider': WAY_BACK,
  'routes/sign-out signOut': 'who is signed out is nobody: sent again it leads to the sign-in page',
  'routes/school review': LOOKS_FIRST,
  'routes/school edit': LOOKS_FIRST,
  'routes/school-desk review': LOOKS_FIRST,
  'routes/school-desk edit': LOOKS_FIRST,
  'routes/administration.schools upload': 'shows what is in the file, and stores nothing',
}

/** Routes whose only form is a search, which writes nothing: no use case of theirs does. */
const SEARCHES = ['routes/work-list', 'routes/cases', 'routes/administration.trail']

test('P4: every form of every route that takes one is sent twice', () => {
  const taking = served.routes.filter(({ hasAction }) => hasAction).map(({ id }) => id)
  const sent = new Set(Object.values(WRITES).map(({ route }) => route))
  const excepted = Object.keys(EXCEPTIONS).map((line) => line.split(' ')[0] ?? '')
  const known = new Set([...sent, ...excepted, ...SEARCHES])
  expect(taking.filter((id) => !known.has(id))).toEqual([])
  for (const route of sent) {
    const forms = Object.values(WRITES).filter((one) => one.route === route && one.form !== null)
    const known = (ROUTES[route]?.forms ?? []).flatMap(({ looksOnly }, at) => (looksOnly ? [] : at))
    // some do several things, by who sends them or about whom
    expect([route, [...new Set(forms.map(({ form }) => form))].sort()]).toEqual([route, known])
  }
})

describe('P4: a form sent twenty times at once is answered and does the same as sent once, and nothing while the database is held (F16)', () => {
  test.each(Object.entries(WRITES))('%s', { timeout: LONG }, async (what, write) => {
    const ready = await readied(write, 0)
    const putOff = await effectWhileHeld(ready)
    const once = await effectOf(ready, 1)
    sentAgain.set(what, await effectOf(ready, 1))
    const second = await readied(write, 1)
    const often = await effectOf(second, write.sends ?? SENDS)
    // that one too, so that what comes later begins alike in both turns
    await effectOf(second, 1)

    expect(putOff).toEqual({ answer: '503, again after 5 s', changed: {} })
    expect(once.answers).toEqual([expect.stringMatching(/^(200|303) /)])
    expect(Object.keys(once.changed)).not.toEqual([])
    const answers = often.answers.filter((answer) => !(write.renews && answer === TO_THE_DOOR))
    expect(answers.length).toBeGreaterThan(0)
    expect(answers.filter((answer) => answer !== answers[0])).toEqual([])
    expect(answers.map(anyId)).toEqual(answers.map(() => anyId(once.answers[0] ?? '')))
    expect({ changed: often.changed, next: often.next }).toEqual({
      ...{ changed: once.changed, next: once.next },
    })
    // each answer that is a page was looked at: the trail says so of each, and of nothing else
    expect(often.looks).toEqual(
      Array.from({ length: write.sends ?? SENDS }, () => once.looks)
        .flat()
        .toSorted(),
    )
  })
})

/** What the form of each turn did when it was sent anew, with a key of its own. */
const sentAgain = new Map<string, Effect>()

const TRAIL = ['audit_case', 'audit_entry', 'command']
/** Nothing but the line that it was asked for once more. */
const ONLY_SAID: readonly string[] = []

/**
 * Forms that write something when they are sent anew after "Zurück", and into which tables besides the
 * trail. None moves a case, a seat or a number: a version stops those, or what is there already. These
 * ask for a state that then holds already, or for something new that takes the place of the former.
 */
const DONE_AGAIN: Readonly<Record<string, readonly string[]>> = {
  // refused: the child is there already, and who was shown that is in the trail
  'a child is registered': ONLY_SAID,
  'a draft of a Meldung is kept': ['draft'],
  'a draft of a Meldung is thrown away': ONLY_SAID,
  'a draft of a topic is kept': ['draft'],
  'a draft of a topic is thrown away': ONLY_SAID,
  'a case is held': ['legal_hold'],
  'a period is proposed': ['retention_rule'],
  'the clock is confirmed': ['retention_run'],
  // a new link takes the place of the one before
  'an account is reset': ['account', 'account_notice'],
  'an account is disabled': ['account'],
  'an account is enabled': ['account'],
  'other sessions are ended': ONLY_SAID,
  'notices are acknowledged': ONLY_SAID,
  'what is new is read': ONLY_SAID,
  'mails are switched off': ONLY_SAID,
  'mails are switched on': ONLY_SAID,
  'setting up an app begins': ['second_factor'],
  'somebody proves again who they are': ['session'],
  'recovery codes are made': ['account_notice', 'recovery_code'],
  'a school list is taken over': ONLY_SAID,
}

describe('F11: a form sent again after "Zurück", with a new key, has no second effect', () => {
  test.each(Object.keys(WRITES))('%s', (what) => {
    const again = sentAgain.get(what)
    if (again === undefined) throw new Error('was not sent')
    const tables = Object.keys(again.changed).toSorted()
    const known = DONE_AGAIN[what]
    if (known === undefined) expect([what, tables]).toEqual([what, []])
    else {
      expect(tables).not.toEqual([])
      expect(tables.filter((table) => !TRAIL.includes(table))).toEqual(known)
    }
  })
})

test('P4, control: what is written down as a look, or later added to one, is not left out', () => {
  const line = (facts: object) => JSON.stringify(facts)
  const look = (id: string) => line({ id, event: 'list_viewed' })
  const before = new Map([
    ['audit_entry', [look('old')]],
    ['audit_case', [] as string[]],
  ])
  const after = new Map([
    ['audit_entry', [look('old'), look('new')]],
    ['audit_case', [line({ entry_id: 'old', case_id: 'a' }), line({ entry_id: 'new' })]],
  ])
  expect(diff(before, after)).toEqual({ audit_case: { added: 1, gone: 0 } })
  expect(looksIn(before, after)).toEqual(['list_viewed of 1'])
})

test('P4: what was sent above, and the exceptions, are all the ways in which the program writes', () => {
  const { commands, intents } = program
  const writing = new Set(commands.map((line) => line.split(' ')[0]))
  expect(SEARCHES.filter((route) => writing.has(route))).toEqual([])
  // one that is sent and excepted too would be there twice
  const sent = [...commands, ...intents].filter((line) => wasSent.has(line))
  expect([...sent, ...Object.keys(EXCEPTIONS)].sort()).toEqual([...commands, ...intents].sort())
})

test('P4, control: a use case and a form that somebody adds to a route are noticed', () => {
  const own = sourcesUnder('app', 'db')
  const added = [
    sourceOf(
      'app/services/case/forget-case.server.ts',
      `import { transact } from '../transact.server.ts'
       export async function forgetCase(ctx) { return store(ctx) }
       const store = (ctx) => transact(ctx, permit, centreId, work)`,
    ),
    sourceOf(
      'app/routes/case.invented.tsx',
      `import { commandFor } from '#app/http/context.server.ts'
       import { forgetCase } from '#app/services/case/forget-case.server.ts'
       import { listCentres } from '#db/queries/centre.server.ts'
       export async function action(args) { return forgotten(await commandFor(args)) }
       async function forgotten({ ctx, form }) {
         if (form.get('intent') === 'look') return listCentres(ctx)
         return forgetCase(ctx)
       }
       export default function Invented() {
         return <button name="intent" value="forget">Vergessen</button>
       }`,
    ),
  ]
  const [before, after] = [waysToWrite(own), waysToWrite([...own, ...added])]
  const news = (what: 'commands' | 'intents') =>
    after[what].filter((line) => !before[what].includes(line))
  expect(news('commands')).toEqual(['routes/case.invented forgetCase'])
  expect(news('intents')).toEqual(['routes/case.invented forget', 'routes/case.invented look'])
  expect(before.commands).toContain('routes/case.end eraseNow')
})

describe('P4, control: the same form with a key of its own each time has more effect', () => {
  const REPEATABLE = ['an account is reset', 'a school list is taken over'] as const
  test.each(REPEATABLE)('%s', { timeout: LONG }, async (what) => {
    const write = WRITES[what] as Write
    const once = await effectOf(await readied(write, 0), 1)
    const often = await effectOf(await readied(write, 1), SENDS, false)
    expect(often.changed['audit_entry']?.added).toBe(
      SENDS * (once.changed['audit_entry']?.added ?? 0),
    )
  })
})

// ---- what it does ----

type Change = { readonly added: number; readonly gone: number }
type Effect = {
  readonly answers: readonly string[]
  readonly changed: Readonly<Record<string, Change>>
  /** Looks that the trail tells of: each with the number of children it was about. */
  readonly looks: readonly string[]
  /** What the same browser is answered afterwards: whether it is still signed in. */
  readonly next: string
}

/** The form is sent while somebody else holds the database: what is answered, and what it changes. */
async function effectWhileHeld({ browser, path, fields }: Ready) {
  const _csrf = await browser.csrf()
  const before = await rowsOf(world)
  isHeld = true
  const form = { _csrf, _idem: 'held', ...fields }
  const { status, headers } = await browser.send({ method: 'POST', path, form })
  isHeld = false
  const changed = diff(before, await rowsOf(world))
  return { answer: `${status}, again after ${headers['retry-after']} s`, changed }
}

let forms = 0

async function effectOf(
  { route, browser, path, fields }: Ready,
  sends: number,
  isOneForm = true,
): Promise<Effect> {
  const _csrf = await browser.csrf()
  forms += 1
  const keyOf = (at: number) => (isOneForm ? `form-${forms}` : `form-${forms}-${at}`)
  const before = await rowsOf(world)
  writing.clear()
  const replies = await Promise.all(
    Array.from({ length: sends }, (_, at) =>
      browser.send({ method: 'POST', path, form: { _csrf, _idem: keyOf(at), ...fields } }),
    ),
  )
  for (const word of [...writing, fields['intent']]) wasSent.add(`${route} ${word}`)
  const after = await rowsOf(world)
  const next = said(await browser.get('/konto'))
  const looks = looksIn(before, after)
  return { answers: replies.map(said), changed: diff(before, after), looks, next }
}

/** `route word` of everything that was sent: the use cases that wrote, and the form's `intent`. */
const wasSent = new Set<string>()
/** Use cases that were on their way to a transaction since it was cleared. */
const writing = new Set<string>()
/** Whether somebody else holds the database just now. */
let isHeld = false

/**
 * Opens a transaction and notes for whom: a list kept by hand could be wrong. A use case that another
 * one calls does not count there: its own form is another.
 */
function noted<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isHeld) return Promise.reject(Object.assign(new Error('held'), { code: HELD }))
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 100
  const { stack = '' } = new Error('noted')
  Error.stackTraceLimit = stackTraceLimit
  // the build gives functions of one name a number each
  const names = [...stack.matchAll(/^ +at (?:async )?(\w+)(?:\$\d+)? /gm)]
  const outermost = names.flatMap(([, name = '']) => program.signs.get(name) ?? []).at(-1)
  if (outermost !== undefined) writing.add(outermost)
  return world.database.write(work)
}

/** Status and way on. */
function said({ status, headers }: Reply): string {
  return `${status} ${headers.location ?? ''}`
}

/** Two forms are about two children: where to go is the same but for the id. */
function anyId(answer: string): string {
  return answer.replace(/[0-9a-f-]{36}/, ':id')
}

/** An answer that is a page is looked at each time it is sent, and the trail says so. */
const LOOKED = /"event":"(\w+)_viewed"/

function diff(before: Tables, after: Tables): Effect['changed'] {
  const changed: Record<string, Change> = {}
  const looks = newLooks(before, after)
  for (const [table, lines] of after) {
    const [was, is] = [new Set(before.get(table)), new Set(lines)]
    const added = lines.filter((line) => !was.has(line) && !isOfLook(line, looks)).length
    const gone = [...was].filter((line) => !is.has(line)).length
    if (added + gone > 0) changed[table] = { added, gone }
  }
  return changed
}

type Tables = ReadonlyMap<string, readonly string[]>

/** The new entries of the trail that say that somebody looked, by their ids. */
function newLooks(before: Tables, after: Tables): ReadonlySet<unknown> {
  const was = new Set(before.get('audit_entry'))
  const added = (after.get('audit_entry') ?? []).filter((line) => !was.has(line))
  return new Set(added.filter((line) => LOOKED.test(line)).map((line) => JSON.parse(line).id))
}

/** What these looks were: the event, and how many children each was about. */
function looksIn(before: Tables, after: Tables): readonly string[] {
  const about = (after.get('audit_case') ?? []).map((line) => JSON.parse(line).entry_id)
  const entries = (after.get('audit_entry') ?? []).map((line) => JSON.parse(line))
  const looks = newLooks(before, after)
  return entries
    .filter(({ id }) => looks.has(id))
    .map(({ id, event }) => `${event} of ${about.filter((entry) => entry === id).length}`)
    .toSorted()
}

/** Such an entry itself, and the lines that say whom it was about. */
function isOfLook(line: string, looks: ReadonlySet<unknown>): boolean {
  const { id, entry_id: entryId } = JSON.parse(line)
  return looks.has(LOOKED.test(line) ? id : entryId)
}

test('P4: what is stored at the end breaks no rule', async () => {
  expect(await violations(world)).toEqual([])
})
