import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { err, ok, type Result } from '#app/domain/result.ts'
import type { Instant } from '#app/domain/time.ts'
import { readIdentities } from '#app/gateways/age.server.ts'
import { inPrivateFolder, moveAll } from '#app/gateways/backup-folder.server.ts'
import {
  type ErasureLedger,
  ledgerBeside,
  takeOver,
} from '#app/gateways/erasure-ledger-file.server.ts'
import { authorize, type Forbidden } from '#app/policy/policy.ts'
import { knownMigrations } from '#db/migrations/index.ts'
import { openFile, openPostgres } from '#db/open.server.ts'
import { emptyAgain, restoreDump, tablesAt } from '#db/postgres-tools.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Kek } from '#db/sealing/kek.server.ts'
import { openKeyFile, openKeyPostgres } from '#db/sealing/keys.server.ts'
import { KekMissing } from '#db/sealing/wrap.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { refusalOf } from './create-backup.server.ts'
import { type Manifest, openBackup, PARTS } from './manifest.server.ts'
import type { BackupRefusal } from './refusals.ts'
import { type Trial, tryCopies, tryOpened } from './trial.server.ts'

/** The two files of a backup, and the file with the identity that opens them. */
export type BackupFiles = {
  readonly data: string
  readonly keys: string
  readonly identity: string
}

/** Where an installation is put back. */
export type RestoreTarget = {
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly keysDatabaseUrl: string | null
  readonly kek: Kek
  /** Learns from the copy beside the backup who was erased after it; the next start erases them again. */
  readonly ledger: ErasureLedger
}

/** What was put back, or would be. */
export type Restored = { readonly createdAt: Instant; readonly program: string } & Trial

type Manifests = { readonly data: Manifest; readonly keys: Manifest }
type Folders = { readonly data: string; readonly keys: string }

/**
 * Tries the files of a backup in a private folder as a restore would, and leaves nothing behind.
 * Refused with what does not fit.
 */
export async function verifyBackup(
  files: BackupFiles,
  target: RestoreTarget,
): Promise<Result<Restored, BackupRefusal>> {
  return withOpened(files, target, async (folders, manifests) => {
    const trial = await tryCopies(folders, manifests, {
      openKeys: (at) => openKeys(at, target.kek),
      url: target.databaseUrl,
    })
    return ok(restored(manifests, trial))
  })
}

/**
 * Puts a backup back into an empty place: everything is decrypted and tried beside it first, then
 * takes its place. Refused where anything stands there already; when it fails nothing is left.
 */
export async function restoreBackup(
  files: BackupFiles,
  target: RestoreTarget,
): Promise<Result<Restored, BackupRefusal>> {
  const found = await foundAt(target)
  if (found.length > 0) return err({ code: 'backup_target_in_use', found: found.join(', ') })
  return withOpened(files, target, async (folders, manifests) => {
    takeOver(ledgerBeside(dirname(files.data)), target.ledger)
    return manifests.data.engine === 'sqlite'
      ? restoreFiles(folders, manifests, target)
      : restoreDatabases(folders, manifests, target)
  })
}

/** Writes into the trail of what was put back that it was, and from when it is. */
export async function recordRestore(
  ctx: Context,
  createdAt: Instant,
): Promise<Result<null, Forbidden>> {
  const permit = authorize(ctx.actor, 'installation.maintain', null)
  if (!permit.ok) return permit
  return transact(ctx, permit.value, INSTALLATION, async () =>
    ok({ value: null, events: [{ event: 'backup_restored', at: createdAt }] }),
  )
}

async function withOpened<T>(
  files: BackupFiles,
  target: RestoreTarget,
  work: (folders: Folders, manifests: Manifests) => Promise<Result<T, BackupRefusal>>,
): Promise<Result<T, BackupRefusal>> {
  const text = await readFile(files.identity, 'utf8').catch(() => '')
  const identities = readIdentities(text)
  if (identities === null) return err({ code: 'backup_identity_invalid', file: files.identity })
  try {
    return await inPrivateFolder(target.dataDir, async (folder) => {
      const folders = { data: join(folder, 'data'), keys: join(folder, 'keys') }
      const manifests = await openPair(files, identities, folders)
      if (!manifests.ok) return manifests
      const unfit = unfitness(manifests.value, target)
      return unfit === null ? await work(folders, manifests.value) : err(unfit)
    })
  } catch (accident) {
    if (accident instanceof KekMissing) {
      return err({ code: 'backup_key_file_wrong', kekId: accident.kekId })
    }
    return err(refusalOf(accident, target.dataDir))
  }
}

async function openPair(
  files: BackupFiles,
  identities: readonly string[],
  folders: Folders,
): Promise<Result<Manifests, BackupRefusal>> {
  for (const folder of Object.values(folders)) await mkdir(folder, { mode: 0o700 })
  const data = await openBackup(files.data, identities, folders.data)
  if (!data.ok) return data
  const keys = await openBackup(files.keys, identities, folders.keys)
  return keys.ok ? ok({ data: data.value, keys: keys.value }) : keys
}

function unfitness({ data, keys }: Manifests, target: RestoreTarget): BackupRefusal | null {
  // keys of a later day fit: what was erased in between stays erased
  const isPair =
    data.kind === 'data' &&
    keys.kind === 'keys' &&
    data.engine === keys.engine &&
    (data.pair === keys.pair || keys.createdAt > data.createdAt)
  if (!isPair) return { code: 'backup_not_a_pair' }
  const engine = target.databaseUrl === null ? 'sqlite' : 'postgres'
  if (data.engine !== engine) return { code: 'backup_other_engine', engine: data.engine }
  const isKnown = knownMigrations().includes(data.schema)
  return isKnown ? null : { code: 'backup_newer_program', program: data.program }
}

/** What stands where a backup should go: files of a data folder, tables of a database. */
async function foundAt(target: RestoreTarget): Promise<readonly string[]> {
  const urls = [target.databaseUrl, target.keysDatabaseUrl].filter((url) => url !== null)
  const tables = await Promise.all([...new Set(urls)].map(tablesAt))
  const files = await Promise.all([
    readdir(target.dataDir).catch((): string[] => []),
    readdir(join(target.dataDir, 'keys')).catch((): string[] => []),
  ])
  const ours = files.flat().filter((name) => /\.(db|db-wal|db-shm|db-journal)$/.test(name))
  return [...ours, ...tables.flat()].slice(0, 5)
}

async function restoreFiles(
  folders: Folders,
  manifests: Manifests,
  target: RestoreTarget,
): Promise<Result<Restored, BackupRefusal>> {
  const copies = {
    data: join(folders.data, PARTS.sqlite.data),
    keys: join(folders.keys, PARTS.sqlite.keys),
  }
  const keys = openKeyFile(copies.keys, target.kek)
  const trial = await tryOpened({ database: openFile(copies.data), keys }, manifests)
  // the data last: without it the place still counts as empty of any child
  await moveAll([
    [copies.keys, join(target.dataDir, 'keys', PARTS.sqlite.keys)],
    [copies.data, join(target.dataDir, PARTS.sqlite.data)],
  ])
  return ok(restored(manifests, trial))
}

async function restoreDatabases(
  folders: Folders,
  manifests: Manifests,
  { databaseUrl, keysDatabaseUrl, kek }: RestoreTarget,
): Promise<Result<Restored, BackupRefusal>> {
  const at = { data: databaseUrl ?? '', keys: keysDatabaseUrl ?? databaseUrl ?? '' }
  try {
    await restoreDump(at.keys, join(folders.keys, PARTS.postgres.keys))
    await restoreDump(at.data, join(folders.data, PARTS.postgres.data))
    const keys = openKeyPostgres(at.keys, kek)
    const trial = await tryOpened({ database: openPostgres(at.data), keys }, manifests)
    return ok(restored(manifests, trial))
  } catch (accident) {
    for (const url of new Set(Object.values(at))) await emptyAgain(url)
    throw accident
  }
}

function openKeys(at: { readonly file: string } | { readonly url: string }, kek: Kek) {
  return 'url' in at ? openKeyPostgres(at.url, kek) : openKeyFile(at.file, kek)
}

function restored({ data }: Manifests, trial: Trial): Restored {
  return { createdAt: data.createdAt, program: data.program, ...trial }
}
