import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId, SchoolNumber } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import type { Context } from '#app/services/context.server.ts'
import { findCase } from '#db/queries/case.server.ts'
import { readInterview, saveInterview } from '#db/queries/interview.server.ts'
import { isSubjectGone } from '#db/unavailable.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import { type Act, actsOf, type Screen } from '#tests/promises/f13-crossings.ts'
import { makeFileWorld, makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { assign, counsel, fillInInterview, propose, seatsAt } from '#tests/promises/steps.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { seeded } from '#tests/setup/random.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { CENTRES, FURNISHED, registered } from '#tests/setup/world.ts'

/** On each of the two databases. */
const ROUNDS = sized(100)
const SCHOOL = '180101' as SchoolNumber
const SEATS = 40
const LONG = guard(600_000)

/** What somebody may be told who was not the first. */
const TOLD = [
  ...['stale_case', 'stale_pool', 'wrong_stage', 'case_not_found', 'can_admit_already_said'],
  ...['forbidden', 'erasure_running', 'interview_incomplete', 'capacity_below_taken'],
  'on_hold',
]

describe('F13: several people work on one case, on SQLite', () => {
  let world: SharedWorld
  beforeAll(async () => {
    world = await makeFileWorld()
    await seatsAt(world, SCHOOL, SEATS)
  })
  afterAll(() => world.close())

  test(`${ROUNDS} interleavings: nothing is lost, nobody is left without an answer`, {
    timeout: LONG,
  }, async () => {
    expect(await playAll(world, 13)).toEqual([])
    expect(await violations(world)).toEqual([])
  })

  test('control: a use case that does not ask for the version is found out', async () => {
    const troubles: string[] = []
    const careless: Act = {
      name: 'written without looking',
      over: ['interview'],
      run: async (slowly, { caseId }) => {
        const ctx = slowly(world.as('counsellor'))
        await ctx.database.write(async (tx) => {
          const row = await tx
            .selectFrom('interview')
            .selectAll()
            .where('id', '=', caseId)
            .executeTakeFirstOrThrow()
          return saveInterview(tx, row)
        })
        return { ok: true }
      },
    }
    const [wish] = actsOf(world, SCHOOL).counselling
    for (let round = 0; round < 5; round += 1) {
      const screen = await prepare(world, 'counselling', 9_000 + round)
      troubles.push(...(await play(world, [wish as Act, careless], screen, seeded(round))))
    }
    expect(troubles.length).toBeGreaterThan(0)
  })
})

describe.skipIf(!postgresPresent)('F13: the same on PostgreSQL (needs PostgreSQL)', () => {
  let cluster: Cluster
  let world: SharedWorld
  beforeAll(async () => {
    cluster = await startCluster()
    const url = cluster.url('postgres')
    await FURNISHED.run(url)
    world = await makePostgresWorld(url)
    await seatsAt(world, SCHOOL, SEATS)
  })
  afterAll(async () => {
    await world?.close()
    cluster?.stop()
  })

  test(`${ROUNDS} interleavings: nothing is lost, nobody is left without an answer`, {
    timeout: LONG,
  }, async () => {
    expect(await playAll(world, 21)).toEqual([])
    expect(await violations(world)).toEqual([])
  })
})

// ---- playing ----

const STAGES = ['counselling', 'proposed', 'assigned'] as const
type Standing = (typeof STAGES)[number]

async function playAll(world: SharedWorld, seed: number): Promise<readonly string[]> {
  const random = seeded(seed)
  const troubles: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // most of the writing is done at the counselling
    const standing = STAGES[Math.max(0, Math.floor(random() * 5) - 2)] as Standing
    const screen = await prepare(world, standing, round)
    const acts = some(actsOf(world, SCHOOL)[standing], 2 + Math.floor(random() * 3), random)
    const found = await play(world, acts, screen, random)
    troubles.push(...found.map((one) => `round ${round} (${standing}): ${one}`))
  }
  return troubles
}

async function prepare(world: SharedWorld, standing: Standing, serial: number): Promise<Screen> {
  const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
  const caseId = await registered(world, facts)
  const walker = { caseId, centre: 'DN' } as const
  if (standing === 'counselling') await fillInInterview(world, walker)
  else {
    await counsel(world, walker)
    await propose(world, walker, SCHOOL)
    if (standing === 'assigned') await assign(world, walker)
  }
  return screenOf(world, caseId)
}

async function screenOf({ database: { db } }: SharedWorld, caseId: CaseId): Promise<Screen> {
  const row = await db
    .selectFrom('pupil_case')
    .select('version')
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const interview = await db
    .selectFrom('interview')
    .select('version')
    .where('id', '=', caseId)
    .executeTakeFirst()
  const pool = await db
    .selectFrom('seat_pool')
    .select(['id', 'version'])
    .where('school_number', '=', SCHOOL)
    .executeTakeFirstOrThrow()
  return {
    caseId,
    version: row.version,
    interviewVersion: interview?.version ?? 0,
    poolId: pool.id,
    poolVersion: pool.version,
  }
}

type Played = {
  readonly act: Act
  readonly mark: string
  /** `null`: it threw, and what. */
  readonly code: string | null
  readonly accident: string
  /** When its first transaction began, and when it was answered, in steps of the round. */
  readonly wroteAt: number
  readonly answeredAt: number
}

async function play(
  world: SharedWorld,
  acts: readonly Act[],
  screen: Screen,
  random: () => number,
): Promise<readonly string[]> {
  let step = 0
  const played = await Promise.all(
    acts.map(async (act, at): Promise<Played> => {
      const mark = `Satz ${at} von ${act.name}`
      let wroteAt = Number.POSITIVE_INFINITY
      const slowly = slowed(random, () => {
        step += 1
        wroteAt = Math.min(wroteAt, step)
      })
      let code: string | null
      let failure = ''
      try {
        const done = await act.run(slowly, screen, mark)
        code = done.ok ? 'ok' : done.error.code
      } catch (thrown) {
        // at the door this is `case_not_found` (`unavailable.server.ts`)
        code = isSubjectGone(thrown) ? 'case_not_found' : null
        failure = String(thrown)
      }
      step += 1
      return { act, mark, code, accident: failure, wroteAt, answeredAt: step }
    }),
  )
  return troublesOf(world, screen, played)
}

/** The same person, whose reads and writes wait for others now and then. */
function slowed(random: () => number, onWrite: () => void): (ctx: Context) => Context {
  const wait = async () => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await nextTurn()
  }
  return (ctx) => ({
    ...ctx,
    keys: {
      ...ctx.keys,
      find: async (subject) => {
        await wait()
        return ctx.keys.find(subject)
      },
    },
    database: {
      ...ctx.database,
      write: async (work) => {
        await wait()
        return ctx.database.write((tx) => {
          onWrite()
          return work(tx)
        })
      },
    },
  })
}

async function troublesOf(
  world: SharedWorld,
  screen: Screen,
  played: readonly Played[],
): Promise<readonly string[]> {
  const told = played.map(({ act, code }) => `${act.name}: ${code}`).join(', ')
  const troubles = [
    ...played.map(badAnswer),
    ...(['case', 'interview', 'pool', 'stay'] as const).map((thing) => wonTwice(played, thing)),
    ...played.map((one) => storedAfter(one, played)),
    ...(await storedWrongly(world, screen, played)),
  ]
  return troubles.filter((one) => one !== null).map((one) => `${one} (${told})`)
}

function badAnswer({ act, code, accident }: Played): string | null {
  if (code === null) return `${act.name} failed with ${accident}`
  return code === 'ok' || TOLD.includes(code) ? null : `${act.name} was told ${code}`
}

function wonTwice(played: readonly Played[], thing: Act['over'][number]): string | null {
  const won = played.filter(({ act, code }) => code === 'ok' && act.over.includes(thing))
  return won.length > 1 ? `two won over one ${thing}` : null
}

/** An end wins: what begins to write after it was answered stores nothing. */
function storedAfter(end: Played, played: readonly Played[]): string | null {
  if (end.act.ends === undefined || end.code !== 'ok') return null
  const late = played.filter(
    (one) => one.code === 'ok' && one !== end && one.wroteAt > end.answeredAt && isOnCase(one),
  )
  return late.length > 0 ? `stored after ${end.act.name}` : null
}

function isOnCase({ act }: Played): boolean {
  // one may hold a case that has ended
  const isAside = act.over.includes('pool') || act.over.includes('stay')
  return act.ends === undefined && !isAside && act.name !== 'a draft is kept'
}

/** What stands there in the end is what the winners typed, and nothing of the others. */
async function storedWrongly(
  world: SharedWorld,
  screen: Screen,
  played: readonly Played[],
): Promise<readonly (string | null)[]> {
  const { caseId, poolId, poolVersion } = screen
  const { db } = world.database
  const pool = await db
    .selectFrom('seat_pool')
    .select('version')
    .where('id', '=', poolId)
    .executeTakeFirstOrThrow()
  const changed = played.filter(({ act, code }) => act.over.includes('pool') && code === 'ok')
  const seats = pool.version === poolVersion + changed.length ? null : 'the seats were lost'
  const found = await findCase(db, [CENTRES.DN.id], caseId)
  if (hasWon(played, 'erased')) {
    const isGone = found === null && (await isWhollyGone(world, caseId))
    return [seats, isGone ? null : 'not erased']
  }
  if (found === null) return [seats, 'the case is gone']
  const isEnded = found.pupilCase.stage === 'closed'
  const interview = await readInterview(db, world.keys, found.pupilCase)
  return [
    seats,
    isEnded === hasWon(played, 'ended') ? null : 'not ended',
    ...played.map((one) => typedWrongly(one, JSON.stringify(interview))),
  ]
}

function hasWon(played: readonly Played[], how: Act['ends']): boolean {
  return played.some(({ act, code }) => act.ends === how && code === 'ok')
}

function typedWrongly({ act, mark, code }: Played, interview: string): string | null {
  if (!act.over.includes('interview') || act.over.includes('case')) return null
  return interview.includes(`"${mark}"`) === (code === 'ok') ? null : `${act.name}: stored wrongly`
}

const ABOUT_A_CASE = ['case_event', 'appointment_case', 'draft', 'seat_entry', 'review'] as const

async function isWhollyGone({ database: { db } }: SharedWorld, caseId: CaseId): Promise<boolean> {
  const counts = await Promise.all(
    ABOUT_A_CASE.map(async (table) => {
      const { rows } =
        await sql`select 1 from ${sql.table(table)} where case_id = ${caseId}`.execute(db)
      return rows.length
    }),
  )
  const interview = await db.selectFrom('interview').select('id').where('id', '=', caseId).execute()
  return interview.length === 0 && counts.every((count) => count === 0)
}

function some<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ item }) => item)
}
