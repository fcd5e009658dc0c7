import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '#app/domain/time.ts'
import { removeLeftovers } from '#app/gateways/backup-folder.server.ts'
import { loadBorders } from '#app/gateways/borders.server.ts'
import { ledgerFile } from '#app/gateways/erasure-ledger-file.server.ts'
import { openProvider, type Provider } from '#app/gateways/provider.server.ts'
import type { Deps } from '#app/services/context.server.ts'
import { openDatabase } from '#db/open.server.ts'
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

/**
 * Opens everything the program needs, and migrates both databases.
 * @throws a sentence when the key file, a pragma or a migration does not hold.
 */
export async function makeDeps(env: Env): Promise<Deps> {
  const keys = await openKeys(env)
  const database = openDatabase({ url: env.databaseUrl, file: join(env.dataDir, 'einstieg.db') })
  const write = makeLog(env.logLevel)
  const program = programFacts(systemClock)
  const log: Deps['log'] = (line) => {
    program.hear(line)
    write(line)
  }
  await database.migrate()
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
    ledger: ledgerFile(env.ledgerFile),
    removeLeftovers: () => removeLeftovers(env.dataDir),
    log,
    program: program.facts,
    origin: env.origin ?? `http://127.0.0.1:${env.port}`,
    isEvaluation: env.origin === null,
  }
}

/** The key-encryption key of an installation or an evaluation that is there. @throws a sentence. */
export function keyAt(env: Pick<Env, 'keyFile' | 'dataDir'>): Kek {
  return readKek(env.keyFile ?? ownKeyFile(env))
}

/** The keys come first: where their key-encryption key is missing or wrong, nothing else is touched. */
async function openKeys(env: Env): Promise<KeyStore> {
  const file = join(env.dataDir, 'keys', 'keys.db')
  const kek = readKeyFor(env, existsSync(file))
  const reread = () => keyAt(env)
  const keys =
    env.keysDatabaseUrl === null
      ? openKeyFile(file, kek, reread)
      : openKeyPostgres(env.keysDatabaseUrl, kek, reread)
  try {
    await keys.migrate()
    return keys
  } catch (accident) {
    await keys.close()
    throw accident
  }
}

/** @throws when the file with the secret cannot be read. */
function providerFor({ provider }: Env): Provider | null {
  if (provider === null) return null
  const { issuer, clientId, secretFile } = provider
  return openProvider({ issuer, clientId, clientSecret: readFileSync(secretFile, 'utf8').trim() })
}

/** An evaluation makes its key itself, but never a second one for keys that are there already. */
function readKeyFor(env: Env, hasKeys: boolean): Kek {
  if (env.keyFile !== null) return readKek(env.keyFile)
  return hasKeys ? readKek(ownKeyFile(env)) : readOrMakeKek(ownKeyFile(env))
}

function ownKeyFile(env: Pick<Env, 'dataDir'>): string {
  return join(env.dataDir, 'keys', 'kek')
}
