import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { registerChild } from '#app/services/case/register-child.server.ts'
import { type Database, openFile } from '#db/open.server.ts'
import { noteChildChange } from '#db/queries/child.server.ts'
import { kekOf } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyFile } from '#db/sealing/keys.server.ts'
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

describe('two processes on one file', () => {
  const folders: string[] = []
  const opened: (Database | KeyStore)[] = []
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  /** What two programs on the same files hold each: connections and an index of their own. */
  async function twoPrograms() {
    const world = await makeWorld()
    const folder = mkdtempSync(join(tmpdir(), 'einstieg-feed-'))
    folders.push(folder)
    const bytes = (world.database as unknown as { bytes(): Buffer }).bytes()
    writeFileSync(join(folder, 'einstieg.db'), bytes)
    const kek = kekOf(createHash('sha256').update('feed').digest())
    const open = async () => {
      const database = openFile(join(folder, 'einstieg.db'))
      const keys = openKeyFile(join(folder, 'keys.db'), kek)
      await keys.migrate()
      opened.push(database, keys)
      const names = nameIndexFeed(database, keys)
      names.start()
      await names.whenFull(5_000)
      return { ...world.as('counsellor'), database, keys, names }
    }
    return [await open(), await open()] as const
  }

  test('what one registers the other finds, and asks about before it saves', async () => {
    const [one, other] = await twoPrograms()
    const first = await registerChild(one, registration())
    const before = namesIn(other.names)
    const second = await registerChild(other, registration())

    expect([first.ok, before]).toEqual([true, []])
    expect(second).toMatchObject({ error: { code: 'possible_duplicate' } })
    await other.names.catchUp(other.database.db)
    expect(namesIn(other.names)).toEqual(['Kovalenko, Daryna'])
  })

  test('a commit that fails for several leaves no trace of them in the index', async () => {
    const [one] = await twoPrograms()
    const people = [
      registration({ child: { givenNames: 'Wahid', familyName: 'Noori' } }),
      registration({ child: { givenNames: 'Elira', familyName: 'Hoxha' } }),
    ]
    let release = () => {}
    const busy = one.database.write(() => new Promise<void>((done) => (release = done)))
    await wait(20)
    const together = Promise.allSettled([
      ...people.map((person) => registerChild(one, person)),
      one.database.write(async (tx) => {
        await sql`pragma defer_foreign_keys = on`.execute(tx)
        await sql`insert into centre_area values ('no centre', 'no Gemeinde')`.execute(tx)
      }),
    ])
    await wait(100)
    release()
    await busy
    const outcomes = await together
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])

    for (const person of people) {
      expect(await registerChild(one, person)).toMatchObject({ ok: true })
    }
    const children = await one.database.db.selectFrom('child').select('id').execute()
    expect(one.names.index.order(centreId).toSorted()).toEqual(
      children.map(({ id }) => id).toSorted(),
    )
  })
})
