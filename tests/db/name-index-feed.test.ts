import { describe, expect, test } from 'vitest'
import { registerChild } from '#app/services/case/register-child.server.ts'
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
    const child = world.names.index.search(centreId, 'Tesfay', 1)[0]
    if (child === undefined) throw new Error('Nobody was found')
    await world.keys.destroy([{ kind: 'child', centreId, id: child.childId }])
    await world.database.write((tx) => noteChildChange(tx, centreId, child.childId))
    await world.names.catchUp(world.database.db)
    const anew = nameIndexFeed(world.database, world.keys)
    anew.start()
    await anew.whenFull(5_000)

    const left = IN_ORDER.filter((name) => name !== 'Tesfay, Selam')
    expect(namesIn(world.names)).toEqual(left)
    expect(namesIn(anew)).toEqual(left)
  })
})
