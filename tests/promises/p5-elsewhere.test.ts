import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, MunicipalityKey, SchoolNumber } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { expireHolds } from '#app/services/case/expire-holds.server.ts'
import type { RegisterChild } from '#app/services/case/register-child.server.ts'
import { sendBackProposal } from '#app/services/case/send-back.server.ts'
import { ROUTES } from '#tests/promises/access.ts'
import { canaryRegistration, canaryTexts } from '#tests/promises/canaries.ts'
import { comparable } from '#tests/promises/comparable.ts'
import { makeSharedWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { type Served, serve } from '#tests/promises/served.ts'
import {
  admit,
  assign,
  counsel,
  decline,
  done,
  end,
  propose,
  reportNoPlace,
  seatsAt,
  start,
  stayAway,
  takeBack,
  versionOf,
  type Walker,
  withdraw,
} from '#tests/promises/steps.ts'
import { addressOf } from '#tests/setup/manifest.ts'
import { type Browser, signIn } from '#tests/setup/session.ts'
import { guard } from '#tests/setup/size.ts'
import { type CentreCode, registerAnyway, WORLD_PASSWORD } from '#tests/setup/world.ts'

/**
 * P5 by comparing: whatever happens to children elsewhere, a school is answered the same to the byte on
 * every page there is, and so is an owner (Schulträger) about children of other Gemeinden and schools. What
 * differs between the two worlds is all there is to learn; here nothing does.
 */

const LONG = guard(600_000)
const OWN = '180101' as SchoolNumber
const OTHER = '180103' as SchoolNumber
const ELSEWHERE = '190101' as SchoolNumber
const DUEREN = '05358008' as MunicipalityKey
const JUELICH = '05358024' as MunicipalityKey
const BORKEN = '05554012' as MunicipalityKey
const MISSING = '019effff-ffff-7fff-8fff-ffffffffffff'

let world: SharedWorld
let served: Served
let serial = 0
/** Children of the school; and one of another, whose address the school may have come by. */
let own: readonly CaseId[]
let foreign: Walker

beforeAll(async () => {
  world = await makeSharedWorld()
  await anotherOwner([OTHER, '180104' as SchoolNumber, '180105' as SchoolNumber])
  for (const number of [OWN, OTHER, ELSEWHERE]) await seatsAt(world, number, 20)
  const [proposed, admitted, attending] = [
    await childIn('DN', DUEREN),
    await childIn('DN', DUEREN),
    await childIn('DN', DUEREN),
  ]
  for (const walker of [proposed, admitted, attending]) {
    await counsel(world, walker)
    await propose(world, walker, OWN)
  }
  for (const walker of [admitted, attending]) {
    await assign(world, walker)
    await admit(world, walker, OWN)
  }
  await start(world, attending, OWN)
  own = [proposed, admitted, attending].map(({ caseId }) => caseId)
  foreign = await childIn('DN', JUELICH)
  served = await serve(world)
}, LONG)

afterAll(async () => {
  await served.close()
  await world.close()
})

describe('P5: what happens to children elsewhere', () => {
  test('changes no byte on any page of a school', { timeout: LONG }, async () => {
    const school = await signedIn(`school-${OWN}`)
    let before = await everyPage(school)
    expect([...before.values()].filter((text) => text.startsWith('[200')).length).toBeGreaterThan(8)
    for (const [what, happens] of ELSEWHERE_FOR_A_SCHOOL) {
      await happens()
      const after = await everyPage(school)
      expect(differing(before, after), what).toEqual([])
      before = after
    }
  })

  test.each(ONCE_OURS)(
    'nor does what becomes of a child that was %s',
    {
      timeout: LONG,
    },
    async (_what, leaves) => {
      const walker = await childIn('DN', DUEREN)
      await counsel(world, walker)
      await propose(world, walker, OWN)
      await leaves(walker)
      // only now: no session lasts as long as a deadline
      const school = await signedIn(`school-${OWN}`)
      const before = await everyPage(school)
      expect(before.get('/schultisch')).toContain('[200')
      await propose(world, walker, OTHER)
      expect(differing(before, await everyPage(school))).toEqual([])
      await assign(world, walker)
      await admit(world, walker, OTHER)
      await start(world, walker, OTHER)
      await end(world, walker, 'moved_away')
      expect(differing(before, await everyPage(school))).toEqual([])
    },
  )

  test('nor does what becomes of a brother of one of its children', { timeout: LONG }, async () => {
    const school = await signedIn(`school-${OWN}`)
    const before = await everyPage(school)
    const brother = await childIn('DN', DUEREN, own[0])
    await counsel(world, brother)
    await propose(world, brother, OTHER)
    expect(differing(before, await everyPage(school))).toEqual([])
    await assign(world, brother)
    await admit(world, brother, OTHER)
    await start(world, brother, OTHER)
    expect(differing(before, await everyPage(school))).toEqual([])
  })

  test('and every form about a child elsewhere is answered as about one that is not there', {
    timeout: LONG,
  }, async () => {
    const school = await signedIn(`school-${OWN}`)
    const csrf = await school.csrf()
    const assigned = await childIn('DN', DUEREN)
    await counsel(world, assigned)
    await propose(world, assigned, OTHER)
    await assign(world, assigned)
    const forms = formsAboutChildren()
    const wrong: string[] = []
    for (const { id, path, rule } of forms) {
      const send = async (caseId: string) => {
        const query = new URLSearchParams(rule.search)
        query.set('_data', id)
        const target = { caseId, version: '1', schoolNumber: OWN, centreId: 'centre-dn' }
        const typed = rule.fields({ ...target, today: today(world.clock) })
        const address = `${addressOf(path, { id: caseId })}?${query}`
        const form = { _csrf: csrf, ...typed }
        return comparable(await school.send({ method: 'POST', path: address, form }), caseId)
      }
      const missing = await send(MISSING)
      const answers = [await send(foreign.caseId), await send(assigned.caseId)]
      if (answers.some((answer) => answer !== missing)) wrong.push(`${id}: ${rule.does}`)
    }
    expect(wrong).toEqual([])
    expect(forms.length).toBeGreaterThan(25)
  })

  test('and seats of another school as seats that are not there', async () => {
    const school = await signedIn(`school-${OWN}`)
    const csrf = await school.csrf()
    const { id } = await world.database.db
      .selectFrom('seat_pool')
      .select('id')
      .where('school_number', '=', OTHER)
      .executeTakeFirstOrThrow()
    const decide = async (poolId: string, intent = 'change') => {
      const form = {
        ...{ _csrf: csrf, intent, schoolNumber: OWN, changeReason: 'rooms' },
        ...{ 'pools.0.poolId': poolId, 'pools.0.version': '1' },
        ...{ 'pools.0.was': '20', 'pools.0.seats': '0' },
      }
      const path = '/schultisch?_data=routes%2Fschool-desk'
      return comparable(await school.send({ method: 'POST', path, form }), poolId)
    }
    for (const intent of ['change', 'review']) {
      const answer = await decide(id, intent)
      expect(answer).toMatch(/^\[404,.*pool_not_found/s)
      expect(answer).toBe(await decide(MISSING, intent))
    }
    const declined = async (poolId: string) =>
      comparable(await school.get(`/schultisch?abgesagt=${poolId}`), poolId)
    expect(await declined(id)).toBe(await declined(MISSING))
  })

  test('control: what happens to a child at the school does', { timeout: LONG }, async () => {
    const school = await signedIn(`school-${OWN}`)
    const before = await everyPage(school)
    const walker = await childIn('DN', DUEREN)
    await counsel(world, walker)
    expect(differing(before, await everyPage(school))).toEqual([])
    await propose(world, walker, OWN)
    const changed = differing(before, await everyPage(school))
    expect(changed).toContain('/schultisch')
    expect(changed).toContain(`/schulen/${OWN}`)
  })
})

describe('P5: what happens to children of other owners’ Gemeinden and schools', () => {
  test('changes no byte on any page of an owner, but the free seats it may see of all schools', {
    timeout: LONG,
  }, async () => {
    const owner = await signedIn('owner-dn')
    let before = await everyPage(owner)
    for (const [what, happens, mayDiffer] of ELSEWHERE_FOR_AN_OWNER) {
      await happens()
      const after = await everyPage(owner)
      const found = differing(before, after).filter((path) => !mayDiffer(path))
      expect(found, what).toEqual([])
      before = after
    }
  })

  test('control: a child registered in a Gemeinde of the owner does', {
    timeout: LONG,
  }, async () => {
    const owner = await signedIn('owner-dn')
    const before = await everyPage(owner)
    for (let n = 0; n < 5; n += 1) await childIn('DN', DUEREN)
    const changed = differing(before, await everyPage(owner))
    expect(changed).toContain('/schulen/ohne-platz')
    expect(changed).toContain('/schulen/eigene')
    expect(changed).not.toContain(`/schulen/${OTHER}`)
  })
})

function formsAboutChildren() {
  return served.routes.flatMap(({ id, path }) =>
    (ROUTES[id]?.forms ?? [])
      .filter(({ does }) => does.some((action) => action.startsWith('case.')))
      .map((rule) => ({ id, path, rule })),
  )
}

type Happening = () => Promise<unknown>

/** How a child that was proposed to the school can be none of its own any more. */
const ONCE_OURS: readonly (readonly [string, (walker: Walker) => Promise<unknown>])[] = [
  ['withdrawn', (walker) => withdraw(world, walker)],
  ['declined', (walker) => decline(world, walker, OWN)],
  [
    'sent back',
    async ({ caseId }) => {
      const reason = { code: 'other_school', sentence: 'Bitte die andere.' } as const
      const command = { caseId, version: await versionOf(world, caseId), reason }
      done(await sendBackProposal(world.as('authority'), command))
    },
  ],
  [
    'taken back for want of a place',
    async (walker) => {
      await assign(world, walker)
      await reportNoPlace(world, walker, OWN)
      await takeBack(world, walker)
    },
  ],
  [
    'left to its deadline',
    async () => {
      world.clock.passDays(8)
      await expireHolds(world)
    },
  ],
  [
    // until then it stands on its desk as one that has not come
    'admitted, never came, and was proposed elsewhere',
    async (walker) => {
      await assign(world, walker)
      await admit(world, walker, OWN)
      world.clock.passDays(8)
      await stayAway(world, walker, OWN)
      await propose(world, walker, OTHER)
      await withdraw(world, walker)
    },
  ],
]

const elsewhere = {
  registered: () => childIn('DN', JUELICH),
  waiting: () => counsel(world, foreign),
  seated: async () => {
    await propose(world, foreign, OTHER)
    await assign(world, foreign)
    await admit(world, foreign, OTHER)
    await start(world, foreign, OTHER)
  },
  declined: async () => {
    const walker = await childIn('DN', JUELICH)
    await counsel(world, walker)
    await propose(world, walker, OTHER)
    await decline(world, walker, OTHER)
  },
  decided: () => seatsAt(world, '180104' as SchoolNumber, 9),
  inTheOtherCentre: async () => {
    const walker = await childIn('BOR', BORKEN)
    await counsel(world, walker)
    await propose(world, walker, ELSEWHERE)
  },
} satisfies Readonly<Record<string, Happening>>

const ELSEWHERE_FOR_A_SCHOOL: readonly (readonly [string, Happening])[] = [
  [
    'registered and waiting, there and in the Gemeinde of the school',
    async () => {
      await elsewhere.registered()
      await childIn('DN', DUEREN)
      await elsewhere.waiting()
    },
  ],
  ['proposed to another school, assigned, admitted and there', elsewhere.seated],
  [
    'proposed to another school, and declined; seats decided; and the same in the other centre',
    async () => {
      await elsewhere.declined()
      await elsewhere.decided()
      await elsewhere.inTheOtherCentre()
    },
  ],
]

const never = () => false
/** Free seats of all schools of the centre (`seat.view`, `seat.count`). */
const seatsOfAll = (path: string) =>
  /^\/schulen(\?|$)|^\/schulamt\/plaetze/.test(path) || path.startsWith(`/schulen/${OTHER}`)

const ELSEWHERE_FOR_AN_OWNER: readonly (readonly [
  string,
  Happening,
  mayDiffer: (path: string) => boolean,
])[] = [
  [
    'registered and waiting in another Gemeinde, and in the other centre',
    async () => {
      await elsewhere.registered()
      foreign = await childIn('DN', JUELICH)
      await elsewhere.waiting()
      await elsewhere.inTheOtherCentre()
    },
    never,
  ],
  ['at a school of another owner', elsewhere.seated, seatsOfAll],
]

/** Makes some schools another owner's, as an import of the list would. */
async function anotherOwner(numbers: readonly SchoolNumber[]): Promise<void> {
  await world.database.write((tx) =>
    tx
      .updateTable('school')
      .set({ owner_number: '20000' })
      .where('number', 'in', [...numbers])
      .execute(),
  )
}

async function childIn(
  centre: CentreCode,
  municipality: MunicipalityKey,
  brotherOf: CaseId | null = null,
): Promise<Walker> {
  serial += 1
  const facts = { municipality, registeredOn: today(world.clock) }
  const alone = canaryRegistration(serial, facts)
  const command: RegisterChild =
    brotherOf === null ? alone : { ...alone, family: { kind: 'of_sibling', caseId: brotherOf } }
  const { caseId } = done(await registerAnyway(world.as('counsellor', centre), command))
  return { caseId, centre, texts: canaryTexts(serial) }
}

function signedIn(key: string): Promise<Browser> {
  return signIn(served.door, `${key}@beispiel.example`, WORLD_PASSWORD)
}

/** Every address of the build, as a page and as data, by what is answered there. */
async function everyPage(browser: Browser): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>()
  for (const { id, path } of served.routes.filter(({ id }) => id !== 'routes/sign-out')) {
    for (const address of addressesOf(path)) {
      const join = address.includes('?') ? '&' : '?'
      for (const asked of [address, `${address}${join}_data=${encodeURIComponent(id)}`]) {
        answers.set(asked, comparable(await browser.get(asked), null))
      }
    }
  }
  return answers
}

function addressesOf(path: string): readonly string[] {
  if (path.includes(':id')) {
    return [...own, foreign.caseId].map((id) => addressOf(path, { id }))
  }
  if (path.includes(':number')) {
    return [OWN, OTHER].map((number) => addressOf(path, { number }))
  }
  return [path, ...(VIEWS[path] ?? []).map((view) => `${path}${view}`)]
}

const VIEWS: Readonly<Record<string, readonly string[]>> = {
  '/schultisch': [`?schule=${OTHER}`],
  '/schultisch/kinder': ['?seite=2', `?schule=${OTHER}`],
  '/schulen': ['?q=J%C3%BClich', '?form=10'],
  '/schulen/ohne-platz': [`?gemeinde=${JUELICH}`, '?sortierung=alter', '?seite=2'],
  '/schulen/eigene': ['?seite=2'],
  '/schulamt/plaetze': [`?gemeinde=${JUELICH}`],
}

function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after].flatMap(([path, text]) => {
    const was = before.get(path)
    return was === undefined || was === text ? [] : [path]
  })
}
