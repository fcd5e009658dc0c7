import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeLeftovers } from '#app/gateways/backup-folder.server.ts'
import { ledgerFile } from '#app/gateways/erasure-ledger-file.server.ts'
import type { Context, Deps } from '#app/services/context.server.ts'
import { type Database, openFile, type openMemory, openPostgres } from '#db/open.server.ts'
import { type Kek, keyedHash, readKek, readOrMakeKek } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyFile, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import { testEngine } from '#tests/setup/engine.ts'
import { freshDatabase, startCluster } from '#tests/setup/postgres.ts'
import { FURNISHED, makeWorld, WORLD_KEK, type World } from '#tests/setup/world.ts'

/** A world that other processes can open too: it lies in a data folder or on PostgreSQL. */
export type SharedWorld = World & {
  readonly dataDir: string
  readonly kek: Kek
  /** What a process needs in its environment to work on the same data. */
  readonly env: Readonly<Record<string, string>>
}

/** Where the files of a data folder stand (`make-deps.server.ts` puts them there). */
export const filesOf = (dataDir: string) => ({
  data: join(dataDir, 'einstieg.db'),
  keys: join(dataDir, 'keys', 'keys.db'),
  kek: join(dataDir, 'keys', 'kek'),
  ledger: join(dataDir, 'ledger', 'erasures.jsonl'),
})

/** A world of the engine that this run of the tests is about. */
export function makeSharedWorld(): Promise<SharedWorld> {
  return testEngine === 'postgres' ? makePostgresWorld() : makeFileWorld()
}

/** The two furnished centres of `makeWorld` in files: two connections, WAL, keys in their own file. */
export async function makeFileWorld(folder?: string): Promise<SharedWorld> {
  const dataDir = folder ?? (await newFolder())
  await mkdir(dataDir, { recursive: true })
  const files = filesOf(dataDir)
  const world = await makeWorld({ engine: 'sqlite' })
  await writeFile(files.data, bytesOf(world.database))
  await world.close()
  const kek = readOrMakeKek(files.kek)
  const opened = { database: openFile(files.data), keys: openKeyFile(files.keys, kek) }
  return shared(world, dataDir, kek, { DATA_DIR: dataDir }, opened)
}

/** The same on PostgreSQL, furnished; the data folder holds the key-encryption key only. */
export async function makePostgresWorld(address?: string): Promise<SharedWorld> {
  const dataDir = await newFolder()
  const world = await makeWorld({ engine: 'sqlite' })
  await world.close()
  const url = address ?? (await freshDatabase(FURNISHED))
  const { kek: file } = filesOf(dataDir)
  await mkdir(dirname(file), { mode: 0o700 })
  await writeFile(file, WORLD_KEK.key.toString('hex'), { mode: 0o400 })
  const kek = readKek(file)
  const env = { DATA_DIR: dataDir, KEY_FILE: file, DATABASE_URL: url }
  const opened = { database: openPostgres(url), keys: openKeyPostgres(url, kek) }
  return shared(world, dataDir, kek, env, opened)
}

/** The same in a cluster that waits for the disk: an installation's server starts on no other. */
export async function makeDurableWorld(): Promise<SharedWorld> {
  const cluster = await startCluster({ isDurable: true })
  const url = cluster.url('postgres')
  await FURNISHED.run(url)
  const world = await makePostgresWorld(url)
  const close = async () => {
    await world.close()
    cluster.stop()
  }
  return { ...world, close }
}

async function shared(
  world: World,
  dataDir: string,
  kek: Kek,
  env: SharedWorld['env'],
  { database, keys }: { readonly database: Database; readonly keys: KeyStore },
): Promise<SharedWorld> {
  await keys.migrate()
  const names = nameIndexFeed(database, keys)
  names.start()
  await names.whenFull(10_000)
  const deps: Pick<Deps, 'database' | 'keys' | 'names' | 'keyed' | 'ledger' | 'removeLeftovers'> = {
    database,
    keys,
    names,
    keyed: keyedHash(await keys.root()),
    ledger: ledgerFile(filesOf(dataDir).ledger),
    removeLeftovers: () => removeLeftovers(dataDir),
  }
  const here = (ctx: Context): Context => ({ ...ctx, ...deps })
  return {
    ...world,
    ...deps,
    dataDir,
    kek,
    env,
    as: (...who) => here(world.as(...who)),
    asColleague: (...who) => here(world.asColleague(...who)),
    asSchool: (number) => here(world.asSchool(number)),
    asSection: () => here(world.asSection()),
    asSystem: () => here(world.asSystem()),
    family: () => Promise.reject(new Error('Sign the family in, by code and PIN')),
    close: async () => {
      names.stop()
      await database.close()
      await keys.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'einstieg-promise-'))
}

function bytesOf(database: Database): Buffer {
  return (database as ReturnType<typeof openMemory>).bytes()
}
