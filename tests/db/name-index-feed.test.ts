import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ChildId } from '#app/domain/ids.ts'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { eraseNow } from '#app/services/privacy/erase-now.server.ts'
import { noteChildChange } from '#db/queries/child.server.ts'
import type { KeyStore } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { CENTRES, makeWorld, registered, registration, type World } from '#tests/setup/world.ts'

const { id: centreId } = CENTRES.DN

/** Names that are not likely duplicates of one another. */
const NAMES = ['Wahid Noori', 'Selam Tesfay', 'Elira Hoxha', 'Bohdan Melnyk', 'Rojin Demir']

async function registerAll(world: World) {
  for (const name of NAMES) {
    const [givenNames = '', familyName = ''] = name.split(' ')
    await registered(world, { child: { givenNames, familyName } })
  }
}

/** Keys that take a few turns of the event loop, as those of another machine do. */
function slowly(keys: KeyStore): KeyStore {
  const findMany: KeyStore['findMany'] = async (...asked) => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
    return keys.findMany(...asked)
  }
  return { ...keys, findMany }
}

function childCalled(world: World, name: string) {
  const child = world.names.index.search(centreId, name, 1)[0]
  if (child === undefined) throw new Error('Nobody was found')
  return child
}

async function erase(world: World, name: string) {
  const [caseId] = childCalled(world, name).caseIds
  if (caseId === undefined) throw new Error(`${name} has no case`)
  const erased = await eraseNow(world.as('lead'), { caseId, ground: 'art_17' })
  expect(erased.ok).toBe(true)
}

/** Whom a feed knows, in German order. */
function namesIn(feed: World['names']): readonly string[] {
  return feed.index.order(centreId).map((id) => feed.index.nameOf(centreId, id)?.sortKey ?? '')
}

const IN_ORDER = ['Demir, Rojin', 'Hoxha, Elira', 'Melnyk, Bohdan', 'Noori, Wahid', 'Tesfay, Selam']

describe('filling', () => {
  test('is done in the background; until then nobody may rely on it', async () => {
    const world = await makeWorld()
    await registerAll(world)
    const feed = nameIndexFeed(world.database, world.keys)

    expect([feed.state(), namesIn(feed), await feed.whenFull(5)]).toEqual(['filling', [], false])
    feed.start()
    expect(feed.state()).toBe('filling')
    expect(await feed.whenFull(5_000)).toBe(true)
    expect([feed.state(), namesIn(feed)]).toEqual(['full', IN_ORDER])
  })

  test('registration waits for it, then says so and saves nothing', async () => {
    const world = await makeWorld()
    const names = { ...world.names, whenFull: async () => false }
    const refused = await registerChild({ ...world.as('counsellor'), names }, registration())

    expect(refused).toEqual({ ok: false, error: { code: 'index_filling' } })
    expect(await world.database.db.selectFrom('child').select('id').execute()).toEqual([])
  })

  test('that began anew while a registration waited to write is not relied on', async () => {
    const world = await makeWorld()
    const ctx = world.as('counsellor')
    const names = { ...world.names, state: () => 'filling' as const }
    const refused = await registerChild({ ...ctx, names }, registration())

    expect(refused).toEqual({ ok: false, error: { code: 'index_filling' } })
    expect(await world.database.db.selectFrom('child').select('id').execute()).toEqual([])
  })

  test('begins anew when reading fails, and says why', async () => {
    const world = await makeWorld()
    await registerAll(world)
    const failures: unknown[] = []
    let tries = 0
    const keys: KeyStore = {
      ...world.keys,
      findMany: async (...asked) => {
        tries += 1
        if (tries === 1) throw new Error('keys are restarting')
        return world.keys.findMany(...asked)
      },
    }
    const feed = nameIndexFeed(world.database, keys, (failure) => failures.push(failure))
    feed.start()

    expect(await feed.whenFull(5_000)).toBe(true)
    expect(failures).toHaveLength(1)
    expect(namesIn(feed)).toEqual(IN_ORDER)
  })

  test('anew goes on beside the names that are known: none is missing meanwhile', async () => {
    const world = await makeWorld()
    await registerAll(world)
    const feed = nameIndexFeed(world.database, slowly(world.keys))
    feed.start()
    await feed.whenFull(5_000)
    const [known] = feed.index.order(centreId)
    const entry = known && feed.index.nameOf(centreId, known)
    if (!entry) throw new Error('Nobody is known')
    const never = { ...entry, childId: 'never-committed' as ChildId, sortKey: 'Nobody' }
    feed.index.put(never)

    const seen: (readonly string[])[] = []
    feed.refill()
    feed.refill()
    const full = feed.whenFull(5_000)
    while (feed.state() === 'filling') {
      seen.push(namesIn(feed))
      await nextTurn()
    }
    expect(await full).toBe(true)
    expect(seen.length).toBeGreaterThan(1)
    for (const names of seen) expect(names).toEqual(expect.arrayContaining(IN_ORDER))
    expect(seen[0]).toContain('Nobody')
    expect(namesIn(feed)).toEqual(IN_ORDER)
  })

  test('anew still follows what others commit meanwhile', async () => {
    const world = await makeWorld()
    await registerAll(world)
    world.names.refill()
    await erase(world, 'Tesfay')
    await world.names.catchUp(world.database.db)
    expect(namesIn(world.names)).not.toContain('Tesfay, Selam')
    expect(await world.names.whenFull(5_000)).toBe(true)
    await world.names.catchUp(world.database.db)
    expect(namesIn(world.names)).toEqual(IN_ORDER.filter((name) => name !== 'Tesfay, Selam'))
  })

  test('stops when the program ends', async () => {
    const world = await makeWorld()
    await registerAll(world)
    const feed = nameIndexFeed(world.database, world.keys)
    feed.stop()
    feed.start()

    expect(await feed.whenFull(50)).toBe(false)
  })
})

describe('an erased child', () => {
  test('is not read in, and is taken out', async () => {
    const world = await makeWorld()
    await registerAll(world)
    await erase(world, 'Tesfay')
    await world.names.catchUp(world.database.db)
    const anew = nameIndexFeed(world.database, world.keys)
    anew.start()
    await anew.whenFull(5_000)

    const left = IN_ORDER.filter((name) => name !== 'Tesfay, Selam')
    expect(namesIn(world.names)).toEqual(left)
    expect(namesIn(anew)).toEqual(left)
  })

  test('is taken out as well where its rows went between the looks at row and key', async () => {
    const world = await makeWorld()
    await registerAll(world)
    let isErased = false
    const keys: KeyStore = {
      ...world.keys,
      findMany: async (...asked) => {
        if (!isErased) await erase(world, 'Tesfay')
        isErased = true
        return world.keys.findMany(...asked)
      },
    }
    const feed = nameIndexFeed(world.database, keys)
    feed.start()
    expect(await feed.whenFull(5_000)).toBe(true)
    expect(namesIn(feed)).toEqual(IN_ORDER.filter((name) => name !== 'Tesfay, Selam'))
  })
})

test('a child whose key is lost stands there without a name, and its cases with it', async () => {
  const world = await makeWorld()
  await registerAll(world)
  const { childId, caseIds } = childCalled(world, 'Tesfay')
  await world.keys.destroy([{ kind: 'child', centreId, id: childId }])
  await world.database.write((tx) => noteChildChange(tx, centreId, childId))
  await world.names.catchUp(world.database.db)
  const anew = nameIndexFeed(world.database, world.keys)
  anew.start()
  await anew.whenFull(5_000)

  for (const feed of [world.names, anew]) {
    expect(namesIn(feed)).toEqual(['', ...IN_ORDER.slice(0, 4)])
    expect(feed.index.nameOf(centreId, childId)).toMatchObject({ given: '', family: '', caseIds })
    expect(feed.index.search(centreId, 'Tesfay', 10)).toEqual([])
  }
})
