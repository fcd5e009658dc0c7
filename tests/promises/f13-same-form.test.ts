import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { today } from '#app/domain/time.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { canaryRegistration } from '#tests/promises/canaries.ts'
import {
  type Manner,
  play,
  screenOf,
  type Typist,
  troublesOf,
} from '#tests/promises/f13-same-form.ts'
import { makeFileWorld, makePostgresWorld, type SharedWorld } from '#tests/promises/file-world.ts'
import { violations } from '#tests/promises/p2-inspect.ts'
import { fillInInterview } from '#tests/promises/steps.ts'
import { postgresPresent } from '#tests/setup/paths.ts'
import { type Cluster, startCluster } from '#tests/setup/postgres.ts'
import { seeded } from '#tests/setup/random.ts'
import { guard, sized } from '#tests/setup/size.ts'
import { FURNISHED, registered } from '#tests/setup/world.ts'

/** On each of the two databases. */
const ROUNDS = sized(100)
const LONG = guard(600_000)

describe('F13: several people type into the same form, on SQLite', () => {
  let world: SharedWorld
  beforeAll(async () => {
    world = await makeFileWorld()
  })
  afterAll(() => world.close())

  test(`${ROUNDS} rounds: what only one changed is there, what several changed was somebody’s choice`, {
    timeout: LONG,
  }, async () => {
    const { troubles, met, asked } = await playAll(world, 31, 'asked')
    expect(troubles).toEqual([])
    expect(await violations(world)).toEqual([])
    // they did meet, over the same field and over others
    expect(met).toBeGreaterThan(ROUNDS / 2)
    expect(asked).toBeGreaterThan(ROUNDS / 10)
    expect(asked).toBeLessThan(met)
  })

  test('control: who saves the old form over the new version takes changes away, and is found out', {
    timeout: LONG,
  }, async () => {
    const { troubles } = await playAll(world, 31, 'careless', 20)
    expect(troubles.some((one) => one.includes('and not one of'))).toBe(true)
  })

  test('who is asked, and the child is erased meanwhile, is told that it is gone', async () => {
    const caseId = await child(world, 99_000)
    const before = await screenOf(world, caseId)
    if (before === null) throw new Error('no case')
    expect((await eraseNow(world.as('lead'), { caseId, ground: 'art_17' })).ok).toBe(true)
    const typist = { who: 'counsellor', changed: { reason: 'zu spät' } } as const
    const round = { world, caseId, base: before, random: seeded(1), manner: 'asked' } as const
    const played = await play(round, [typist])
    expect([played.told, played.saves, played.last]).toEqual([['case_not_found'], [], null])
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
  })
  afterAll(async () => {
    await world?.close()
    cluster?.stop()
  })

  test(`${ROUNDS} rounds: what only one changed is there, what several changed was somebody’s choice`, {
    timeout: LONG,
  }, async () => {
    const { troubles, met, asked } = await playAll(world, 47, 'asked')
    expect(troubles).toEqual([])
    expect(await violations(world)).toEqual([])
    expect(met).toBeGreaterThan(ROUNDS / 2)
    expect(asked).toBeGreaterThan(ROUNDS / 10)
  })
})

// ---- playing ----

const FORMS = ['', '04', '10', '15'] as const
const PEOPLE = ['counsellor', 'colleague', 'lead'] as const

async function child(world: SharedWorld, serial: number): Promise<CaseId> {
  const facts = canaryRegistration(serial, { registeredOn: today(world.clock) })
  const caseId = await registered(world, facts)
  await fillInInterview(world, { caseId, centre: 'DN' })
  return caseId
}

async function playAll(world: SharedWorld, seed: number, manner: Manner, rounds = ROUNDS) {
  const random = seeded(seed)
  const troubles: string[] = []
  let met = 0
  let asked = 0
  for (let round = 0; round < rounds; round += 1) {
    const caseId = await child(world, round + (manner === 'asked' ? 0 : 50_000))
    const base = await screenOf(world, caseId)
    if (base === null) throw new Error('no case')
    const count = 2 + Math.floor(random() * 2)
    const typists = PEOPLE.slice(0, count).map((who) => typist(who, random))
    const played = await play({ world, caseId, base, random, manner }, typists)
    met += played.told.length
    asked += played.saves.filter(({ chosen }) => Object.keys(chosen).length > 0).length
    troubles.push(...troublesOf(played).map((one) => `round ${round}: ${one}`))
  }
  return { troubles, met, asked }
}

/** Somebody who changes one field or two, to few values: some to the same as another person. */
function typist(who: Typist['who'], random: () => number): Typist {
  const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T
  const all = {
    form: () => one(FORMS),
    grade: () => String(5 + Math.floor(random() * 4)),
    reason: () => `Satz ${Math.floor(random() * 9)} von ${who}`,
  }
  const names = [
    one(Object.keys(all) as (keyof typeof all)[]),
    one(Object.keys(all) as (keyof typeof all)[]),
  ]
  return { who, changed: Object.fromEntries(names.map((name) => [name, all[name]()])) }
}
