import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { instant } from '#app/domain/time.ts'
import { keyStatus, rotateKeys } from '#app/services/keys/rotate-keys.server.ts'
import { type Kek, kekOf, keyedHash } from '#db/sealing/kek.server.ts'
import {
  type KeyStore,
  openKeyFile,
  openKeyPostgres,
  type Subject,
} from '#db/sealing/keys.server.ts'
import { Sqlite } from '#db/sqlite.server.ts'
import { scratch } from '#tests/setup/folder.ts'
import { freshDatabase } from '#tests/setup/postgres.ts'
import { CENTRES, makeWorld } from '#tests/setup/world.ts'

const OLD = kekOf(randomBytes(32))
const NEW = { ...kekOf(randomBytes(32)), retired: [OLD] }
const NEW_ALONE = { ...NEW, retired: [] }
const SUBJECTS = Array.from(
  { length: 450 },
  (_, index): Subject => ({
    kind: index % 2 === 0 ? 'child' : 'family',
    centreId: CENTRES.DN.id,
    id: `subject-${index}`,
  }),
)

/** A database of keys that can be opened again with other key-encryption keys. */
type Place = {
  readonly open: (kek: Kek, reread?: () => Kek) => KeyStore
  readonly forgetRoot: () => Promise<void>
}

const ENGINES: Readonly<Record<string, () => Promise<Place>>> = {
  SQLite: async () => {
    const file = `${scratch()}/keys.db`
    return {
      open: (kek, reread) => openKeyFile(file, kek, reread),
      forgetRoot: async () => {
        const connection = new Sqlite(file)
        connection.exec('drop table root_secret')
        connection.close()
      },
    }
  },
  PostgreSQL: async () => {
    const url = await freshDatabase()
    return {
      open: (kek, reread) => openKeyPostgres(url, kek, reread),
      forgetRoot: async () => {
        const client = new pg.Client(url)
        await client.connect()
        await client.query('drop table keys.root_secret')
        await client.end()
      },
    }
  },
}

async function filled({ open }: Place) {
  const keys = open(OLD)
  await keys.migrate()
  const world = await makeWorld()
  const made = await keys.create(SUBJECTS, instant(world.clock))
  return { world, keys, made }
}

describe.each(Object.entries(ENGINES))('a new key-encryption key on %s', (_engine, prepare) => {
  test('wraps everything anew; then it opens alone, and the old one opens nothing', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys, made } = await filled(place)
    const root = await keys.root()

    const both = open(NEW)
    await both.migrate()
    expect(await keyStatus({ keys: both })).toMatchObject({ left: SUBJECTS.length + 1 })
    const done = await rotateKeys({ ...world, keys: both })
    expect(done).toMatchObject({ rotated: SUBJECTS.length + 1, left: 0 })
    expect(done.keys).toEqual([{ kekId: NEW.id, isPresent: true, count: SUBJECTS.length + 1 }])

    const alone = open(NEW_ALONE)
    await alone.migrate()
    expect(await alone.root()).toEqual(root)
    for (const [index, subject] of SUBJECTS.entries()) {
      expect(await alone.find(subject)).toEqual(made[index])
    }
    const before = open(OLD)
    await expect(before.migrate()).rejects.toThrow(NEW.id)
    await expect(before.find(SUBJECTS[0] as Subject)).rejects.toThrow(NEW.id)
    await expect(before.root()).rejects.toThrow(NEW.id)
    for (const store of [keys, both, alone, before]) await store.close()
    await world.close()
  })

  test('goes on where it stopped, and leaves alone what was destroyed or made meanwhile', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys } = await filled(place)
    const both = open(NEW)
    const first = await both.rewrap('', 50)
    expect(first).toMatchObject({ count: 50, isEnd: false })
    expect(await keyStatus({ keys: both })).toMatchObject({ left: SUBJECTS.length - 50 })

    const [gone = SUBJECTS[0] as Subject] = SUBJECTS
    await keys.destroy([gone])
    const late: Subject = { kind: 'child', centreId: CENTRES.DN.id, id: 'late' }
    await keys.create([late], instant(world.clock))
    const { left } = await rotateKeys({ ...world, keys: both })
    expect(left).toBe(0)
    expect(await both.find(gone)).toBeNull()
    expect(await both.find(late)).not.toBeNull()
    for (const store of [keys, both]) await store.close()
    await world.close()
  })

  test('a server that stops waits for one chunk, and the next run goes on', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys } = await filled(place)
    const both = open(NEW)
    const stopping = new AbortController()
    let chunks = 0
    const rewrap: KeyStore['rewrap'] = (...asked) => {
      chunks += 1
      stopping.abort()
      return both.rewrap(...asked)
    }
    const cut = await rotateKeys({ ...world, keys: { ...both, rewrap } }, stopping.signal)
    expect(chunks).toBe(1)
    expect(cut.rotated).toBeGreaterThan(0)
    expect(cut.left).toBeGreaterThan(0)
    expect(await rotateKeys({ ...world, keys: both })).toMatchObject({ left: 0 })
    for (const store of [keys, both]) await store.close()
    await world.close()
  })

  test('the file is scrubbed once nobody reads, also where it ends as the server stops', async () => {
    const place = await prepare()
    const { world, keys } = await filled(place)
    const both = place.open(NEW)
    const stopping = new AbortController()
    const scrubs: boolean[] = []
    const watched: KeyStore = {
      ...both,
      rewrap: async (...asked) => {
        const chunk = await both.rewrap(...asked)
        if (chunk.isEnd) stopping.abort()
        return chunk
      },
      // the first time somebody reads
      scrub: async () => scrubs.push(scrubs.length > 0) > 1,
    }
    expect(await rotateKeys({ ...world, keys: watched }, stopping.signal)).toMatchObject({
      left: 0,
    })
    expect(scrubs).toEqual([false, true])
    for (const store of [keys, both]) await store.close()
    await world.close()
  })

  test('a server that was started before reads the key file again when it meets the new key', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys, made } = await filled(place)
    let file: Kek = OLD
    const server = open(OLD, () => file)
    const both = open(NEW)
    file = NEW
    await rotateKeys({ ...world, keys: both })
    expect(await server.find(SUBJECTS[3] as Subject)).toEqual(made[3])
    const [own] = await server.create(
      [{ kind: 'child', centreId: CENTRES.DN.id, id: 'own' }],
      instant(world.clock),
    )
    expect(own).toBeDefined()
    expect(await keyStatus({ keys: both })).toMatchObject({ left: 0 })
    for (const store of [keys, both, server]) await store.close()
    await world.close()
  })

  test('control: without wrapping anew, the new key alone is refused by name, and nothing changes', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys, made } = await filled(place)
    const alone = open(NEW_ALONE)
    await expect(alone.migrate()).rejects.toThrow(
      `fehlt der Hauptschlüssel mit der Kennung ${OLD.id}`,
    )
    expect(await keys.find(SUBJECTS[0] as Subject)).toEqual(made[0])
    for (const store of [keys, alone]) await store.close()
    await world.close()
  })

  test('an installation from before keeps its hashes: its first key stays their root', async () => {
    const place = await prepare()
    const { open } = place
    const { world, keys } = await filled(place)
    await place.forgetRoot()
    const again = open(NEW)
    await again.migrate()
    const keyed = keyedHash(await again.root())
    expect(keyed('session', 'x')).toBe(keyedHash(OLD)('session', 'x'))
    const fresh = (await prepare()).open(OLD)
    await fresh.migrate()
    expect(keyedHash(await fresh.root())('session', 'x')).not.toBe(keyed('session', 'x'))
    for (const store of [keys, again, fresh]) await store.close()
    await world.close()
  })
})

describe('the files of SQLite', () => {
  test.each([
    ['hold the earlier form of no key after a rotation', true, 0],
    ['control: hold it where nothing is scrubbed', false, SUBJECTS.length],
  ])('%s', async (_what, isScrubbed, remain) => {
    const file = `${scratch()}/keys.db`
    const place = { ...(await ENGINES['SQLite']?.()), open: (kek: Kek) => openKeyFile(file, kek) }
    const { world, keys } = await filled(place as Place)
    const earlier = wrappedIn(file)
    expect(earlier).toHaveLength(SUBJECTS.length)
    const both = openKeyFile(file, NEW)
    const scrub = isScrubbed ? both.scrub : async () => true
    await rotateKeys({ ...world, keys: { ...both, scrub } })
    const bytes = ['', '-wal'].map((end) => readFileSync(`${file}${end}`))
    expect(earlier.filter((one) => bytes.some((all) => all.includes(one)))).toHaveLength(remain)
    for (const store of [keys, both]) await store.close()
    await world.close()
  })
})

/** The wrapped keys as they stand in the file. */
function wrappedIn(file: string): readonly string[] {
  const connection = new Sqlite(file, { readonly: true })
  const wrapped = connection.prepare('select wrapped from sealing_key').pluck().all() as string[]
  connection.close()
  return wrapped
}
