import { describe, expect, test } from 'vitest'
import type { AccountId } from '#app/domain/ids.ts'
import type { Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { acceptInvitation } from '#app/services/account/accept-invitation.server.ts'
import { changeAccount } from '#app/services/account/change-account.server.ts'
import { inviteAccount } from '#app/services/account/invite-account.server.ts'
import { newKnownBrowser } from '#app/services/account/known-browser.ts'
import { makeRecoveryCodes } from '#app/services/account/make-recovery-codes.server.ts'
import { signIn } from '#app/services/account/sign-in.server.ts'
import { signInByFactor } from '#app/services/account/sign-in-by-factor.server.ts'
import { staffSession } from '#app/services/account/staff-session.server.ts'
import type { Context } from '#app/services/context.server.ts'
import { printSlip } from '#app/services/family/print-slip.server.ts'
import { signInFamily } from '#app/services/family/sign-in-family.server.ts'
import { done } from '#tests/promises/steps.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type App, giveTotp } from '#tests/setup/second-factor.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, makeWorld, registered, WORLD_PASSWORD, type World } from '#tests/setup/world.ts'

// The services and the database are the real ones; the clock is the test's, and so is the hasher
// (sha256): what is counted is who gets as far as a comparison, not how long one takes.

const LONG = guard(1_200_000)
/** Guesses in all, over every door and source; on PostgreSQL so many per door. */
const GUESSES = sized(100_000, 1_000_000)
const ON_POSTGRES = sized(60)
/** So many arrive at one moment. */
const AT_ONCE = 20
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** What one account may be worth to a guesser on one day. */
const MOST_A_DAY = 1e-4

const ACCOUNT = 'account-counsellor-dn' as AccountId
const EMAIL = 'counsellor-dn@beispiel.example'
const OTHER_EMAIL = 'lead-dn@beispiel.example'

// ---- where guesses come from, and when ----

const SOURCES: Readonly<Record<string, (n: number) => string>> = {
  'one address': () => '203.0.113.7',
  'a hundred addresses': (n) => `198.51.100.${n % 100}`,
  'one IPv6 /64': (n) => `2001:db8:5:6:${(n % 65_536).toString(16)}::${n.toString(16)}`,
}
const NAT = SOURCES['one address']?.(0) ?? ''

/**
 * When the guesses come: one to open the windows, half of them in the two hours around the moment
 * when a day's window ends (two budgets meet there), the rest evenly over two days.
 */
function momentsOf(guesses: number): readonly number[] {
  const burst = Math.floor(guesses / 2)
  const rest = guesses - burst - 1
  return [
    0,
    ...Array.from({ length: burst }, (_, n) => 23 * HOUR + (n * 2 * HOUR) / burst),
    ...Array.from({ length: rest }, (_, n) => 25 * HOUR + (n * 2 * DAY) / rest),
  ]
}

// ---- what is guessed ----

const PIN = 'PIN of a slip'

type Answer = Result<unknown, { readonly code: string }>
type Knock = (address: string, n: number) => Promise<Answer>

type Door = {
  /** The chance that one guess which is compared is right. */
  readonly chance: number
  /** Guesses a day (any 24 hours) that may be compared at the most, over all sources together. */
  readonly most: number
  /** Makes what is guessed at; `app`: where it is an account, the one-time codes of its person. */
  readonly ready: (world: World) => Promise<{ readonly knock: Knock; readonly app?: App }>
}

/** Three steps of a code are right at a time. */
const TOTP_CHANCE = 3 / 1_000_000
const PIN_CHANCE = 1 / 10 ** 8
/** Ten characters of Crockford's alphabet; a recovery code names its place. */
const CODE_CHANCE = 2 ** -50
const LINK_CHANCE = 2 ** -256

const DOORS: Readonly<Record<string, Door>> = {
  // taken as known to the guesser (phished): alone it opens nothing, and what counts is the code
  password: {
    chance: 0,
    most: 400,
    ready: async (world) => {
      const app = await giveTotp(world, ACCOUNT)
      const typed = { email: EMAIL, replaces: null }
      const knock: Knock = (address, n) =>
        signIn(world.asSystem(), { ...typed, password: `ein anderes Passwort ${n}`, address })
      return { app, knock }
    },
  },
  'one-time code': {
    chance: TOTP_CHANCE,
    most: 30,
    ready: async (world) => {
      const app = await giveTotp(world, ACCOUNT)
      const half = await halfOpen(world)
      const guess = sixDigits()
      return {
        app,
        knock: (address) => second(world, half, { way: 'totp', proof: guess() }, { address }),
      }
    },
  },
  'recovery code': {
    chance: CODE_CHANCE,
    most: 200,
    ready: async (world) => {
      const app = await giveTotp(world, ACCOUNT)
      done(await makeRecoveryCodes(world.as('counsellor')))
      const half = await halfOpen(world)
      const knock: Knock = (address, n) => {
        const proof = `${n % 10}-ZZZZZ-${crockford(n)}`
        return second(world, half, { way: 'recovery_code', proof }, { address })
      }
      return { app, knock }
    },
  },
  [PIN]: {
    chance: PIN_CHANCE,
    most: 10,
    ready: async (world) => {
      const { code } = await slipOf(world)
      const knock: Knock = (address, n) =>
        signInFamily(world.asSystem(), { code, pin: String(n).padStart(8, '0'), address })
      return { knock }
    },
  },
  'short code of a slip': {
    // a code alone opens nothing either: its PIN would have to be right with the same guess
    chance: CODE_CHANCE * PIN_CHANCE,
    most: Number.POSITIVE_INFINITY,
    ready: async (world) => {
      await slipOf(world)
      const knock: Knock = (address, n) =>
        signInFamily(world.asSystem(), { code: `ZZZZZ${crockford(n)}`, pin: '20000001', address })
      return { knock }
    },
  },
  'reset link': {
    chance: LINK_CHANCE,
    most: Number.POSITIVE_INFINITY,
    ready: async (world) => {
      const reset = { intent: 'reset', centreId: CENTRES.DN.id, accountId: ACCOUNT } as const
      done(await changeAccount(world.as('lead'), reset))
      return { knock: guessLink(world) }
    },
  },
  'invitation link': {
    chance: LINK_CHANCE,
    most: Number.POSITIVE_INFINITY,
    ready: async (world) => {
      const person = { email: 'neu@beispiel.example', name: 'Nora Neu' }
      const invited = { role: 'counsellor' } as const
      done(await inviteAccount(world.as('lead'), { ...person, centreId: CENTRES.DN.id, invited }))
      return { knock: guessLink(world) }
    },
  },
}

function guessLink(world: World): Knock {
  const typed = { password: 'Regen im November', replaces: null }
  return (address, n) => {
    const code = `geraten-${String(n).padStart(35, '0')}`
    return acceptInvitation(world.asSystem(), { ...typed, code, address })
  }
}

/** Codes that never repeat within the run and are spread over all there are. */
function sixDigits(): () => string {
  let n = 0
  return () => {
    n += 1
    return String((n * 7_919) % 1_000_000).padStart(6, '0')
  }
}

function crockford(n: number): string {
  return n
    .toString(32)
    .toUpperCase()
    .replaceAll(/[ILOU]/g, 'Z')
    .padStart(5, '0')
    .slice(-5)
}

async function slipOf(world: World) {
  return done(await printSlip(world.as('counsellor'), await registered(world)))
}

/** A session that the right password opened and that waits for the second step. */
async function halfOpen(world: World) {
  const typed = { email: EMAIL, password: WORLD_PASSWORD, address: '192.0.2.250', replaces: null }
  const { token } = done(await signIn(world.asSystem(), typed))
  const session = await staffSession(world, token)
  if (session === null) throw new Error('That session is over')
  return session
}

type From = { readonly address: string; readonly known?: string | null }

function second(
  world: World,
  { actor, idHash }: Awaited<ReturnType<typeof halfOpen>>,
  shown: { readonly way: 'totp' | 'recovery_code'; readonly proof: string },
  from: From,
) {
  const ctx: Context = { ...world.asSystem(), actor, steppedUp: false }
  return signInByFactor(ctx, { ...shown, ...from, idHash })
}

// ---- who comes in meanwhile ----

const OWN_ADDRESS = '192.0.2.7'

/** Of how many tries how many came in. */
type Share = { tries: number; entered: number }

type Meanwhile = {
  /** The person the attack is on, without what a known browser keeps. */
  readonly asStranger: Share
  readonly inKnownBrowser: Share
  /** The same behind the address the attack comes from. */
  readonly knownBehindIt: Share
  /** Somebody else, from elsewhere and in a browser that is not known. */
  readonly other: Share
  readonly otherBehindIt: Share
}

function nobodyYet(): Meanwhile {
  const none = (): Share => ({ tries: 0, entered: 0 })
  return {
    asStranger: none(),
    inKnownBrowser: none(),
    knownBehindIt: none(),
    other: none(),
    otherBehindIt: none(),
  }
}

/** The person signs in with password and code, in all three ways, and so does somebody else. */
async function peopleSignIn(
  world: World,
  app: App,
  { source, meanwhile }: { readonly source: (n: number) => string; readonly meanwhile: Meanwhile },
): Promise<void> {
  const known = newKnownBrowser(world, EMAIL)
  const behindIt = source(0)
  const enter = async (share: Share, steps: number, from: From) => {
    share.tries += 1
    if (await entersByCode(world, app.code(steps), from)) share.entered += 1
  }
  // every code is good once, and none before the last one
  await enter(meanwhile.asStranger, -1, { address: OWN_ADDRESS })
  await enter(meanwhile.inKnownBrowser, 0, { address: OWN_ADDRESS, known })
  await enter(meanwhile.knownBehindIt, 1, { address: behindIt, known })
  for (const [share, address] of [
    [meanwhile.other, OWN_ADDRESS],
    [meanwhile.otherBehindIt, behindIt],
  ] as const) {
    const typed = { email: OTHER_EMAIL, password: WORLD_PASSWORD, address, replaces: null }
    share.tries += 1
    if ((await signIn(world.asSystem(), typed)).ok) share.entered += 1
  }
}

async function entersByCode(world: World, proof: string, from: From): Promise<boolean> {
  const typed = { email: EMAIL, password: WORLD_PASSWORD, replaces: null }
  const first = await signIn(world.asSystem(), { ...typed, ...from })
  const session = first.ok ? await staffSession(world, first.value.token) : null
  if (session === null) return false
  return (await second(world, session, { way: 'totp', proof }, from)).ok
}

function shareOf({ entered, tries }: Share): number {
  return entered / tries
}

function percent(share: Share): string {
  return `${Math.round(100 * shareOf(share))} %`
}

// ---- the attack, and what got through ----

const TURNED_AWAY = ['too_many_tries', 'too_many_codes']

function isCompared(answer: Answer): boolean {
  return answer.ok || !TURNED_AWAY.includes(answer.error.code)
}

type Through = {
  /** When each guess came that was compared, in ms since the attack began. */
  readonly at: readonly number[]
  /** Those that opened something. */
  readonly right: number
}

async function attack(
  world: World,
  knock: Knock,
  { source, guesses }: { readonly source: (n: number) => string; readonly guesses: number },
  meanwhile: (moment: number) => Promise<void> = async () => undefined,
): Promise<Through> {
  const begun = world.clock.now().getTime()
  const moments = momentsOf(guesses)
  const at: number[] = []
  let right = 0
  for (let from = 0; from < guesses; from += AT_ONCE) {
    const moment = moments[from] ?? 0
    world.clock.moveTo(new Date(begun + moment).toISOString() as Instant)
    const many = Array.from({ length: Math.min(AT_ONCE, guesses - from) }, (_, n) => from + n)
    const answers = await Promise.all(many.map((n) => knock(source(n), n)))
    right += answers.filter(({ ok }) => ok).length
    at.push(...answers.filter(isCompared).map(() => moment))
    await meanwhile(from / AT_ONCE)
  }
  return { at, right }
}

/** The most that came through in any 24 hours. */
function mostADay(at: readonly number[]): number {
  let most = 0
  let from = 0
  for (const [to, moment] of at.entries()) {
    while (moment - (at[from] ?? 0) >= DAY) from += 1
    most = Math.max(most, to - from + 1)
  }
  return most
}

function chanceADay({ at }: Through, { chance }: Pick<Door, 'chance'>): number {
  return mostADay(at) * chance
}

/** How often the PIN of a slip was compared while the slip was alive: each time is in the trail. */
async function pinsCompared({ database, clock }: World, begun: number): Promise<Through> {
  const entries = await database.db
    .selectFrom('audit_entry')
    .select('at')
    .where('event', 'in', ['family_pin_wrong', 'family_access_locked'])
    .orderBy('at')
    .execute()
  expect(clock.now().getTime()).toBeGreaterThan(begun)
  return { at: entries.map(({ at }) => Date.parse(at) - begun), right: 0 }
}

/** Counts what is really compared with a stored hash. */
function counting(world: World): { readonly world: World; readonly compared: () => number } {
  let compared = 0
  const verify: World['hasher']['verify'] = (stored, secret) => {
    compared += 1
    return world.hasher.verify(stored, secret)
  }
  const hasher = { ...world.hasher, verify }
  const asSystem = () => ({ ...world.asSystem(), hasher })
  return { world: { ...world, hasher, asSystem }, compared: () => compared }
}

/** A world whose limits never meet the same key twice. */
function withoutLimits(world: World): World {
  let keys = 0
  const keyed: World['keyed'] = (purpose, text) => {
    keys += purpose === 'limit' ? 1 : 0
    return world.keyed(purpose, purpose === 'limit' ? `${text}|${keys}` : text)
  }
  return { ...world, keyed, asSystem: () => ({ ...world.asSystem(), keyed }) }
}

const CROSSINGS = Object.entries(DOORS).flatMap(([what, door]) =>
  Object.entries(SOURCES).map(([from, source]) => ({ what, from, door, source })),
)
type Crossing = (typeof CROSSINGS)[number]
const WIDE = CROSSINGS.filter(({ from }) => from === 'a hundred addresses')

/** People sign in so often while one attack runs. */
const VISITS = 20

async function besiege(fresh: World, { what, door, source }: Crossing, guesses: number) {
  const { world, compared } = counting(fresh)
  const { knock, app } = await door.ready(world)
  const [begun, before] = [world.clock.now().getTime(), compared()]
  const meanwhile = nobodyYet()
  const every = Math.ceil(guesses / AT_ONCE / VISITS)
  const through = await attack(world, knock, { source, guesses }, async (batch) => {
    if (app === undefined || batch % every !== 0) return
    await peopleSignIn(fresh, app, { source, meanwhile })
  })
  const hashes = compared() - before
  return what === PIN
    ? { through: await pinsCompared(world, begun), hashes: null, meanwhile: null }
    : { through, hashes: HASHED.includes(what) ? hashes : null, meanwhile: app ? meanwhile : null }
}

/** What is compared by its slow hash: how often that ran says what was really compared. */
const HASHED: readonly string[] = ['password', 'recovery code', 'short code of a slip']

/** What P9 promises, of one attack; gives how people fared who signed in meanwhile. */
async function holds(world: World, crossing: Crossing, guesses: number): Promise<Meanwhile | null> {
  const { what, door } = crossing
  const { through, hashes, meanwhile } = await besiege(world, crossing, guesses)
  expect(through.right).toBe(0)
  expect(through.at.length).toBeGreaterThan(0)
  if (hashes !== null) expect(hashes).toBe(through.at.length)
  expect(mostADay(through.at)).toBeLessThanOrEqual(door.most)
  expect(chanceADay(through, door)).toBeLessThanOrEqual(MOST_A_DAY)
  if (what === PIN) expect(through.at).toHaveLength(10)
  if (meanwhile !== null) {
    expect(shareOf(meanwhile.inKnownBrowser)).toBeGreaterThanOrEqual(0.99)
    expect(shareOf(meanwhile.knownBehindIt)).toBeGreaterThanOrEqual(0.99)
    expect(shareOf(meanwhile.other)).toBe(1)
  }
  return meanwhile
}

describe('P9: guessing does not pay, and the person comes in meanwhile', () => {
  const each = Math.ceil(GUESSES / CROSSINGS.length)
  test.each(CROSSINGS)(
    `$what, from $from: ${each} guesses`,
    {
      timeout: LONG,
    },
    async (crossing) => {
      const { what, from } = crossing
      const world = await makeWorld({ engine: 'sqlite' })
      const meanwhile = await holds(world, crossing, each)
      await world.close()
      if (meanwhile === null) return
      const { asStranger, otherBehindIt } = meanwhile
      process.stdout.write(
        `P9, ${what} from ${from}: in a browser that is not known ${percent(asStranger)} of the person's ` +
          `own sign-ins, behind the same address ${percent(otherBehindIt)} of somebody else's\n`,
      )
      // control: what lets the person in is that the browser is known
      if (what !== 'recovery code') expect(shareOf(asStranger)).toBeLessThan(0.99)
    },
  )

  test('a known browser of another account, or one made up, is a stranger', async () => {
    const world = await makeWorld({ engine: 'sqlite' })
    const typed = { email: EMAIL, password: 'falsch', replaces: null }
    const knock: Knock = (address, n) => {
      const known = n % 2 === 0 ? newKnownBrowser(world, OTHER_EMAIL) : `${n}`.repeat(22)
      return signIn(world.asSystem(), { ...typed, address, known })
    }
    const source = SOURCES['a hundred addresses'] as (n: number) => string
    const through = await attack(world, knock, { source, guesses: 1_000 })
    expect(mostADay(through.at)).toBeLessThanOrEqual(400)
    await world.close()
  })

  test('a family that comes in between starts the count anew: the chance stays small', async () => {
    const world = await makeWorld({ engine: 'sqlite' })
    const begun = world.clock.now().getTime()
    const { code, pin } = await slipOf(world)
    const enter = (typed: string) =>
      signInFamily(world.asSystem(), { code, pin: typed, address: '192.0.2.7' })
    for (let quarter = 0; quarter < 96; quarter += 1) {
      for (let n = 0; n < 4; n += 1) await enter('00000000')
      expect((await enter(pin)).ok).toBe(true)
      world.clock.passHours(0.25)
    }
    const through = await pinsCompared(world, begun)
    expect(mostADay(through.at)).toBe(4 * 96)
    expect(chanceADay(through, { chance: PIN_CHANCE })).toBeLessThanOrEqual(MOST_A_DAY)
    await world.close()
  })
})

describe.skipIf(!postgresPresent)('P9 on PostgreSQL (needs PostgreSQL)', () => {
  const guessed = [PIN, 'password', 'one-time code']
  test.each(WIDE.filter(({ what }) => guessed.includes(what)))(
    `$what, from $from: ${ON_POSTGRES} guesses`,
    { timeout: LONG },
    async (crossing) => {
      const world = await makeWorld({ engine: 'postgres' })
      await holds(world, crossing, ON_POSTGRES)
      await world.close()
    },
  )
})

describe('P9, control: without the limits the same counting finds that guessing pays', () => {
  const without = (what: string) => WIDE.find((one) => one.what === what) as Crossing

  test.each(['password', 'one-time code', 'recovery code'])('%s', async (what) => {
    const crossing = without(what)
    const world = withoutLimits(await makeWorld({ engine: 'sqlite' }))
    const { through } = await besiege(world, crossing, 700)
    expect(through.at).toHaveLength(700)
    expect(mostADay(through.at)).toBeGreaterThan(crossing.door.most)
    if (what === 'one-time code') {
      expect(chanceADay(through, crossing.door)).toBeGreaterThan(MOST_A_DAY)
    }
    await world.close()
  })

  test('a slip that forgets its wrong PINs', async () => {
    const world = withoutLimits(await makeWorld({ engine: 'sqlite' }))
    const { knock } = await without(PIN).door.ready(world)
    const begun = world.clock.now().getTime()
    for (let n = 0; n < 200; n += 1) {
      await world.database.write((tx) =>
        tx.updateTable('family_access').set({ tries: 0 }).execute(),
      )
      await knock(NAT, n)
    }
    world.clock.passHours(1)
    expect((await pinsCompared(world, begun)).at.length).toBe(200)
    await world.close()
  })
})
