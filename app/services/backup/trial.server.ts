import { join } from 'node:path'
import { findBrokenLink } from '#app/services/audit/chain.server.ts'
import { type Database, openFile, openPostgres } from '#db/open.server.ts'
import { readDump, restoreDump, withScratchDatabase } from '#db/postgres-tools.server.ts'
import {
  type ChainHead,
  listSubjects,
  someChildren,
  takeInventory,
} from '#db/queries/inventory.server.ts'
import { keyedHash } from '#db/sealing/kek.server.ts'
import type { KeyStore } from '#db/sealing/keys.server.ts'
import { readChild } from '#db/sealing/records.server.ts'
import { type Manifest, PARTS } from './manifest.server.ts'

/** What a trial of a copy showed. */
export type Trial = {
  /** `read`: on PostgreSQL without the right to make a database, the dump was only read through. */
  readonly how: 'restored' | 'read'
  readonly counts: Readonly<Record<string, number>>
  readonly heads: readonly ChainHead[]
  /** Children and families whose key opens. */
  readonly keysOpened: number
  /** Children and families that have none: erased after the data was copied. */
  readonly withoutKey: number
  /** Children, chosen at random, whose record opens. */
  readonly recordsOpened: number
}

/** The copy is not what it should be; the message says in what. */
export class Unsound extends Error {}

type Copy = { readonly database: Database; readonly keys: KeyStore }
type Manifests = { readonly data: Manifest; readonly keys: Manifest }
type OpenKeys = KeyStore['openCopy']

const RECORDS = 20
const AT_ONCE = 500

/**
 * Opens the copies in two folders as a restore would, and compares them with what their manifests
 * say: whole, the same figures, the trail's chains unbroken, the keys and some records open.
 * @throws Unsound
 */
export async function tryCopies(
  folders: { readonly data: string; readonly keys: string },
  manifests: Manifests,
  { openKeys, url }: { readonly openKeys: OpenKeys; readonly url: string | null },
): Promise<Trial> {
  const { engine } = manifests.data
  const data = join(folders.data, PARTS[engine].data)
  const keys = join(folders.keys, PARTS[engine].keys)
  if (engine === 'sqlite') {
    return tryOpened({ database: openFile(data), keys: openKeys({ file: keys }) }, manifests)
  }
  if (url === null) throw new Unsound('Dazu wird DATABASE_URL gebraucht')
  const tried = await withScratchDatabase(url, async (scratch) => {
    await restoreDump(scratch, data)
    await restoreDump(scratch, keys)
    return tryOpened(
      { database: openPostgres(scratch), keys: openKeys({ url: scratch }) },
      manifests,
    )
  })
  if (tried !== null) return tried
  for (const dump of [data, keys]) await readDump(url, dump)
  const { counts, heads } = manifests.data
  return { how: 'read', counts, heads, keysOpened: 0, withoutKey: 0, recordsOpened: 0 }
}

/** The same for a copy that is open already; closes it. @throws Unsound */
export async function tryOpened(copy: Copy, manifests: Manifests): Promise<Trial> {
  try {
    return await examine(copy, manifests)
  } finally {
    await copy.database.close()
    await copy.keys.close()
  }
}

async function examine({ database, keys }: Copy, manifests: Manifests): Promise<Trial> {
  await assertWhole({ database, keys })
  await keys.migrate()
  const { counts, heads } = await assertFigures({ database, keys }, manifests)
  const keyed = keyedHash(await keys.root())
  for (const { centreId } of heads) {
    const broken = await findBrokenLink({ database, keyed }, centreId)
    if (broken !== null) throw new Unsound(`Die Kette des Protokolls bricht bei ${broken.seq}`)
  }
  const subjects = await openEveryKey({ database, keys })
  return {
    ...{ how: 'restored', counts, heads, ...subjects },
    recordsOpened: await openSome({ database, keys }),
  }
}

async function assertWhole({ database, keys }: Copy): Promise<void> {
  try {
    await database.assertSound()
    await keys.assertSound()
  } catch (accident) {
    throw new Unsound(accident instanceof Error ? accident.message : 'Die Datei ist beschädigt')
  }
}

async function assertFigures({ database, keys }: Copy, manifests: Manifests) {
  const { schema, counts, heads } = await takeInventory(database.db)
  const { data } = manifests
  const said = JSON.stringify([data.schema, data.counts, data.heads])
  if (JSON.stringify([schema, counts, heads]) !== said) {
    throw new Unsound('Die Zahlen der Tabellen sind andere')
  }
  if ((await keys.count()) !== manifests.keys.counts['sealing_key']) {
    throw new Unsound('Die Zahl der Schlüssel ist eine andere')
  }
  return { counts, heads }
}

async function openEveryKey({ database, keys }: Copy) {
  let keysOpened = 0
  let seen = 0
  for (const kind of ['child', 'family'] as const) {
    for (let after = ''; ; ) {
      const some = await listSubjects(database.db, kind, after, AT_ONCE)
      for (const centreId of new Set(some.map((subject) => subject.centreId))) {
        const ids = some.filter((one) => one.centreId === centreId).map(({ id }) => id)
        keysOpened += (await keys.findMany(kind, centreId, ids)).size
      }
      seen += some.length
      if (some.length < AT_ONCE) break
      after = some.at(-1)?.id ?? after
    }
  }
  return { keysOpened, withoutKey: seen - keysOpened }
}

async function openSome({ database, keys }: Copy): Promise<number> {
  let opened = 0
  for (const { centreId, id } of await someChildren(database.db, RECORDS)) {
    if ((await keys.find({ kind: 'child', centreId, id })) === null) continue
    await readChild(database.db, keys, centreId, id)
    opened += 1
  }
  return opened
}
