import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '#app/domain/time.ts'
import { removeLeftovers } from '#app/gateways/backup-folder.server.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import { ledgerFile } from '#app/gateways/erasure-ledger-file.server.ts'
import { mailServer } from '#app/gateways/mail.server.ts'
import { openProvider, type Provider } from '#app/gateways/provider.server.ts'
import type { Deps, Whereabouts } from '#app/services/context.server.ts'
import { type Database, openDatabase } from '#db/open.server.ts'
import { whatKeysOpened } from '#db/queries/operation.server.ts'
import { type Kek, keyedHash, readKek, readOrMakeKek } from '#db/sealing/kek.server.ts'
import { type KeyStore, openKeyFile, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { nameIndexFeed } from '#db/sealing/name-index-feed.server.ts'
import type { Env } from './env.server.ts'
import { argonHasher } from './hasher.server.ts'
import { makeLog } from './log.server.ts'
import { programFacts } from './program-facts.server.ts'
import { randomSecrets } from './secrets.server.ts'

/** The system's clock: the only place that reads it. */
const systemClock: Clock = { now: () => new Date() }

type Stores = Pick<Deps, 'database' | 'keys'>

/**
 * Opens everything the program needs, and migrates both databases. `examine` looks at them before
 * their schema is touched, and throws where they are not to be worked on.
 * @throws a sentence when the key file, a pragma or a migration does not hold.
 */
export async function makeDeps(
  env: Env,
  examine: (deps: Deps) => Promise<void> = async () => undefined,
): Promise<Deps> {
  const { database, keys } = await openStores(env)
  const write = makeLog(env.logLevel)
  const program = programFacts(systemClock)
  const log: Deps['log'] = (line) => {
    program.hear(line)
    write(line)
  }
  try {
    const deps = await depsOf(env, { database, keys }, program.facts, log)
    await examine(deps)
    await database.migrate()
    return deps
  } catch (accident) {
    await database.close()
    await keys.close()
    throw accident
  }
}

async function depsOf(
  env: Env,
  { database, keys }: Stores,
  program: Deps['program'],
  log: Deps['log'],
): Promise<Deps> {
  return {
    database,
    keys,
    names: nameIndexFeed(database, keys, () => log({ event: 'names_not_filled' })),
    clock: systemClock,
    newId: uuidv7,
    secrets: randomSecrets(),
    hasher: argonHasher(),
    keyed: keyedHash(await keys.root()),
    borders: loadBorders,
    provider: providerFor(env),
    mail: env.mail === null ? null : mailServer(env.mail),
    ledger: ledgerFile(env.ledgerFile),
    removeLeftovers: () => removeLeftovers(env.dataDir),
    log,
    program,
    settings: whereabouts(env),
    origin: env.origin ?? `http://127.0.0.1:${env.port}`,
    isEvaluation: env.origin === null,
  }
}

/** Where the files of an installation lie, for its self-check. */
export function whereabouts(env: Env): Whereabouts {
  const { dataDir, ledgerFile, auditHeadFile, origin } = env
  const { data, keys, kek } = filesOf(env)
  const dataFiles = [
    ...(env.databaseUrl === null ? [data] : []),
    ...(env.keysDatabaseUrl === null ? [keys] : []),
  ]
  const keyFile = env.keyFile ?? (existsSync(kek) ? kek : null)
  return { dataDir, dataFiles, keyFile, ledgerFile, auditHeadFile, origin }
}

function filesOf({ dataDir }: Pick<Env, 'dataDir'>) {
  return {
    data: join(dataDir, 'einstieg.db'),
    keys: join(dataDir, 'keys', 'keys.db'),
    kek: join(dataDir, 'keys', 'kek'),
  }
}

/** The key-encryption key of an installation or an evaluation that is there. @throws a sentence. */
export function keyAt(env: Pick<Env, 'keyFile' | 'dataDir'>): Kek {
  return readKek(env.keyFile ?? filesOf(env).kek)
}

/**
 * The keys come first: where their key-encryption key is missing or wrong, nothing else is touched.
 * Data that is there is looked at before: no new keys are made beside what others had sealed.
 */
async function openStores(env: Env): Promise<Stores> {
  const files = filesOf(env)
  const hasData = env.databaseUrl !== null || existsSync(files.data)
  const hasKeys = env.keysDatabaseUrl !== null || existsSync(files.keys)
  const kek = readKeyFor(env, hasKeys || hasData)
  const there = hasData ? openData(env) : null
  let keys: KeyStore | null = null
  try {
    if (!hasKeys) await refuseLostKeys(there, null)
    keys = openKeys(env, kek)
    await refuseLostKeys(there, keys)
    await keys.migrate()
    return { database: there ?? openData(env), keys }
  } catch (accident) {
    await keys?.close()
    await there?.close()
    throw accident
  }
}

function openData(env: Env): Database {
  return openDatabase({ url: env.databaseUrl, file: filesOf(env).data })
}

function openKeys(env: Env, kek: Kek): KeyStore {
  const reread = () => keyAt(env)
  return env.keysDatabaseUrl === null
    ? openKeyFile(filesOf(env).keys, kek, reread)
    : openKeyPostgres(env.keysDatabaseUrl, kek, reread)
}

/**
 * Data without the keys it was sealed with is lost, or its keys are elsewhere: a new root secret beside
 * it would make the trail's chain and every printed slip worthless as well.
 * @throws a sentence; nothing was made.
 */
async function refuseLostKeys(database: Database | null, keys: KeyStore | null): Promise<void> {
  if (database === null || (keys !== null && (await keys.count()) > 0)) return
  const { children, entries } = await whatKeysOpened(database.db)
  const isNew = keys === null || (await keys.isNew())
  if (children === 0 && (entries === 0 || !isNew)) return
  const what = children > 0 ? `stehen ${children} Kinder` : 'ist schon gearbeitet worden'
  throw new Error(
    `Die Schlüsseldatenbank fehlt oder ist leer, aber in den Daten ${what}. Ohne die Schlüssel lässt ` +
      'sich keine Akte öffnen; es wurde nichts geändert. Bitte legen Sie die Schlüsseldatenbank zurück ' +
      'an ihren Platz, oder spielen Sie eine Sicherung an einen leeren Ort zurück: „npm run -s ki -- ' +
      'backup restore“ (docs/handbook/sichern-und-zurueckspielen.md).',
  )
}

/** @throws when the file with the secret cannot be read. */
function providerFor({ provider }: Env): Provider | null {
  if (provider === null) return null
  const { issuer, clientId, secretFile } = provider
  return openProvider({ issuer, clientId, clientSecret: readFileSync(secretFile, 'utf8').trim() })
}

/** An evaluation makes its key itself, but never a second one where something is there already. */
function readKeyFor(env: Env, isInUse: boolean): Kek {
  if (env.keyFile !== null) return readKek(env.keyFile)
  const { kek } = filesOf(env)
  return isInUse && env.databaseUrl === null ? readKek(kek) : readOrMakeKek(kek)
}
