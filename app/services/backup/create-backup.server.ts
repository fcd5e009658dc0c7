import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DATA_BACKUP_DAYS, KEY_BACKUP_DAYS } from '#app/domain/privacy/erasure.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { type Instant, instant } from '#app/domain/time.ts'
import { encryptTo, isRecipient, newAgePair } from '#app/gateways/age.server.ts'
import type { Part } from '#app/gateways/archive.server.ts'
import {
  backupName,
  inPrivateFolder,
  isWritable,
  listBackups,
  publish,
  removeUnfinished,
  unfinished,
  writeSynced,
} from '#app/gateways/backup-folder.server.ts'
import { ledgerBeside, takeOver } from '#app/gateways/erasure-ledger-file.server.ts'
import { authorize, type Forbidden, type Permit } from '#app/policy/policy.ts'
import { ToolFailed } from '#db/postgres-tools.server.ts'
import { type BackupRun, insertBackupRun } from '#db/queries/backup.server.ts'
import { takeInventory } from '#db/queries/inventory.server.ts'
import { INSTALLATION } from '#db/schema.ts'
import type { Context } from '../context.server.ts'
import { transact } from '../transact.server.ts'
import { bytesOf, isOutOfSpace, type Manifest, openBackup, PARTS } from './manifest.server.ts'
import type { BackupRefusal } from './refusals.ts'
import { type Trial, tryCopies, Unsound } from './trial.server.ts'

/** What a backup needs besides the open program. */
export type BackupSettings = {
  readonly recipients: readonly string[]
  /** Where copies lie for a moment, in the clear as on the server itself. */
  readonly workDir: string
  readonly databaseUrl: string | null
  readonly program: string
}

/** A backup that was made, and tried. */
export type BackupMade = {
  readonly data: string
  readonly keys: string
  readonly trial: Trial
  readonly removed: readonly string[]
}

type Made = Omit<BackupMade, 'removed'>

const KEEP_DAYS = { data: DATA_BACKUP_DAYS, keys: KEY_BACKUP_DAYS } as const

/**
 * Writes a backup of one moment into `folder`: the data and its keys, in a file each, encrypted to
 * the recipients. Both get their names only after they were read back from the disk, opened with a
 * pair that is drawn for this run and forgotten after it, and tried. Older ones whose time is over
 * are removed then, never the newest. How it ended is written down, also when it failed.
 */
export async function createBackup(
  ctx: Context,
  folder: string,
  settings: BackupSettings,
): Promise<Result<BackupMade, BackupRefusal | Forbidden>> {
  const permit = authorize(ctx.actor, 'installation.maintain', null)
  if (!permit.ok) return permit
  const startedAt = instant(ctx.clock)
  const made = await attempt(ctx, folder, settings, startedAt)
  await record(ctx, permit.value, startedAt, made)
  if (!made.ok) return made
  return ok({ ...made.value, removed: await thin(folder, startedAt, made.value) })
}

async function attempt(
  ctx: Context,
  folder: string,
  settings: BackupSettings,
  at: Instant,
): Promise<Result<Made, BackupRefusal>> {
  const unfit = await unfitness(folder, settings.recipients)
  if (unfit !== null) return err(unfit)
  await removeUnfinished(folder)
  const files = {
    data: join(folder, backupName(at, 'data')),
    keys: join(folder, backupName(at, 'keys')),
  }
  try {
    const trial = await inPrivateFolder(settings.workDir, (work) =>
      writeAndTry(ctx, settings, at, files, work),
    )
    if (!trial.ok) return trial
    // whoever puts back an older file finds here whom to erase again
    takeOver(ctx.ledger, ledgerBeside(folder))
    await publish([files.keys, files.data])
    return ok({ ...files, trial: trial.value })
  } catch (accident) {
    return err(refusalOf(accident, folder))
  } finally {
    for (const file of Object.values(files)) {
      await rm(unfinished(file), { force: true }).catch(() => undefined)
    }
  }
}

async function unfitness(
  folder: string,
  recipients: readonly string[],
): Promise<BackupRefusal | null> {
  if (recipients.length === 0) return { code: 'backup_recipient_missing' }
  const wrong = recipients.findIndex((recipient) => !isRecipient(recipient))
  if (wrong >= 0) return { code: 'backup_recipient_invalid', position: wrong + 1 }
  return (await isWritable(folder)) ? null : { code: 'backup_folder_unusable', folder }
}

async function writeAndTry(
  ctx: Context,
  { recipients, databaseUrl, program }: BackupSettings,
  at: Instant,
  files: { readonly data: string; readonly keys: string },
  work: string,
): Promise<Result<Trial, BackupRefusal>> {
  const { engine } = ctx.database
  const about = { createdAt: at, pair: ctx.newId(), program, engine }
  // the data first: whatever row is in it, its key was committed before and is in the later copy
  const data = { name: PARTS[engine].data, file: join(work, PARTS[engine].data) }
  const inventory = await ctx.database.snapshot(data.file, takeInventory)
  const keys = { name: PARTS[engine].keys, file: join(work, PARTS[engine].keys) }
  const counts = { sealing_key: await ctx.keys.snapshot(keys.file) }

  const own = await newAgePair()
  const to = [...recipients, own.recipient]
  const write = async (manifest: Omit<Manifest, 'format' | 'parts'>, part: Part) => {
    const clear = await bytesOf(work, manifest, part)
    await writeSynced(await encryptTo(to, clear), unfinished(files[manifest.kind]))
    await rm(part.file)
  }
  await write({ kind: 'data', ...about, ...inventory, heads: [...inventory.heads] }, data)
  await write({ kind: 'keys', ...about, schema: '', counts, heads: [] }, keys)
  return tryWritten(ctx, files, { work, identity: own.identity, url: databaseUrl })
}

async function tryWritten(
  ctx: Context,
  files: { readonly data: string; readonly keys: string },
  {
    work,
    identity,
    url,
  }: { readonly work: string; readonly identity: string; readonly url: string | null },
): Promise<Result<Trial, BackupRefusal>> {
  const folders = { data: join(work, 'trial-data'), keys: join(work, 'trial-keys') }
  for (const folder of Object.values(folders)) await mkdir(folder, { mode: 0o700 })
  const data = await openBackup(unfinished(files.data), [identity], folders.data)
  if (!data.ok) return data
  const keys = await openBackup(unfinished(files.keys), [identity], folders.keys)
  if (!keys.ok) return keys
  const manifests = { data: data.value, keys: keys.value }
  return ok(await tryCopies(folders, manifests, { openKeys: ctx.keys.openCopy, url }))
}

/** What went wrong, as something a person can act on. */
export function refusalOf(accident: unknown, folder: string): BackupRefusal {
  if (isOutOfSpace(accident)) return { code: 'backup_no_space', folder }
  if (accident instanceof Unsound) return { code: 'backup_unsound', what: accident.message }
  if (accident instanceof ToolFailed) {
    return { code: 'backup_tool_failed', tool: accident.tool, said: accident.message }
  }
  const code = (accident as { readonly code?: unknown } | null)?.code
  return { code: 'backup_failed', cause: typeof code === 'string' ? code : 'unbekannt' }
}

async function record(
  ctx: Context,
  permit: Permit,
  startedAt: Instant,
  made: Result<Made, BackupRefusal>,
): Promise<void> {
  const run: BackupRun = {
    id: ctx.newId(),
    started_at: startedAt,
    ended_at: instant(ctx.clock),
    state: made.ok ? 'done' : 'failed',
    code: made.ok ? null : made.error.code,
  }
  await transact(ctx, permit, INSTALLATION, async (tx) => {
    await insertBackupRun(tx, run)
    const event = made.ok
      ? ({ event: 'backup_created', at: startedAt } as const)
      : ({ event: 'backup_failed', code: made.error.code } as const)
    return ok({ value: null, events: [event] })
  })
}

async function thin(folder: string, now: Instant, made: Made): Promise<readonly string[]> {
  const newest: readonly string[] = [made.data, made.keys]
  const over = (await listBackups(folder)).filter(({ file, kind, at }) => {
    const days = (Date.parse(now) - Date.parse(at)) / 86_400_000
    return days > KEEP_DAYS[kind] && !newest.includes(file)
  })
  for (const { file } of over) await rm(file)
  return over.map(({ file }) => file)
}
